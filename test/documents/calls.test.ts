// `call` in ORDERS.json: what it means, and where and in which words a fault of it is told.
import { expect, test } from 'vitest';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { ordersJsonSchema } from '../../src/documents/orders/orders-json-schema.ts';
import { mustBeGoodOrder, TO_PLACE } from '../../src/operations/orders/check-order.ts';

const entry = (call: string, more = '') => `{"orders": [\n{"id": "x", "assign": 1, "call": ${call}${more}}\n]}`;

function told(text: string): string[] {
  return parseOrders(text).faults.map((fault) => `${fault.level} ${fault.line}:${fault.column} ${faultSentence(fault)}`);
}

test.each<[what: string, call: string, work: object]>([
  [
    'the least that it can say',
    '{"instance": "builder", "path": "/"}',
    { to: { kind: 'instance', name: 'builder' }, method: 'GET', path: '/', headers: {}, body: null, expect: null },
  ],
  [
    'a body makes it a POST of JSON',
    '{"specialty": "build", "path": "/api/build?x=1", "body": {"b": [1.5, "ä"], "a": null}}',
    {
      to: { kind: 'specialty', name: 'build' },
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"b":[1.5,"ä"],"a":null}',
    },
  ],
  ['null is a body', '{"instance": "b", "path": "/", "body": null}', { method: 'POST', body: 'null' }],
  [
    'a text of a type of its own goes as it stands',
    '{"instance": "b", "path": "/", "method": "PUT", "headers": {"content-type": "text/plain"}, "body": "a\\nb"}',
    { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'a\nb' },
  ],
  [
    'a text of a JSON type is JSON',
    '{"instance": "b", "path": "/", "headers": {"Content-Type": "application/ld+json"}, "body": "a"}',
    { body: '"a"' },
  ],
  ['one status', '{"instance": "b", "path": "/", "expect": 404}', { expect: [404] }],
  ['some statuses', '{"instance": "b", "path": "/", "expect": [200, 404]}', { expect: [200, 404] }],
])('O14 %s', (_, call, work) => {
  const { value, faults } = parseOrders(entry(call));
  expect(faults).toEqual([]);
  expect(value?.orders[0]?.work).toMatchObject({ kind: 'call', ...work });
  expect(value?.orders[0]?.unknown).toBeUndefined();
});

const HEADERS =
  '"headers" in "call" to be an object of texts without those that are sent anyway (Host, Content-Length, Connection, Idempotency-Key …)';
const METHOD = '"method" in "call" to be one of "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"';
const PATH = '"path" in "call" to be a path such as "/api/build" (anything but ASCII, spaces and # written as %20)';

test.each<[call: string, sentence: string]>([
  [
    '"builder"',
    '2:34 expected "call" to be {"instance": "…", "path": "/…"} or {"specialty": "…", "path": "/…"}, found "builder"',
  ],
  ['null', '2:34 expected "call" to be {"instance": "…", "path": "/…"} or {"specialty": "…", "path": "/…"}, found null'],
  ['{"path": "/"}', '2:34 expected exactly one of "instance" and "specialty" in "call", found {"path":"/"}'],
  [
    '{"instance": "a", "specialty": "b", "path": "/"}',
    '2:34 expected exactly one of "instance" and "specialty" in "call", found {"instance":"a","specialty":"b","path":"/"}',
  ],
  [
    '{"instance": "A b", "path": "/"}',
    '2:47 expected "instance" in "call" to be the name of a local service: a-z first, then a-z 0-9 _ -, found "A b"',
  ],
  ['{"instance": "a"}', `2:34 expected ${PATH}, found nothing`],
  ['{"instance": "a", "path": "http://example.com/"}', `2:60 expected ${PATH}, found "http://example.com/"`],
  ['{"instance": "a", "path": "/ HTTP/1.1\\r\\nHost: x"}', `2:60 expected ${PATH}, found "/ HTTP/1.1\\r\\nHost: x"`],
  ['{"instance": "a", "path": "/", "method": "post"}', `2:75 expected ${METHOD}, found "post"`],
  [
    '{"instance": "a", "path": "/", "method": "GET", "body": 1}',
    '2:90 expected no "body" in "call" beside "method" GET or HEAD, found 1',
  ],
  [
    '{"instance": "a", "path": "/", "body": [12345678901234567890]}',
    '2:73 expected "body" in "call" to be JSON whose whole numbers are exact (below 2^53), found [12345678901234567000]',
  ],
  [
    '{"instance": "a", "path": "/", "body": {"b": [1.5, 1e400]}}',
    '2:73 expected "body" in "call" to be JSON whose whole numbers are exact (below 2^53), found {"b":[1.5,"Infinity"]}',
  ],
  ['{"instance": "a", "path": "/", "headers": {"hOST": "x"}}', `2:85 expected ${HEADERS}, found "hOST": "x"`],
  ['{"instance": "a", "path": "/", "headers": {"X-Coord-Order": "x"}}', `2:94 expected ${HEADERS}, found "X-Coord-Order": "x"`],
  ['{"instance": "a", "path": "/", "headers": {"X": "a\\r\\nB: c"}}', `2:82 expected ${HEADERS}, found "X": "a\\r\\nB: c"`],
  ['{"instance": "a", "path": "/", "headers": {"X": "a", "x": "b"}}', `2:76 expected ${HEADERS}, found {"X":"a","x":"b"}`],
  [
    '{"instance": "a", "path": "/", "expect": 100}',
    '2:75 expected "expect" in "call" to be a status from 200 to 599, or a list of them, found 100',
  ],
  [
    '{"instance": "a", "path": "/", "expect": []}',
    '2:75 expected "expect" in "call" to be a status from 200 to 599, or a list of them, found []',
  ],
])('O14, D4: a fault stops the order, and stands at the offending value: %s', (call, sentence) => {
  expect(told(entry(call))).toEqual([`fault ${sentence}`]);
  expect(parseOrders(entry(call)).value?.orders).toEqual([]);
});

