// Numbers, true and false that stand for texts: what a run gets is what was typed.
import { expect, test } from 'vitest';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { diffOrders } from '../../src/documents/orders/orders-diff.ts';
import { expandUses, freshSources } from '../../src/documents/templates/expand.ts';

const NUMBERS = ['3.10', '1e3', '1E3', '-0', '12345678901234567890', '9007199254740993', '0.1234567890123456789', '1e400'];
const PLAIN = ['3', '3.5', '-1', 'true', 'false'];
const list = (entry: string) => `{"orders": [${entry}]}`;
const envsOf = (text: string) => parseOrders(text).value?.orders.map(({ env }) => env.V);

test.each([...NUMBERS, ...PLAIN])('O7: %s in "env" reaches the run as it is typed, in a step of a chain too', (typed) => {
  expect(envsOf(list(`{"id": "x", "run": "x", "env": {"V": ${typed}}}`))).toEqual([typed]);
  const steps = `[{"run": "x", "env": {"V": ${typed}}}, {"run": "y"}]`;
  expect(envsOf(list(`{"id": "x", "steps": ${steps}, "env": {"V": ${typed}}}`))).toEqual([typed, typed]);
});

test('O7: a number elsewhere is the number that it says', () => {
  const call = `"call": {"instance": "x", "path": "/", "body": {"env": {"V": 3.10}}}`;
  const orders = parseOrders(list(`{"id": "x", "timeout": 90.0, ${call}}`)).value?.orders ?? [];
  expect(orders).toMatchObject([{ timeoutMs: 90_000, work: { body: '{"env":{"V":3.1}}' } }]);
});

const templates = (more: string) =>
  `templates:\n  t:\n    with: { v: null${more} }\n    steps: [{ run: x, env: { V: "{{v}}", W: 3.10, X: 007 } }]\n`;

function used(fleet: string, given: string) {
  const settings = parseFleet(fleet);
  const written = parseOrders(list(`{"id": "a", "use": "t"${given}}`));
  if (settings.value === null || written.value === null) throw new Error('it cannot be read');
  const { orders, faults } = expandUses(written.value, freshSources(settings.value.templates));
  return { faults: [...settings.faults, ...written.faults, ...faults], env: orders.orders[0]?.env };
}

test.each([...NUMBERS, ...PLAIN])('O20.5: %s in "with" is the text that is typed', (typed) => {
  const { faults, env } = used(templates(''), `, "with": {"v": ${typed}}`);
  expect(faults).toEqual([]);
  expect(env).toEqual({ V: typed, W: '3.10', X: '007' });
});

test.each([
  ...NUMBERS,
  ...PLAIN,
  '007',
  '0x1F',
  '+5',
  '.5',
  'True',
  '0o17',
])('O20.5: %s as a default of a parameter too', (typed) => {
  const { faults, env } = used(templates(`, d: ${typed}`).replace('{{v}}', '{{d}}'), ', "with": {"v": 1}');
  expect(faults).toEqual([]);
  expect(env).toMatchObject({ V: typed });
});

test('O20: a type of a template that looks like a number is the type that is typed', () => {
  const { value } = parseFleet(
    'templates:\n  t: { types: [1.10, 007], steps: [{ run: x }] }\n  u: { types: 2.0, steps: [{ run: x }] }\n',
  );
  expect(Object.values(value?.templates.byName ?? {}).map(({ types }) => types)).toEqual([['1.10', '007'], ['2.0']]);
});

test('F4: so is a name of the fleet', () => {
  expect(parseFleet('name: 1.10\n').value?.name).toBe('1.10');
});

test('D5: what is saved in a copy is the edit that was typed', () => {
  const after = list('{"id": "x", "run": "x", "env": {"V": 3.10, "W": 3}}');
  const env = { V: '3.10', W: 3 };
  expect(diffOrders(list(''), after)).toEqual({ kind: 'edits', edits: [{ kind: 'add', order: { id: 'x', run: 'x', env } }] });
  const before = list('{"id": "x", "run": "x", "env": {"V": 3.1, "W": 3}}');
  expect(diffOrders(before, after)).toMatchObject({
    edits: [{ kind: 'set', field: 'env', value: env, was: [{ V: 3.1, W: 3 }] }],
  });
});

test('O20.3: a version is found by the digest that it had before numbers counted as typed', () => {
  const { value } = parseFleet(
    'templates:\n  t:\n    with: { py: 3.10 }\n    steps: [{ run: x, env: { MODE: 007 } }, { run: y }]\n',
  );
  expect(value?.templates.byName.t).toMatchObject({ former: 'x2ers0dxh9c8', parameters: { py: '3.10' } });
});

test('O20.3: what began by a former digest goes on under it, unless a version has it as its own', () => {
  const fleet = (version: string) =>
    `templates:\n  t: { steps: [{ run: x, env: { V: ${version} } }, { run: y, env: { V: ${version} } }] }\n`;
  const [now, before] = [fleet('1.20'), fleet('1.2')].map((text) => parseFleet(text).value?.templates);
  const written = parseOrders(list('{"id": "a", "use": "t"}')).value;
  const [old, one] = [now?.byName.t, before?.byName.t];
  if (!now || !written || !one || !old || !('digest' in one) || !('digest' in old)) throw new Error('it cannot be read');
  expect([old.former, old.digest === one.digest]).toEqual([one.digest, false]);
  const begun = () => [{ step: '1', digest: one.digest, generation: 1 }];
  const envs = (earlier: Parameters<typeof expandUses>[1]['earlier']) =>
    expandUses(written, { templates: now, earlier, begun }).orders.orders.map(({ env, template }) => [env.V, template?.digest]);
  expect(envs(new Map())).toEqual(Array(2).fill(['1.20', one.digest]));
  expect(envs(new Map([[one.digest, one]]))).toEqual(Array(2).fill(['1.2', one.digest]));
});
