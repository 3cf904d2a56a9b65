import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { approvalMark } from '../../src/core/orders/approval-mark.ts';
import { ordersFileSchema } from '../../src/documents/orders/order-schema.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { ordersJsonSchema } from '../../src/documents/orders/orders-json-schema.ts';
import { ORDERS_EXAMPLE } from './orders-example.ts';

const told = (text: string) =>
  parseOrders(text).faults.map((fault) => `${fault.level} ${fault.line}:${fault.column} ${faultSentence(fault)}`);
const entries = (...list: string[]) => `{"orders": [\n${list.join(',\n')}\n]}`;
const ids = (text: string) => parseOrders(text).value?.orders.map((order) => order.id);
const only = (fields: string): Order => {
  const { value, faults } = parseOrders(entries(`{"id": "x"${fields === '' ? '' : `, ${fields}`}}`));
  const order = value?.orders[0];
  if (order === undefined) throw new Error(faults.map(faultSentence).join('; '));
  return order;
};

test('the example of section 5 is valid, and every order in it is read', () => {
  expect(ordersFileSchema.safeParse(JSON.parse(ORDERS_EXAMPLE)).success).toBe(true);
  const { value, faults } = parseOrders(ORDERS_EXAMPLE);
  expect(faults).toEqual([]);
  expect(value?.refused).toEqual([]);
  expect(value?.orders).toMatchObject([
    {
      id: 'hello',
      assign: { kind: 'machine', machine: 2 },
      work: { kind: 'shell', command: { kind: 'line', line: 'echo hello' } },
    },
    { id: 'train', assign: { kind: 'match', tags: ['gpu'], tool: null }, timeoutMs: 7_200_000, attempts: 3, priority: 'high' },
    { id: 'pull-everywhere', assign: { kind: 'all' } },
    {
      id: 'nightly',
      assign: { kind: 'any' },
      schedule: { line: '0 3 * * *', timezone: 'UTC', overlap: 'skip' },
    },
    {
      id: 'fix-login',
      work: { kind: 'agent', agent: 'claude' },
      workspace: { repo: 'git@example.com:me/app.git', branch: 'main' },
    },
  ]);
});

test('the published schema is stable', async () => {
  await expect(ordersJsonSchema()).toMatchFileSnapshot('../golden/orders.schema.json');
});

test('the published schema describes every field', () => {
  const { properties } = JSON.parse(ordersJsonSchema()).properties.orders.items;
  expect(Object.keys(properties)).toContain('joiners');
  for (const field of Object.values<{ description?: string }>(properties)) expect(field.description).toMatch(/\.$/);
});

test('every default is applied', () => {
  expect(only('"assign": 1, "run": "true"')).toEqual({
    id: 'x',
    generation: 1,
    title: null,
    type: null,
    feature: null,
    spec: null,
    assign: { kind: 'machine', machine: 1 },
    work: { kind: 'shell', command: { kind: 'line', line: 'true' } },
    cwd: null,
    env: {},
    timeoutMs: 3_600_000,
    check: null,
    attempts: 1,
    priority: 'normal',
    joiners: false,
    schedule: null,
    cancelled: false,
    after: [],
    approval: false,
    approved: false,
    resolved: null,
  });
});

const ASSIGN = 'expected "assign" to be a machine\'s number or name, a list of them, "all", "any", or {"tags": […], "tool": "…"}';

test.each<[written: string, assign: unknown]>([
  ['12', { kind: 'machine', machine: 12 }],
  ['"12"', { kind: 'machine', machine: 12 }],
  ['"PC-Two"', { kind: 'name', name: 'pc-two' }],
  ['"ALL"', { kind: 'all' }],
  ['"Any"', { kind: 'any' }],
  ['["PC", 3, "4"]', { kind: 'list', of: ['pc', 3, 4] }],
  ['{"tags": ["gpu"], "tool": "claude"}', { kind: 'match', tags: ['gpu'], tool: 'claude' }],
])('assign %s', (written, assign) => {
  expect(only(`"run": "x", "assign": ${written}`).assign).toEqual(assign);
});

test('numbers and booleans in env become text, with all the digits that were typed', () => {
  expect(only('"run": "x", "env": {"A": 1.5, "B": true, "C": "c"}').env).toEqual({ A: '1.5', B: 'true', C: 'c' });
  expect(only('"run": "x", "env": {"A": 12345678901234567890}').env).toEqual({ A: '12345678901234567890' });
});

