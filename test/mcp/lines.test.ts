// What comes in is bounded, whatever it is cut into, and what is no message is answered.
import { expect, test } from 'vitest';
import { type BadLine, messageLines } from '../../src/mcp/lines.ts';

async function through(chunks: readonly (string | Buffer)[], bytesMax: number) {
  const bad: BadLine[] = [];
  const lines = messageLines((line) => bad.push(line), bytesMax);
  let out = '';
  lines.on('data', (chunk) => {
    out += String(chunk);
  });
  const ended = new Promise((resolve) => lines.on('end', resolve));
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  await ended;
  return { out, bad, dropped: bad.map(({ id }) => id) };
}

test('lines come through whole, however they were cut', async () => {
  const text = '{"jsonrpc":"2.0","a":1}\n\n{"jsonrpc":"2.0","b":"ä€"}\r\n';
  const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
  expect((await through([text], 100)).out).toBe(text);
  expect((await through(bytes, 100)).out).toBe(text);
  const cut = ['{"jsonrpc"', ':"2.0","id":1}\n{', '"jsonrpc":"2.0"}', '\n'];
  expect((await through(cut, 100)).out).toBe(cut.join(''));
});

test('a line that is too long is dropped and nothing else; its id is found first or last', async () => {
  const x = 'x'.repeat(2_000);
  const lines = [
    `{"jsonrpc":"2.0","id":7,"method":"${x}"}`,
    '{"jsonrpc":"2.0","kept":1}',
    `{"method":"a","params":{"id":5,"x":"${x}"},"jsonrpc":"2.0","id":"abc"}`,
    `{"params":{"x":"${x}","id":5}}`,
    `{"id":9,"params":"${x}"}`,
    x,
    '{"jsonrpc":"2.0","kept":2}',
  ];
  const text = `${lines.join('\n')}\n`;
  for (const size of [1, 7, 100, 5_000]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
    const { out, dropped } = await through(chunks, 1_000);
    expect(out, String(size)).toBe('{"jsonrpc":"2.0","kept":1}\n{"jsonrpc":"2.0","kept":2}\n');
    expect(dropped, String(size)).toEqual([7, 'abc', null, 9, null]);
  }
});

test('of a line without an end nothing is kept', async () => {
  const chunks = Array.from({ length: 300 }, () => 'y'.repeat(100_000));
  expect(await through(chunks, 1_000)).toEqual({ out: '', bad: [], dropped: [] });
});

test.each([
  ['{"jsonrpc":"2.0","id":1', null, -32700, 'expected a line of JSON'],
  ['\x00', null, -32700, 'expected a line of JSON'],
  ['['.repeat(900), null, -32700, 'expected a line of JSON'],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', null, -32600, 'expected one message a line, found a batch'],
  ['[]', null, -32600, 'expected one message a line, found a batch'],
  ['"ping"', null, -32600, 'expected a message, found a plain value'],
  ['null', null, -32600, 'expected a message, found a plain value'],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600, 'expected a string or a number as the id'],
  ['{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32600, 'expected a string or a number as the id'],
  ['{"id":7,"method":"ping"}', 7, -32600, 'expected "jsonrpc": "2.0"'],
])('a line that is no message is answered: %s', async (line, id, code, message) => {
  expect(await through([`${line}\n`], 1_000)).toMatchObject({ out: '', bad: [{ id, code, message }] });
});
