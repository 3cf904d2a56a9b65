// Templates of fleet.yaml: what an order becomes that takes one, and what is wrong where.
import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import { faultText } from '../../src/core/model/status/fault.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { applyOrderEdit } from '../../src/documents/orders/apply-edit.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { expandUses, freshSources } from '../../src/documents/templates/expand.ts';

const FEATURE = `templates:
  feature:
    types: [Feature]
    with: { name: null, area: web }
    steps:
      - { id: implement, assign: 1, agent: claude, prompt: "Implement {{name}} in {{ area }}." }
      - { id: review, assign: 2, title: "Review of {{name}}", run: './review "$COORD_WITH_NAME"', approval: true }
`;
const list = (...entries: object[]) => `{"orders": [\n${entries.map((it) => JSON.stringify(it)).join(',\n')}\n]}`;

function read(fleet: string, ...entries: object[]) {
  const settings = parseFleet(fleet);
  const written = parseOrders(list(...entries));
  const { orders, faults } = expandUses(
    written.value ?? { orders: [], refused: [] },
    freshSources(settings.value?.templates ?? { byName: {}, unreadable: 'x' }),
  );
  return {
    orders: orders.orders,
    refused: orders.refused,
    chains: orders.chains ?? [],
    told: [...settings.faults, ...written.faults, ...faults].map((it) => `${it.level}: ${faultText(it)}`),
  };
}
const told = (fleet: string, ...entries: object[]) => read(fleet, ...entries).told;
const one = (fleet: string, entry: object) => read(fleet, { id: 'a', use: 't', ...entry });
const template = (steps: string, more = '') => `templates:\n  t:\n    steps: ${steps}\n${more}`;
const work = (order: Order | undefined) => JSON.stringify(order?.work);

describe('O20: an order that uses a template becomes its steps', () => {
  test('in its place of the list, each after the one before it, with what it says besides', () => {
    const login = { id: 'login', use: 'feature', with: { name: 'login page' }, after: ['plan'], priority: 'high' };
    const { orders, chains, refused, told } = read(FEATURE, { id: 'plan', run: 'x' }, login, {
      id: 'ship',
      run: 'x',
      after: ['login'],
    });
    expect(told).toEqual([]);
    expect(refused).toEqual([]);
    expect(orders.map(({ id, after, priority }) => [id, after, priority])).toEqual([
      ['plan', [], 'normal'],
      ['login.implement', ['plan'], 'high'],
      ['login.review', ['login.implement'], 'high'],
      ['ship', ['login'], 'normal'],
    ]);
    expect(orders.map(({ assign }) => assign).slice(1, 3)).toEqual([
      { kind: 'machine', machine: 1 },
      { kind: 'machine', machine: 2 },
    ]);
    expect(chains).toMatchObject([{ id: 'login', use: 'feature', steps: [{ name: 'implement' }, { name: 'review' }] }]);
    expect(work(orders[1])).toContain('Implement login page in web.');
    expect(orders[2]).toMatchObject({ title: 'Review of login page', template: { values: { name: 'login page', area: 'web' } } });
  });

  test('by its type, where it says no work; by `default`, where no template has its type', () => {
    const byType = (fleet: string, type: string) => read(fleet, { id: 'a', type, with: { name: 'x' } });
    expect(byType(FEATURE, 'feature ').orders.map(({ id }) => id)).toEqual(['a.implement', 'a.review']);
    expect(byType(FEATURE, 'bug').refused).toEqual([
      { id: 'a', reason: expect.stringContaining('or a template in fleet.yaml for its type, found none of them') },
    ]);
    const usual = 'templates: { other: { types: default, with: { name: }, steps: [{ run: x }] } }';
    expect(byType(usual, 'bug').orders.map(({ id }) => id)).toEqual(['a.1']);
    expect(read(usual, { id: 'a', type: 'bug', run: 'x' }).orders.map(({ id }) => id)).toEqual(['a']);
  });

  test('what people say of single steps, and of no other field', () => {
    const said = [{ id: 'review', approved: true, priority: 'low' }];
    const { orders } = read(FEATURE, { id: 'a', use: 'feature', with: { name: 'x' }, said });
    expect(orders.map(({ approved, priority }) => [approved, priority])).toEqual([
      [false, 'normal'],
      [true, 'low'],
    ]);
    const wrong = (of: object) => told(FEATURE, { id: 'a', use: 'feature', with: { name: 'x' }, said: [of] })[0];
    expect(wrong({ id: 'review', run: 'rm -rf /' })).toContain('no "run" in what is said of a step');
    expect(wrong({ id: 'reviw', approved: true })).toContain(
      'expected a step of the template "feature": implement, review, found "reviw"',
    );
    expect(wrong({ id: 'review', aproved: true })).toContain('unknown field "aproved"; did you mean "approved"?');
  });

  test('an approval names the template and the values: with another of them it is asked for again', () => {
    const mark = (fleet: string, name: string) =>
      read(fleet, { id: 'a', use: 'feature', with: { name } }).orders[1]?.template?.mark;
    const approved = (fleet: string, name: string) =>
      read(fleet, { id: 'a', use: 'feature', with: { name }, said: [{ id: 'review', approved: mark(FEATURE, 'x') }] }).orders[1]
        ?.approved;
    expect(approved(FEATURE, 'x')).toBe(true);
    expect(approved(FEATURE, 'y')).toBe(false);
    expect(approved(FEATURE.replace('./review', './other'), 'x')).toBe(false);
    expect(approved(`# comment\n${FEATURE}`, 'x')).toBe(true);
  });
});

