// What comes in is bounded, whatever it is cut into.
import { expect, test } from 'vitest';
import { shortLines } from '../../src/mcp/lines.ts';

async function through(chunks: readonly (string | Buffer)[], bytesMax: number) {
  const dropped: (string | number | null)[] = [];
  const lines = shortLines((id) => dropped.push(id), bytesMax);
  let out = '';
  lines.on('data', (chunk) => {
    out += String(chunk);
  });
  const ended = new Promise((resolve) => lines.on('end', resolve));
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  await ended;
  return { out, dropped };
}

test('lines come through whole, however they were cut', async () => {
  const text = '{"a":1}\n\n{"b":"ä€"}\r\n';
  const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
  expect((await through([text], 100)).out).toBe(text);
  expect((await through(bytes, 100)).out).toBe(text);
  expect((await through(['{"a"', ':1}\n{', '"b":2}', '\n'], 100)).out).toBe('{"a":1}\n{"b":2}\n');
});

test('a line that is too long is dropped and nothing else; its id is found first or last', async () => {
  const x = 'x'.repeat(2_000);
  const lines = [
    `{"jsonrpc":"2.0","id":7,"method":"${x}"}`,
    '{"kept":1}',
    `{"method":"a","params":{"id":5,"x":"${x}"},"jsonrpc":"2.0","id":"abc"}`,
    `{"params":{"x":"${x}","id":5}}`,
    `{"id":9,"params":"${x}"}`,
    x,
    '{"kept":2}',
  ];
  const text = `${lines.join('\n')}\n`;
  for (const size of [1, 7, 100, 5_000]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
    expect(await through(chunks, 1_000), String(size)).toEqual({
      out: '{"kept":1}\n{"kept":2}\n',
      dropped: [7, 'abc', null, 9, null],
    });
  }
});

test('of a line without an end nothing is kept', async () => {
  const chunks = Array.from({ length: 300 }, () => 'y'.repeat(100_000));
  expect(await through(chunks, 1_000)).toEqual({ out: '', dropped: [] });
});