test('approval, and what a person says of a lost generation', () => {
  const word = '"resolved": {"generation": 2, "as": "failed", "note": "the disk was full"}';
  expect(only(`"run": "x", "after": ["y", "z"], "approval": true, "approved": true, ${word}`)).toMatchObject({
    after: ['y', 'z'],
    approval: true,
    approved: true,
    resolved: { generation: 2, as: 'FAILED', note: 'the disk was full' },
  });
});

test('O4a: what can be no mark is no approval of other work, and every mark can be one', () => {
  for (const word of ['yes', 'true', 'approved', 'ok', 'anna'])
    expect(told(entries(`{"id": "x", "run": "x", "approval": true, "approved": "${word}"}`))).toEqual([
      `fault 2:55 expected "approved" to be true or false, or the mark that coord approve writes, found "${word}"`,
    ]);
  const of = (seed: number) => approvalMark(only(`"run": "${seed}"`));
  const marks = Array.from({ length: 300 }, (_, seed) => of(seed));
  for (const mark of marks) expect(mark).toMatch(/^[a-z0-9]{10,14}$/);
  expect(only(`"run": "x", "approval": true, "approved": "${of(1)}"`)).toMatchObject({ approved: false, approvedOther: true });
});

describe('D4: a bad entry stops only itself, and its fault stands at the offending value', () => {
  test.each([
    [
      '{"id": "x", "run": "x", "schedule": "0 3 31 2 *"}',
      '3:37 expected "schedule" to be a time that comes; this one never comes, found "0 3 31 2 *"',
    ],
    [
      '{"id": "x", "run": "x", "schedule": "60 3 * * *"}',
      '3:37 expected "schedule" to be five cron fields such as "0 3 * * *", found "60 3 * * *"',
    ],
    [
      '{"id": "x", "run": "x", "schedule": "@daily"}',
      '3:37 expected "schedule" to be five cron fields such as "0 3 * * *", found "@daily"',
    ],
    [
      '{"id": "x", "run": "x", "schedule": "0 3 * * *", "timezone": "Berlin"}',
      '3:62 expected "timezone" to be a time zone such as "Europe/Berlin", found "Berlin"',
    ],
    [
      '{"id": "x", "run": "x", "schedule": "0 3 * * *", "overlap": "both"}',
      '3:61 expected "overlap" to be "skip" or "queue", found "both"',
    ],
    ['{"id": "x", "run": "x", "attempts": 0}', '3:37 expected "attempts" to be a whole number from 1 to 100, found 0'],
    [
      '{"id": "x", "run": "x", "generation": 1.5}',
      '3:39 expected "generation" to be a whole number from 1 to 1000000, found 1.5',
    ],
    ['{"id": "x"}', '3:1 expected exactly one of "run", "agent" and "call", found none of them'],
    [
      '{"id": "x", "run": "x", "call": {"instance": "y", "path": "/"}}',
      '3:1 expected exactly one of "run", "agent" and "call", found "run" and "call"',
    ],
    ['{"id": "x", "agent": "y"}', '3:1 expected "agent" and "prompt" together, found "agent"'],
    ['{"id": "x", "run": "x", "run": "y"}', '3:25 expected each name once, found "run" a second time'],
    // They are shown in a table.
    ['{"id": "x", "run": "x", "assign": "p\\u001bc"}', `3:35 ${ASSIGN}, found "p\\u001bc"`],
    ['{"id": "x", "run": "x", "assign": {"tags": ["\\u009b2J"]}}', `3:45 ${ASSIGN}, found "\\u{9b}2J"`],
    [
      '{"id": "x", "run": "x", "assign": [1, " All"]}',
      '3:39 expected "assign" to be "all" alone, or a list without it, found " All"',
    ],
    [
      '{"id": "x", "run": "x", "assign": "2,mac"}',
      '3:35 expected "assign" to be one machine, or a list such as [2, "mac"], found "2,mac"',
    ],
    ['{"id": "x", "run": "x", "assign": "0"}', '3:35 expected "assign" to name machines from 1 to 9999, found "0"'],
    ['7', '3:1 expected an order: { … }, found 7'],
  ])('%s', (entry, sentence) => {
    const text = entries('{"id": "before", "run": "x"}', entry, '{"id": "after", "run": "x"}');
    expect(told(text)).toEqual([`fault ${sentence}`]);
    expect(ids(text)).toEqual(['before', 'after']);
    expect(parseOrders(text).value?.refused).toHaveLength(1);
  });

  test.each([
    '"run": "a\\u0000b"',
    '"run": []',
    '"run": ["", "x"]',
    '"run": ["x", 1]',
    '"run": " "',
    '"run": "x", "env": {"1A": "x"}',
    '"run": "x", "env": {"A": null}',
    '"run": "x", "timeout": "0s"',
    '"run": "x", "timeout": 0.5',
    '"run": "x", "timeout": "31d"',
    '"run": "x", "timeout": "soon"',
    '"run": "x", "assign": {"tag": ["gpu"]}',
    '"run": "x", "assign": {}',
    '"run": "x", "assign": 0',
    '"run": "x", "assign": 10000',
    '"run": "x", "priority": "top"',
    '"run": "x", "cancelled": "yes"',
  ])('refuses %s', (fields) => {
    const { value, faults } = parseOrders(entries(`{"id": "x", ${fields}}`));
    expect(value?.orders).toEqual([]);
    expect(value?.refused).toMatchObject([{ id: 'x' }]);
    expect(faults.at(-1)).toMatchObject({ level: 'fault', line: 2 });
  });
});