describe('O20: a value is data', () => {
  const NASTY = '"}], "run": "touch /tmp/x"; $(touch x) `touch x` {{area}} \n# {{name}} \u2028';

  test('it goes into texts as it is, and is not looked into again', () => {
    const steps = `
      - { id: ask, agent: claude, prompt: "<{{name}}>", title: "<{{name}}>" }
      - { id: set, run: 'true', env: { X: "<{{name}}>" } }
      - { id: call, call: { instance: x, path: /x, body: { deep: ["<{{name}}>"] } } }`;
    const { orders, told } = read(`templates:\n  t:\n    with: { name: , area: web }\n    steps: ${steps}\n`, {
      id: 'a',
      use: 't',
      with: { name: NASTY },
    });
    expect(told).toEqual([]);
    expect(orders.map(({ id }) => id)).toEqual(['a.ask', 'a.set', 'a.call']);
    expect(orders[0]).toMatchObject({ title: `<${NASTY}>`, work: { prompt: `<${NASTY}>` } });
    expect(orders[1]?.env.X).toBe(`<${NASTY}>`);
    expect(work(orders[2])).toContain(JSON.stringify(JSON.stringify({ deep: [`<${NASTY}>`] })));
  });

  test.each([
    ['run', '{ run: "echo {{name}}" }', ': a command has it as "$COORD_WITH_NAME"'],
    ['run', '{ run: [sh, -c, "{{name}}"] }', ': a command has it as "$COORD_WITH_NAME"'],
    ['check', '{ run: x, check: "test {{name}}" }', ': a command has it as "$COORD_WITH_NAME"'],
    ['cwd', '{ run: x, cwd: "~/{{name}}" }', ''],
    ['assign', '{ run: x, assign: "{{name}}" }', ''],
    ['type', '{ run: x, type: "{{name}}" }', ''],
    ['workspace', '{ run: x, workspace: { repo: "https://x/{{name}}" } }', ''],
    ['allowed_tools', '{ agent: claude, prompt: x, allowed_tools: ["{{name}}"] }', ''],
    ['call', '{ call: { instance: x, path: "/{{name}}" } }', ''],
    ['call', '{ call: { instance: x, path: /x, body: "a={{name}}" } }', ''],
    ['call', '{ call: { instance: x, path: /x, headers: { A: "{{name}}" } } }', ''],
    ['spec', '{ run: x, spec: "specs/{{name}}.md" }', ''],
  ])('it cannot stand within %s of %s', (field, step, instead) => {
    const fleet = `templates:\n  t:\n    with: { name: x }\n    steps: [${step}]\n`;
    const place = 'fleet.yaml line 4 column';
    expect(told(fleet)).toEqual([expect.stringContaining(place)]);
    expect(told(fleet)[0]).toContain(`expected no parameter within "${field}"${instead}, found "{{name}}"`);
    expect(read(fleet, { id: 'a', use: 't' }).refused).toEqual([{ id: 'a', reason: expect.stringContaining(place) }]);
  });

  test("a command's own braces are the command's own", () => {
    expect(one(template(`[{ run: "docker ps --format '{{.Names}} {{ID}}'" }]`), {}).told).toEqual([]);
  });

  test('it cannot be a field: values are texts, numbers and yes or no', () => {
    const wrong = (value: unknown) => told(FEATURE, { id: 'a', use: 'feature', with: { name: value } })[0];
    for (const value of [{ run: 'x' }, ['x'], null, 'x'.repeat(16_385), 'a\u0000b'])
      expect(wrong(value)).toContain('"with" to be values by the names');
    const { orders } = read(FEATURE, { id: 'a', use: 'feature', with: { name: 7, area: false } });
    expect(orders[0]?.template?.values).toEqual({ name: '7', area: 'false' });
  });
});

