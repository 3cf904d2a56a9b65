// Chains written short: what each step becomes, and what is wrong where.
import { describe, expect, test } from 'vitest';
import type { OrderChange, OrderEdit, PersonEdit } from '../../src/core/model/ledger/intention.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { applyEntryEdit } from '../../src/documents/orders/apply-change.ts';
import { applyOrderEdit } from '../../src/documents/orders/apply-edit.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { diffOrders } from '../../src/documents/orders/orders-diff.ts';
import { withStepWork } from '../../src/documents/orders/step-edits.ts';

const list = (...entries: (object | string)[]) =>
  `{"orders": [\n${entries.map((it) => (typeof it === 'string' ? it : JSON.stringify(it))).join(',\n')}\n]}`;
const told = (text: string) =>
  parseOrders(text).faults.map((fault) => `${fault.level} ${fault.line}:${fault.column} ${faultSentence(fault)}`);
const ordersOf = (text: string) => parseOrders(text).value?.orders ?? [];
const RUN = { run: 'true' };
const steps = (...of: object[]) => ({ id: 'login', steps: of.map((step) => ({ ...RUN, ...step })) });
const field = (chain: object, name: keyof Order) => ordersOf(list(chain)).map((order) => order[name]);

test('each step is an order of its own, after the one before it; a step without an id has its number', () => {
  const chain = { ...steps({ id: 'concept', assign: 3 }, {}, { id: 'build', after: ['x'] }), after: ['plan'] };
  const { value, faults } = parseOrders(list(chain, { id: 'plan', ...RUN }, { id: 'x', ...RUN }));
  expect(faults).toEqual([]);
  expect(value?.refused).toEqual([]);
  expect(value?.orders.map(({ id, after, step }) => ({ id, after, step }))).toEqual([
    { id: 'login.concept', after: ['plan'], step: { chain: 'login', name: 'concept' } },
    { id: 'login.2', after: ['login.concept'], step: { chain: 'login', name: '2' } },
    { id: 'login.build', after: ['x', 'login.2'], step: { chain: 'login', name: 'build' } },
    expect.objectContaining({ id: 'plan' }),
    expect.objectContaining({ id: 'x' }),
  ]);
  expect(value?.chains).toEqual([
    {
      id: 'login',
      title: null,
      after: ['plan'],
      cancelled: false,
      steps: [
        { id: 'login.concept', name: 'concept' },
        { id: 'login.2', name: '2' },
        { id: 'login.build', name: 'build' },
      ],
    },
  ]);
});

describe('what a step does not say, the chain says', () => {
  test.each<[name: keyof Order, chain: object, second: object, expected: unknown[]]>([
    ['type', { type: 'feature' }, { type: 'bug' }, ['feature', 'bug']],
    ['priority', { priority: 'high' }, { priority: 'low' }, ['high', 'low']],
    ['cwd', { cwd: '~/app' }, { cwd: '~/x' }, ['~/app', '~/x']],
    ['timeoutMs', { timeout: '2h' }, { timeout: '1m' }, [7_200_000, 60_000]],
    ['attempts', { attempts: 3 }, { attempts: 1 }, [3, 1]],
    ['assign', { assign: 2 }, { assign: 'all' }, [{ kind: 'machine', machine: 2 }, { kind: 'all' }]],
    [
      'env',
      { env: { A: '1', B: '1' } },
      { env: { B: '2' } },
      [
        { A: '1', B: '1' },
        { A: '1', B: '2' },
      ],
    ],
    ['joiners', { joiners: true }, { joiners: false }, [true, false]],
    ['title', { title: 'The whole' }, { title: 'A part' }, [null, 'A part']],
    ['route', { type: 'feature' }, {}, ['open', 'open']],
    ['generation', { generation: 3 }, { generation: 2 }, [3, 3]],
    ['generation', { generation: 3 }, { generation: 5 }, [3, 5]],
    ['cancelled', { cancelled: true }, { cancelled: false }, [true, true]],
    ['cancelled', {}, { cancelled: true }, [false, true]],
    ['approval', { approval: true }, {}, [true, false]],
    ['approved', { approval: true, approved: true }, { approval: true }, [true, false]],
    ['check', { check: 'test -s x' }, {}, [null, { kind: 'line', line: 'test -s x' }]],
  ])('%s: %j, then %j', (name, chain, second, expected) => {
    expect(field({ ...steps({}, second), ...chain }, name)).toEqual(expected);
  });
});