test.each([
  'Hello',
  'a..b',
  'a.lock',
  'a.',
  '-a',
  '',
  'a/b',
  'a'.repeat(65),
  'ä',
])('D4: %j is no id, and nobody’s order', (id) => {
  const { value } = parseOrders(entries(`{"id": ${JSON.stringify(id)}, "run": "x"}`));
  expect(value?.orders).toEqual([]);
  expect(value?.refused).toMatchObject([{ id: null }]);
});

test('D4: all entries that share an id are refused, each with its place', () => {
  const text = entries('{"id": "a", "run": "x"}', '{"id": "b", "run": "x"}', '{"run": "y", "id": "a"}');
  expect(ids(text)).toEqual(['b']);
  expect(parseOrders(text).value?.refused.map((entry) => entry.id)).toEqual(['a', 'a']);
  expect(told(text)).toEqual([
    'fault 2:8 expected each id once, found "a" more than once',
    'fault 4:20 expected each id once, found "a" more than once',
  ]);
});

describe('D4: an unknown field keeps its order from starting, and is told at its name', () => {
  test.each([
    ['"run": "x", "aproval": true', '2:25 unknown field "aproval"; did you mean "approval"?'],
    ['"run": "x", "asign": "pc"', '2:25 unknown field "asign"; did you mean "assign"?'],
    ['"run": "x", "maxTurns": 3', '2:25 unknown field "maxTurns"; did you mean "max_turns"?'],
    ['"run": "x", "depends_on": ["y"]', '2:25 unknown field "depends_on"; did you mean "after"?'],
    ['"run": "x", "energy": 3', '2:25 unknown field "energy"'],
    ['"run": "x", "assign": {"tags": ["gpu"], "tol": "git"}', '2:53 unknown field "tol"; did you mean "tool"?'],
    ['"run": "x", "workspace": {"repo": "r", "brnch": "main"}', '2:52 unknown field "brnch"; did you mean "branch"?'],
    ['"call": {"instance": "a", "path": "/", "metod": "POST"}', '2:52 unknown field "metod"; did you mean "method"?'],
    ['"run": "x", "resolved": {"generation": 1, "as": "failed", "nota": "x"}', '2:71 unknown field "nota"; did you mean "note"?'],
  ])('%s', (fields, sentence) => {
    const text = entries(`{"id": "a", ${fields}}`, '{"id": "b", "run": "x"}');
    expect(told(text)).toEqual([`fault ${sentence}`]);
    const [a, b] = parseOrders(text).value?.orders ?? [];
    expect(a?.unknown).toHaveLength(1);
    expect(b?.unknown).toBeUndefined();
  });

  test('what else it says is known: cancelled, and for whom it is', () => {
    const [a] = parseOrders(entries('{"id": "a", "run": "x", "attemps": 3, "cancelled": true, "assign": 2}')).value?.orders ?? [];
    expect(a).toMatchObject({ id: 'a', attempts: 1, cancelled: true, assign: { kind: 'machine', machine: 2 } });
  });

  test('names that begin with x- are for people, everywhere', () => {
    const text =
      '{"x-a": 1, "orders": [{"id": "a", "run": "x", "x-why": {"deep": [1]}, "X-B": 2, "assign": {"tool": "git", "x-c": 3}, "workspace": {"repo": "r", "x-d": 4}}]}';
    expect(told(text)).toEqual([]);
    expect(parseOrders(text).value?.orders).toMatchObject([{ id: 'a', assign: { kind: 'match', tool: 'git' } }]);
  });

  test('beside the list it may be meant for all orders: none of it is obeyed', () => {
    const text = '{"defaults": {"approval": true}, "orders": [{"id": "a", "run": "x"}]}';
    expect(told(text)).toEqual(['fault 1:2 unknown field "defaults"']);
    expect(parseOrders(text).value).toBeNull();
  });

  test('the published schema marks them for whoever types, and lets x- pass', () => {
    const schema = JSON.parse(ordersJsonSchema());
    const entry = schema.properties.orders.items;
    for (const place of [schema, entry, entry.properties.workspace, entry.properties.call, entry.properties.resolved])
      expect(place).toMatchObject({ additionalProperties: false, patternProperties: { '^[xX]-': {} } });
  });
});