test('O14 nor is a number placed from here that JSON would make null', () => {
  const place = (number: string) =>
    mustBeGoodOrder({ id: 'x', assign: 1, call: { instance: 'a', path: '/', body: JSON.parse(`{"b": [${number}]}`) } }, TO_PLACE);
  expect(() => place('1e300')).toThrow('whole numbers are exact');
  expect(() => place('-1e400')).toThrow('this order cannot be placed: 0: a number is too large');
  expect(() => place('1.5')).not.toThrow();
});

test('O14, D4: each wrong field of a call is told', () => {
  expect(told(entry('{"instance": "a", "path": "x", "method": "post", "expect": 1}'))).toHaveLength(3);
});

test('O14, D4: a key given twice, also deep within a body', () => {
  expect(told(entry('{"instance": "a", "path": "/", "body": {"a": {"b": 1, "b": 2}}}'))).toEqual([
    'fault 2:88 expected each name once, found "b" a second time',
  ]);
});

test('O14, D4: unknown fields are faults, and variables that nothing gets are told', () => {
  const call = '{"instance": "a", "path": "/", "query": 1}';
  expect(told(entry(call))).toEqual(['fault 2:65 unknown field "query"']);
  const get = '{"instance": "a", "path": "/"}';
  const idle = 'expected no "env" beside "call" without "check", found "env", which is ignored';
  expect(told(entry(get, ', "env": {"A": "1"}'))).toEqual([`warning 2:66 ${idle}`]);
  expect(told(entry(get, ', "env": {"A": "1"}, "check": "true"'))).toEqual([]);
  const chain = (check: string) =>
    `{"orders": [{"id": "c", "env": {"B": "2"}${check}, "steps": [\n{"call": ${get}, "env": {"A": "1"}},\n{"call": ${get}, "env": {"A": "1"}}]}]}`;
  expect(told(chain(''))).toEqual([`warning 2:42 ${idle}`, `warning 3:42 ${idle}`]);
  expect(told(chain(', "check": "true"'))).toEqual([`warning 2:42 ${idle}`]);
});

test('O14, O13: a step of a chain can be a call, and its faults stand in the step', () => {
  const steps = (path: string) =>
    `{"orders": [{"id": "c", "steps": [{"id": "a", "run": "x"},\n{"call": {"specialty": "build", "path": "${path}"}}]}]}`;
  expect(parseOrders(steps('/')).value?.orders).toMatchObject([
    { id: 'c.a', work: { kind: 'shell' } },
    { id: 'c.2', after: ['c.a'], work: { kind: 'call', to: { name: 'build' } } },
  ]);
  expect(told(steps('x'))).toEqual([`fault 2:41 expected ${PATH}, found "x"`]);
});

test('the published schema knows calls', () => {
  const { call } = JSON.parse(ordersJsonSchema()).properties.orders.items.properties;
  expect(call).toMatchObject({ additionalProperties: false, required: ['path'] });
  expect(call.oneOf).toEqual([{ required: ['instance'] }, { required: ['specialty'] }]);
});