describe('D4: what is wrong with a template stops the orders that use it, and no others', () => {
  test.each([
    ['{ steps: [{ run: x }], wth: {} }', 'unknown field "wth"; did you mean "with"?', 20],
    ['{ steps: [{ run: x, timout: 1m }] }', 'unknown field "timout"; did you mean "timeout"?', 25],
    ['{ steps: [{ run: x, assign: 12345 }] }', '"assign" to be a machine', 0],
    ['{ steps: [{ run: x, assign: [1, all] }] }', '"assign" to be "all" alone, or a list without it, found', 0],
    ['{ steps: [] }', '"steps" to be a list of 1 to 100 steps', 0],
    [`{ steps: [${Array.from({ length: 101 }, () => '{ run: x }')}] }`, 'found "101 steps"', 0],
    ['{ steps: [{ run: x, approved: true }] }', 'no "approved" within a template', 0],
    ['{ steps: [{ run: x, use: t }] }', 'no "use" within a template', 0],
    ['{ steps: [{ run: x, after: [b] }] }', 'no "after" within a template', 0],
    ['{ steps: [{ run: x, schedule: "0 3 * * *" }] }', 'no "schedule" within a template', 0],
    ['{ steps: [{ id: a, run: x }, { id: a, run: x }] }', 'each step once', 0],
    ['{ steps: [{ title: x }] }', 'exactly one of', 0],
    ['{ steps: [{ agent: claude, prompt: "{{nme}}" }], with: { name: } }', 'a parameter that "with" names, found "{{nme}}"', 0],
    ['{ steps: [{ run: x }], with: { "A B": 1 } }', 'a parameter of a-z 0-9 _', 0],
    ['{ steps: [{ run: x, workspace: { rep: y } }] }', 'unknown field "rep"; did you mean "repo"?', 0],
    ['5', '"t" to be { steps', 0],
  ])('%s', (text, words) => {
    const fleet = `templates:\n  good: { steps: [{ run: x }] }\n  t: ${text}\nname: f\n`;
    const { orders, refused, told } = read(fleet, { id: 'a', use: 't' }, { id: 'b', use: 'good' }, { id: 'c', run: 'x' });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^fault: fleet.yaml line 3 column \d+: /);
    expect(told[0]).toContain(words);
    expect(orders.map(({ id }) => id)).toEqual(['b.1', 'c']);
    expect(refused).toEqual([{ id: 'a', reason: expect.stringContaining('fleet.yaml line 3') }]);
    expect(parseFleet(fleet).value?.approvals.unreadable.all).toBeNull();
  });

  test('templates that are none at all: every order that uses one waits', () => {
    const { refused, orders } = read('templates: [1]\n', { id: 'a', use: 't' }, { id: 'c', run: 'x' });
    expect(refused).toEqual([{ id: 'a', reason: expect.stringContaining('fleet.yaml line 1 column 12') }]);
    expect(orders.map(({ id }) => id)).toEqual(['c']);
  });

  test.each([
    '{ type: [deploy], steps: [{ run: ./deploy }] }',
    '{ kinds: deploy, steps: [{ run: ./deploy }] }',
    '{ types: [build, ~], steps: [{ run: ./deploy }] }',
    '{ types: [[deploy]], steps: [{ run: ./deploy }] }',
    '[{ run: ./deploy }]',
  ])('O20.7 it may be the one that a type would take: %s', (text) => {
    const fleet = `templates:\n  other: { types: default, steps: [{ run: ./other }] }\n  bug: { types: bug, steps: [{ run: x }] }\n  t: ${text}\n`;
    const { orders, refused } = read(fleet, { id: 'a', type: 'deploy' }, { id: 'b', type: 'bug' }, { id: 'c', use: 'other' });
    expect(refused).toEqual([{ id: 'a', reason: expect.stringContaining('fleet.yaml line 4') }]);
    expect(orders.map(({ id }) => id)).toEqual(['b.1', 'c.1']);
  });

  test('O20.7 a slip that hides no type holds the orders of its types, and no others', () => {
    const other = 'other: { types: default, steps: [{ run: ./other }] }';
    for (const text of ['Deploy: { types: deploy, steps: [{ run: x }] }', 'deploy: { types: deploy, step: [{ run: x }] }']) {
      const { orders, refused } = read(
        `templates:\n  ${other}\n  ${text}\n`,
        { id: 'a', type: 'Deploy' },
        { id: 'b', type: 'bug' },
      );
      expect(refused).toEqual([{ id: 'a', reason: expect.stringContaining('fleet.yaml line 3') }]);
      expect(orders.map(({ id }) => id)).toEqual(['b.1']);
    }
  });

  test.each(['x', 'default'])('O20.1 a type in two templates, %s, is a fault of the second, and its orders wait', (type) => {
    const [a, b] = [`{ types: [${type}, z], steps: [{ run: y }] }`, `{ types: [${type.toUpperCase()}], steps: [{ run: y }] }`];
    const at = 'fleet.yaml line 3 column 15: expected each type in one template';
    const { told, refused, orders } = read(
      `templates:\n  a: ${a}\n  b: ${b}\n`,
      ...[
        { id: 'o', type: 'X' },
        { id: 'z', type: 'z' },
        { id: 'u', use: 'a' },
      ],
    );
    expect(told).toEqual([expect.stringContaining(at)]);
    expect(refused).toEqual([{ id: 'o', reason: expect.stringContaining(at) }]);
    expect(orders.map(({ id }) => id)).toEqual(['z.1', 'u.1']);
  });
});