describe('D4: the document is lost as a whole only where no list of orders can be read', () => {
  test.each([
    ['', 'fault null:null expected JSON, found an empty document'],
    ['[]', 'fault 1:1 expected an object: { "orders": [ … ] }, found []'],
    ['{}', 'fault 1:1 expected "orders": [ … ], found nothing'],
    ['{"order": []}', 'fault 1:1 expected "orders": [ … ], found only "order"'],
    ['{"orders": {}}', 'fault 1:12 expected "orders" to be a list: [ … ], found {}'],
    ['{"version": 2, "orders": []}', 'fault 1:13 expected "version" to be 1, found 2'],
    ['{"orders": [], "orders": []}', 'fault 1:16 expected each name once, found "orders" a second time'],
    ['{"orders": [{"id": "a"', 'fault 1:23 expected a comma or a closing bracket, found the end of the text'],
  ])('%s', (text, sentence) => {
    expect(parseOrders(text).value).toBeNull();
    expect(told(text)).toEqual([sentence]);
  });
});

const long = (length: number) => 'x'.repeat(length);
test.each<[fields: string, said: string]>([
  [`"title": "${long(501)}"`, '"title" to be 500 characters long at most, found 501: it is too long'],
  ['"title": 5', '"title" to be text of at most 500 characters, found 5'],
  [`"type": "${long(201)}"`, '"type" to be 200 characters long at most, found 201: it is too long'],
  [`"cwd": "/${long(4096)}"`, '"cwd" to be 4096 characters long at most, found 4097: it is too long'],
  [`"env": {"A": "${long(65_537)}"}`, '"env" to be 65536 characters long at most, found 65537: it is too long'],
  [`"assign": "${long(101)}"`, '"assign" to be 100 characters long at most, found 101: it is too long'],
  [`"assign": [${'1, '.repeat(200)}1]`, '"assign" to be a list of 200 at most, found 201: it is too long'],
  [`"assign": {"tool": "${long(201)}"}`, '"tool" in "assign" to be 200 characters long at most, found 201: it is too long'],
  [`"after": [${'"a", '.repeat(1000)}"a"]`, '"after" to be a list of 1000 at most, found 1001: it is too long'],
  [
    `"resolved": {"generation": 1, "as": "failed", "note": "${long(501)}"}`,
    '"note" in "resolved" to be 500 characters long at most, found 501: it is too long',
  ],
  [`"on": {"emergency": "${long(201)}"}`, '"emergency" in "on" to be 200 characters long at most, found 201: it is too long'],
  ['"attempts": 101', '"attempts" to be a whole number from 1 to 100, found 101'],
])('D4 a value that is too long is told with the limit (%#)', (fields, said) => {
  expect(told(entries(`{"id": "x", "run": "x", ${fields}}`))).toEqual([expect.stringContaining(` expected ${said}`)]);
});

test('D4 a command of too many arguments is told with the limit', () => {
  const argv = `[${'"a", '.repeat(1000)}"a"]`;
  const said = '"run" to be a list of 1000 at most, found 1001: it is too long';
  expect(told(entries(`{"id": "x", "run": ${argv}}`))).toEqual([expect.stringContaining(` expected ${said}`)]);
});

test.each<[fields: string, instead: string]>([
  [`"run": "${'x'.repeat(65_537)}"`, '; put it into a file there, and run that, such as: sh ~/build.sh'],
  [`"run": ["sh", "${'x'.repeat(65_537)}"]`, '; put it into a file there, and run that, such as: sh ~/build.sh'],
  [`"agent": "claude", "prompt": "${'x'.repeat(65_537)}"`, ''],
])('D4 a text that is too long is told by its length, and a command with the way out (%#)', (fields, instead) => {
  const field = fields.includes('prompt') ? 'prompt' : 'run';
  expect(told(entries(`{"id": "x", ${fields}}`))).toEqual([
    expect.stringContaining(`expected "${field}" to be 65536 characters long at most, found 65537: it is too long${instead}`),
  ]);
});
