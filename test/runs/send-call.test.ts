// O14: the caller alone, against programs that answer in every way that a program can.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseOutputs } from '../../src/runs/output-file.ts';
import { sendCall } from '../../src/runs/send-call.ts';

let folder = '';
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-call-'));
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function listening(server: Server): Promise<number> {
  servers.push(server.on('connection', (socket) => sockets.add(socket)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

const http = (answer: RequestListener) => listening(createHttpServer(answer));
/** Says this to whoever connects, and then ends the connection, or keeps it and reads no more. */
const raw = (text: string, then: 'end' | 'keep') =>
  listening(
    createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', () => {
          if (then === 'keep') socket.pause();
          if (then === 'end') socket.end(text);
          else socket.write(text);
        });
    }),
  );

function sink(): Writable & { text(): string; sizeBytes: number } {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    write(piece: Buffer, _encoding, next) {
      stream.sizeBytes += piece.length;
      if (stream.sizeBytes < 10_000) pieces.push(piece);
      // Later, so that the caller has to wait for whoever reads it.
      setImmediate(next);
    },
  }) as ReturnType<typeof sink>;
  return Object.assign(stream, { text: () => Buffer.concat(pieces).toString(), sizeBytes: 0 });
}

async function called(port: number, more: object = {}, variables: Readonly<Record<string, string>> = {}) {
  const [spec, output] = [join(folder, 'spec.json'), join(folder, 'outputs')];
  const call = { program: 'p', port, method: 'GET', path: '/', headers: {}, body: null, expect: null, ...more };
  writeFileSync(spec, JSON.stringify({ call }));
  const [out, errors] = [sink(), sink()];
  const env = { COORD_CALL: spec, COORD_OUTPUT: output, COORD_ORDER: 'x', COORD_GENERATION: '2', COORD_ATTEMPT: '3' };
  const code = await sendCall({ ...variables, ...env, COORD_IDEMPOTENCY_KEY: 'x@2' }, out, errors);
  await new Promise<void>((done) => errors.end(done));
  const { values, problems } = parseOutputs(readFileSync(output, 'utf8'));
  expect(problems).toEqual([]);
  return { code, out, errors: errors.text(), outputs: values };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

test.each<[what: string, text: string, then: 'end' | 'keep', problem: string | RegExp]>([
  ['nothing at all', '', 'end', 'p broke off without an answer: ECONNRESET'],
  [
    'a head that breaks off',
    'HTTP/1.1 200 O',
    'end',
    /^p broke off without an answer: |^p on port \d+ does not answer in HTTP: /,
  ],
  ['another language', 'SSH-2.0-OpenSSH_9\r\n\r\n', 'end', /^p on port \d+ does not answer in HTTP: HPE_/],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    'keep',
    'p broke off without an answer: ECONNRESET',
  ],
  [
    'half of what was announced',
    `${HEAD}Content-Length: 10\r\n\r\nhalf`,
    'end',
    'p broke off in the middle of its answer (200, after 4 bytes): ECONNRESET',
  ],
  [
    'pieces without the last one',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`,
    'end',
    'p broke off in the middle of its answer (200, after 4 bytes): ECONNRESET',
  ],
])('O14 %s is no answer, and says so', async (_, text, then, problem) => {
  const { code, outputs, errors } = await called(await raw(text, then));
  expect(code).toBe(2);
  expect(outputs.problem).toMatch(problem);
  expect(errors.replace(/^\n/, '')).toBe(`coord: ${outputs.problem}\n`);
});

test('O14 an answer counts though the program reads no more of a long request, and keeps the connection', async () => {
  const port = await raw('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!', 'keep');
  const { code, outputs } = await called(port, { method: 'POST', body: 'x'.repeat(12_000_000) });
  expect([code, outputs]).toEqual([
    1,
    { program: 'p', status: '413', body: 'no!', problem: 'p answered 413 Payload Too Large: no!' },
  ]);
});

test('O14 a body of any size passes by; only its beginning is looked at', async () => {
  const port = await http((_, response) => {
    for (let piece = 0; piece < 300; piece += 1) response.write('y'.repeat(65_536));
    response.end();
  });
  const { code, out, outputs } = await called(port);
  expect([code, out.sizeBytes, outputs]).toEqual([0, 300 * 65_536, { program: 'p', status: '200' }]);
});

test.each<[what: string, body: string | Buffer, headers: Record<string, string>, shown: string, output: string | undefined]>([
  ['one line', 'hello\n', {}, 'hello\n', 'hello'],
  ['several lines', 'one\ntwo\n', {}, 'one\ntwo\n', undefined],
  [
    'JSON over several lines',
    '{\r\n  "a": "x\\ny",\r\n  "b": 1.10\r\n}',
    {},
    '{\r\n  "a": "x\\ny",\r\n  "b": 1.10\r\n}',
    '{"a": "x\\ny","b": 1.10}',
  ],
  ['a long line', 'z'.repeat(1025), {}, 'z'.repeat(1025), undefined],
  ['nothing', '', {}, '', ''],
  ['no text', Buffer.from([1, 0, 2]), { 'content-type': 'image/png' }, '(3 bytes of image/png, not shown)\n', undefined],
  [
    'compressed all the same',
    gzipSync('x'),
    { 'content-encoding': 'gzip' },
    `(${gzipSync('x').length} bytes, not shown)\n`,
    undefined,
  ],
])('O14 a body that is %s', async (_, body, headers, shown, output) => {
  const { code, out, outputs } = await called(await http((_request, response) => response.writeHead(200, headers).end(body)));
  expect([code, out.text(), outputs.body]).toEqual([0, shown, output]);
});

test('O14 what an order says in headers goes along, and what coord says stands', async () => {
  let seen: object = {};
  const port = await http((request, response) => {
    seen = request.headers;
    response.end();
  });
  await called(port, { method: 'POST', headers: { accept: 'text/html', 'x-a': '1' }, body: 'ä' });
  expect(seen).toEqual({
    ...{ host: `127.0.0.1:${port}`, connection: 'close', 'content-length': '2', 'user-agent': 'coord', accept: 'text/html' },
    ...{ 'accept-encoding': 'identity', 'x-a': '1', 'idempotency-key': 'x@2' },
    ...{ 'x-coord-order': 'x', 'x-coord-generation': '2', 'x-coord-attempt': '3' },
  });
});

test.each([
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
])('O14 the length of a body is said: %s is one request', async (method) => {
  let seen = '';
  const port = await listening(
    createServer((socket) => {
      socket.on('data', (piece) => {
        seen += piece;
        if (seen.endsWith('GET /two HTTP/1.1\r\n\r\nä')) socket.end(`${HEAD}Content-Length: 0\r\n\r\n`);
      });
    }),
  );
  const body = 'GET /two HTTP/1.1\r\n\r\nä';
  expect((await called(port, { method, path: '/one', body })).code).toBe(0);
  const [head = '', ...rest] = seen.split('\r\n\r\n');
  expect(head.startsWith(`${method} /one HTTP/1.1\r\n`)).toBe(true);
  expect(head.match(/^content-length: .*$/gim)).toEqual([`Content-Length: ${Buffer.byteLength(body)}`]);
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(rest.join('\r\n\r\n')).toBe(body);
});

test('O14 outputs of earlier orders go as headers; what no header carries is left out whole, and said', async () => {
  let seen: Record<string, unknown> = {};
  const port = await http((request, response) => {
    seen = request.headers;
    response.end();
  });
  const long = 'x'.repeat(1024);
  const { code, errors } = await called(
    port,
    {},
    {
      ...{ COORD_FROM_BUILD_VERSION: '1.2 a', COORD_FROM_MY_APP_EMPTY: '', COORD_FROM_A_LONG: long, OTHER: 'no' },
      ...{
        COORD_FROM_A_LONGER: `${long}x`,
        COORD_FROM_A_LINES: 'a\r\nx-coord-order: y',
        COORD_FROM_A_WORD: 'ä',
        COORD_FROM_A_END: 'a ',
      },
      ...Object.fromEntries(['B', 'C', 'D', 'E', 'F'].map((id) => [`COORD_FROM_${id}_LONG`, long])),
    },
  );
  const from = Object.keys(seen).filter((name) => name.startsWith('x-coord-from-'));
  const longs = ['a', 'b', 'c', 'd', 'e'].map((id) => `x-coord-from-${id}-long`);
  expect(from.sort()).toEqual([...longs, 'x-coord-from-build-version', 'x-coord-from-my-app-empty'].sort());
  expect(seen).toMatchObject({
    'x-coord-from-build-version': '1.2 a',
    'x-coord-from-my-app-empty': '',
    'x-coord-from-a-long': long,
  });
  expect(seen).toMatchObject({ 'x-coord-order': 'x' });
  const plain = 'a header carries one line of plain ASCII, without spaces around it';
  expect([code, errors.trimEnd().split('\n')]).toEqual([
    0,
    [
      'coord: X-Coord-From-A-LONGER was not sent: 1025 characters, and a header may have 1024',
      `coord: X-Coord-From-A-LINES was not sent: ${plain}`,
      `coord: X-Coord-From-A-WORD was not sent: ${plain}`,
      `coord: X-Coord-From-A-END was not sent: ${plain}`,
      'coord: X-Coord-From-F-LONG was not sent: with the others more than 6144 characters',
    ],
  ]);
});

test('O14 the words of a failure are short, and one line', async () => {
  const { outputs } = await called(await http((_, response) => response.writeHead(503).end(`a\nb\u0000${'c'.repeat(999)}`)));
  expect(outputs.problem).toBe('p answered 503 Service Unavailable');
  const text = await called(await http((_, response) => response.writeHead(503).end(`a\nb=${'c '.repeat(999)}`)));
  expect(text.outputs.problem).toBe(`p answered 503 Service Unavailable: a b=${'c '.repeat(98).slice(0, -3)}…`);
});

test('O14 without a request it does nothing', async () => {
  const errors = sink();
  expect(await sendCall({}, sink(), errors)).toBe(2);
  expect(errors.text()).toContain('what coord starts for an order with "call"');
});

test.each([
  '{"error":"no"}',
  '{"error":"no"}\n',
])('O14 in the log of a call, what coord says stands on a line of its own after %j', async (body) => {
  const port = await http((_, answer) => answer.writeHead(500).end(body));
  const { out, errors } = await called(port);
  const log = out.text() + errors;
  expect(log.split('\n')).toEqual(['{"error":"no"}', expect.stringMatching(/^coord: p answered 500/), '']);
});