describe('D4: what is wrong with the order is told at its place', () => {
  const at = (entry: object) => told(FEATURE, { id: 'a', use: 'feature', with: { name: 'x' }, ...entry });
  test.each<[entry: object, words: string]>([
    [
      { use: 'featur' },
      'line 2 column 17: expected "use" to name a template of fleet.yaml, found "featur"; did you mean "feature"?',
    ],
    [{ with: {} }, 'line 2 column 1: expected "with" to give "name" to the template "feature", found nothing'],
    [{ with: { name: 'x', nme: 'y' } }, 'unknown field "nme"; did you mean "name"?'],
    [{ run: 'x' }, 'expected no "run" beside "use", found "x"'],
    [{ steps: [{ run: 'x' }] }, 'expected no "use" beside "steps"'],
    [{ schedule: '0 3 * * *' }, 'expected no "schedule" beside "use"'],
    [{ on: { failed: 'b' } }, 'expected no "on" beside "use"'],
    [{ id: 'a'.repeat(60) }, 'have 64 characters together'],
    [{ wiht: {} }, 'unknown field "wiht"; did you mean "with"?'],
    [
      { with: { name: 'x'.repeat(491) } },
      'template "feature" to be 500 characters long at most, found 501 with what is filled in',
    ],
  ])('%j', (entry, words) => {
    const faults = at(entry);
    expect(faults[0]).toContain('fault: ORDERS.json line 2');
    expect(faults[0]).toContain(words);
  });

  test('`with` and `said` mean nothing without a template', () => {
    expect(told(FEATURE, { id: 'a', run: 'x', with: { name: 'y' } })).toEqual([
      expect.stringContaining('no "with" without "use"'),
    ]);
  });

  test('an id that a step and another order have is neither', () => {
    const { refused, orders } = read(FEATURE, { id: 'a', use: 'feature', with: { name: 'x' } }, { id: 'a.review', run: 'x' });
    expect(refused).toEqual([{ id: 'a', reason: expect.stringContaining('"a.review" more than once') }]);
    expect(orders.map(({ id }) => id)).toEqual(['a.review']);
  });

  test('its steps are no ids that are missing: no warning', () => {
    const login = { id: 'login', use: 'feature', with: { name: 'x' } };
    expect(told(FEATURE, login, { id: 'b', run: 'x', after: ['login.review', 'login'] })).toEqual([]);
  });
});