describe('D4: what is wrong with a chain stops it and no other order, and is told where it stands', () => {
  const long = 'x'.repeat(60);
  test.each<[what: string, entries: string[], faults: string[]]>([
    [
      'no steps',
      ['{"id": "login", "steps": []}'],
      ['fault 2:26 expected "steps" to be a list of 1 to 100 steps: [{ "run": … }, …], found []'],
    ],
    [
      'steps that are no list',
      ['{"id": "login", "steps": "build"}'],
      ['fault 2:26 expected "steps" to be a list of 1 to 100 steps: [{ "run": … }, …], found "build"'],
    ],
    [
      'steps and work of its own',
      ['{"id": "login", "run": "x", "steps": [{"run": "y"}]}'],
      ['fault 2:17 expected no "run" beside "steps", found "x"'],
    ],
    [
      'a schedule and steps',
      ['{"id": "login", "schedule": "0 3 * * *", "steps": [{"run": "y"}]}'],
      ['fault 2:17 expected no "schedule" beside "steps", found "0 3 * * *"'],
    ],
    [
      'steps within steps',
      ['{"id": "login", "steps": [{"run": "x", "steps": [{"run": "y"}]}]}'],
      ['fault 2:40 expected no "steps" within a step, found [{"run":"y"}]'],
    ],
    [
      'a step that does nothing',
      ['{"id": "login", "steps": [{"run": "x"}, {"id": "b"}]}'],
      ['fault 2:41 expected exactly one of "run", "agent" and "call", found none of them'],
    ],
    [
      'a value that cannot be, within a step',
      ['{"id": "login", "steps": [{"run": "x"}, {"run": "y", "attempts": 0}]}'],
      ['fault 2:66 expected "attempts" to be a whole number from 1 to 100, found 0'],
    ],
    [
      'a machine that cannot be, within a step',
      ['{"id": "login", "steps": [{"run": "x", "assign": "99999"}]}'],
      ['fault 2:50 expected "assign" to name machines from 1 to 9999, found "99999"'],
    ],
    [
      'a step twice',
      ['{"id": "login", "steps": [{"id": "a", "run": "x"}, {"id": "a", "run": "y"}]}'],
      [
        'fault 2:34 expected each id once, found "login.a" more than once',
        'fault 2:59 expected each id once, found "login.a" more than once',
      ],
    ],
    [
      "a step that has another one's number",
      ['{"id": "login", "steps": [{"id": "2", "run": "x"}, {"run": "y"}]}'],
      [
        'fault 2:34 expected each id once, found "login.2" more than once',
        'fault 2:52 expected each id once, found "login.2" more than once',
      ],
    ],
    [
      'a step that has the id of another order',
      ['{"id": "login", "steps": [{"id": "a", "run": "x"}]}', '{"id": "login.a", "run": "y"}'],
      [
        'fault 2:34 expected each id once, found "login.a" more than once',
        'fault 3:8 expected each id once, found "login.a" more than once',
      ],
    ],
    [
      'an id that gets too long',
      [`{"id": "${long}", "steps": [{"id": "concept", "run": "x"}]}`],
      [
        expect.stringMatching(
          /^fault 2:89 expected the chain's id and the step's to have 64 characters together with a dot, found "x+\.concept"$/,
        ) as unknown as string,
      ],
    ],
  ])('%s', (_, entries, faults) => {
    const text = list(...entries, '{"id": "other", "run": "z"}');
    expect(told(text)).toEqual(faults);
    expect(ordersOf(text).map((order) => order.id)).toEqual(['other']);
    expect(parseOrders(text).value?.refused).toHaveLength(entries.length);
    expect(parseOrders(text).value?.chains).toBeUndefined();
  });

  test('D4: an unknown field in a step keeps that step from starting, one of the chain all of them', () => {
    const text = list('{"id": "login", "after": ["no"], "steps": [{"run": "x", "colour": 1}, {"run": "y", "after": ["nor"]}]}');
    expect(told(text)).toEqual([
      'fault 2:57 unknown field "colour"',
      'warning 2:27 expected "after" to name orders of this list, found "no", which is not in it',
      'warning 2:94 expected "after" to name orders of this list, found "nor", which is not in it',
    ]);
    const unknownOf = (it: string) => ordersOf(it).map(({ id, unknown = [] }) => [id, ...unknown.map(({ field }) => field)]);
    expect(unknownOf(text)).toEqual([['login.1', 'colour'], ['login.2']]);
    expect(unknownOf(list('{"id": "login", "aproval": true, "steps": [{"run": "x"}, {"run": "y", "colour": 1}]}'))).toEqual([
      ['login.1', 'aproval'],
      ['login.2', 'colour', 'aproval'],
    ]);
  });

  test('a circle through a chain is told with its path; after a chain, and after a step, others may come', () => {
    const through = list({ ...steps({}, {}), after: ['a'] }, { id: 'a', after: ['login'], ...RUN });
    expect(told(through)).toEqual([
      'fault 2:64 expected "after" to lead to a first order, found a circle: login.1 → a → login → login.2 → login.1',
    ]);
    expect(told(list(steps({}), { id: 'a', after: ['login', 'login.1'], ...RUN }))).toEqual([]);
  });
});

describe('D5: a step is edited where it stands, and by itself', () => {
  const text = `{"orders": [
  {
    "id": "login", // the page
    "steps": [
      { "id": "concept", "run": "a" },
      { "run": "b" }
    ]
  }
]}`;
  const edit = (of: OrderEdit, on = text) => {
    const outcome = applyOrderEdit(on, of);
    return outcome.kind === 'edited' ? outcome.text : outcome;
  };

  test('set and unset touch one line', () => {
    const set = edit({ kind: 'set', id: 'login.2', field: 'generation', value: 2 });
    expect(set).toBe(text.replace('{ "run": "b" }', '{ "run": "b", "generation": 2 }'));
    expect(edit({ kind: 'unset', id: 'login.2', field: 'generation' }, String(set))).toBe(text);
    expect(edit({ kind: 'unset', id: 'login.concept', field: 'cancelled' })).toEqual({ kind: 'unchanged' });
  });

  test('what would not be safe is not done', () => {
    expect(edit({ kind: 'remove', id: 'login.2' })).toMatchObject({
      kind: 'cannot',
      reason: expect.stringContaining('a step of a chain'),
    });
    expect(edit({ kind: 'add', order: { id: 'login.2', run: 'x' } })).toMatchObject({ kind: 'cannot' });
    expect(edit({ kind: 'set', id: 'login.3', field: 'run', value: 'x' })).toMatchObject({ kind: 'cannot' });
    expect(edit({ kind: 'set', id: 'login.concept', field: 'id', value: 'x' })).toMatchObject({ kind: 'cannot' });
  });

  test('a saved copy: changes of two steps are two edits; other steps are one of the chain', () => {
    const { steps: of } = steps({ id: 'a' }, {});
    const chain = (...now: object[]) => list({ id: 'login', title: 'x', steps: now });
    const before = chain(...of);
    expect(diffOrders(before, chain({ ...of[0], run: 'b' }, { ...of[1], cancelled: true }))).toEqual({
      kind: 'edits',
      edits: [
        { kind: 'set', id: 'login.a', field: 'run', value: 'b', was: ['true'] },
        { kind: 'set', id: 'login.2', field: 'cancelled', value: true, was: [], work: ['true', null, null, null] },
      ],
    });
    expect(diffOrders(before, chain(of[0] as object))).toEqual({
      kind: 'edits',
      edits: [{ kind: 'set', id: 'login', field: 'steps', value: [of[0]], was: [of] }],
    });
  });
});

describe('a step without an id is known by its number, and its work tells it from another one of that number', () => {
  const chain = (...of: object[]) => list({ id: 'login', steps: of });
  const [think, draw, make] = [{ run: 'think' }, { run: 'draw' }, { run: 'make' }] as [object, object, object];
  const approve: OrderEdit = { kind: 'set', id: 'login.2', field: 'approved', value: true };
  const seen = (edit: PersonEdit) => withStepWork(chain(think, draw), edit);

  test('D5 an edit of it lands on it, and on no other', () => {
    expect(applyEntryEdit(chain(think, draw, make), seen(approve) as OrderEdit)).toMatchObject({ kind: 'edited' });
    expect(applyEntryEdit(chain(think, make, draw), seen(approve) as OrderEdit)).toMatchObject({
      kind: 'cannot',
      reason: '"login.2" is a different step by now; give the steps ids: "approved" was not changed',
    });
    const change: OrderChange = { kind: 'change', id: 'login', fields: [approve] };
    expect(applyEntryEdit(chain(think, make, draw), seen(change) as OrderChange).kind).toBe('cannot');
    expect(applyEntryEdit(chain(think, { ...draw, approved: true }), seen(approve) as OrderEdit).kind).toBe('unchanged');
  });

  test('one with an id, and an order of its own, are known by that', () => {
    const named = chain(think, { id: '2', run: 'draw' });
    expect(withStepWork(named, approve)).toBe(approve);
    expect(withStepWork(list({ id: 'login.2', ...RUN }), approve)).toBe(approve);
    expect(withStepWork('no JSON', approve)).toBe(approve);
  });

  test('a saved copy says so too, also where what it does changes', () => {
    const diff = diffOrders(chain(think, draw), chain(think, { run: 'paint', timeout: '2h' }));
    if (diff.kind !== 'edits') throw new Error(diff.reason);
    const applied = (text: string) =>
      diff.edits.reduce((now, edit) => {
        const outcome = applyOrderEdit(now, edit);
        return outcome.kind === 'edited' ? outcome.text : now;
      }, text);
    expect(JSON.parse(applied(chain(think, draw, make))).orders[0].steps).toEqual([think, { run: 'paint', timeout: '2h' }, make]);
    expect(applied(chain(think, make, draw))).toBe(chain(think, make, draw));
  });

  test.each<[what: string, before: object, after: object]>([
    ['gets its number as an id', draw, { id: '2', ...draw }],
    ['loses it', { id: '2', ...draw }, draw],
  ])('a saved copy in which it %s changes the steps as a whole', (_what, before, after) => {
    const diff = diffOrders(chain(think, before), chain(think, after));
    expect(diff).toEqual({
      kind: 'edits',
      edits: [{ kind: 'set', id: 'login', field: 'steps', value: [think, after], was: [[think, before]] }],
    });
  });
});