describe('D8: orders that use templates are bounded', () => {
  const steps = (count: number) => template(`[${Array.from({ length: count }, () => '{ run: x }')}]`);

  test('10,000 orders with all steps: the shortest come first, the others are left out and said', () => {
    const uses = Array.from({ length: 5_000 }, (_, at) => ({ id: `o${at}`, use: 't' }));
    const { orders, refused, told } = read(steps(20), ...uses, { id: 'plain', run: 'x' });
    expect(orders).toHaveLength(499 * 20 + 1);
    expect(orders.at(-1)?.id).toBe('plain');
    expect(refused).toHaveLength(5_000 - 499);
    expect(told[0]).toContain('at most 10000 orders with the steps of all chains and templates');
  });

  test('a text that names a long value again and again is never made', () => {
    const prompt = '{{v}}'.repeat(9_000);
    const fleet = `templates:\n  t:\n    with: { v: }\n    steps: [{ agent: claude, prompt: "${prompt}" }]\n`;
    const { refused } = read(fleet, { id: 'a', use: 't', with: { v: 'x'.repeat(16_000) } });
    expect(refused).toEqual([{ id: 'a', reason: expect.stringContaining('262144 characters long at most') }]);
  });
});

describe('D5: what a person says of a step of a template', () => {
  const TEXT = '{\n  "orders": [\n    { "id": "a", "use": "feature", "with": { "name": "x" } } // mine\n  ]\n}\n';
  const set = (text: string, id: string, field: string, value: number | true) => {
    const outcome = applyOrderEdit(text, { kind: 'set', id, field, value });
    return outcome.kind === 'edited' ? outcome.text : outcome.kind;
  };

  test('stands in `said`, once a step, and nothing else changes', () => {
    const once = set(TEXT, 'a.review', 'generation', 2);
    expect(once).toBe(TEXT.replace('"x" } }', '"x" }, "said": [{ "id": "review", "generation": 2 }] }'));
    const again = set(once, 'a.review', 'approved', true);
    expect(again).toBe(once.replace('2 }', '2, "approved": true }'));
    expect(set(again, 'a.review', 'approved', true)).toBe('unchanged');
    expect(set(again, 'a.implement', 'generation', 3)).toBe(
      again.replace('true }', 'true }, { "id": "implement", "generation": 3 }'),
    );
    expect(applyOrderEdit(TEXT, { kind: 'unset', id: 'a.review', field: 'cancelled' })).toEqual({ kind: 'unchanged' });
    expect(applyOrderEdit(TEXT, { kind: 'remove', id: 'a.review' })).toMatchObject({ kind: 'cannot' });
    expect(applyOrderEdit(TEXT, { kind: 'set', id: 'b.review', field: 'generation', value: 2 })).toMatchObject({
      kind: 'cannot',
    });
  });
});

test.each([
  { older: 1, newer: 2 },
  { older: 2, newer: 1 },
])('O20.4 after a lowered generation, the version of the highest one that ran stands: $older and $newer', ({ older, newer }) => {
  const now = parseFleet(template('[{ id: go, run: new }]')).value?.templates;
  const before = parseFleet(template('[{ id: go, run: old }]')).value?.templates.byName.t;
  const inForce = now?.byName.t;
  if (now === undefined || before === undefined || inForce === undefined || !('digest' in before) || !('digest' in inForce))
    throw new Error('expected two templates');
  const begun = () => [
    { step: 'go', digest: before.digest, generation: older },
    { step: 'go', digest: inForce.digest, generation: newer },
  ];
  const written = parseOrders(list({ id: 'a', use: 't' })).value ?? { orders: [], refused: [] };
  const { orders } = expandUses(written, { templates: now, earlier: new Map([[before.digest, before]]), begun });
  expect(work(orders.orders[0])).toContain(newer > older ? 'new' : 'old');
});

test('D4 O20 a text of a step that is too long is told with the limit', () => {
  const written = template(`[{ run: x, title: ${'x'.repeat(501)} }]`);
  expect(told(written)).toEqual([expect.stringContaining('"title" to be 500 characters long at most, found 501')]);
});
