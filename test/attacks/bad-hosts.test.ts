// Attacks of what answers in the place of the host: a login page, a captive portal, a proxy, a host that sends a machine elsewhere.
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitWorld, type GitWorld } from '../ledger/git-world.ts';
import { type HttpHub, serveHub } from '../ledger/http-backend.ts';

let world: GitWorld;
let hub: HttpHub;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  world = createGitWorld();
  hub = await serveHub(world.root, 'hub.git');
});
afterEach(async () => {
  for (const end of [...ends.splice(0), hub.close, () => world.end()]) await end();
});

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const SECRET = 's3cret-of-me';
const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
const page = '<html><title>Log in</title><form></form></html>';
const GIT = { 'Content-Type': 'application/x-git-upload-pack-advertisement', Connection: 'close' };
const ANSWERS: readonly (readonly [string, RequestListener])[] = [
  ['a page of one line', (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(page)],
  ['a page of some lines', (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(`${page}\n${page}\n`)],
  ['nothing', (_, response) => response.writeHead(200, GIT).end()],
  ['garbage', (_, response) => response.writeHead(200, GIT).end(randomBytes(5_000))],
  [
    'an error with escapes and a login',
    (_, response) =>
      response
        .writeHead(200, GIT)
        .end(`${packet('# service=git-upload-pack\n')}0000${packet(`ERR \u001b[31mhttps://me:${SECRET}@host/ no\n`)}`),
  ],
  ['a way back to itself', (request, response) => response.writeHead(302, { Location: request.url, Connection: 'close' }).end()],
  [
    'headers without an end',
    (_, response) =>
      response.writeHead(200, Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`X-${at}`, 'x'.repeat(6_000)]))).end(),
  ],
  [
    'a wish for a login, again and again',
    (_, response) => response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="hub"' }).end(),
  ],
];

test.each(ANSWERS)('R3a: a host that answers with %s is not reached, and nothing is taken for gone', async (_name, answer) => {
  world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
  const port = await serve(answer);
  const ledger = world.ledger('one', { remoteUrl: hub.url.replace('://', `://me:${SECRET}@`) });
  expect(await ledger.fetch(null)).toMatchObject({ kind: 'fetched' });
  // The same remote: what stands in its way answers for it.
  const bad = world.ledger('one', { remoteUrl: `http://me:${SECRET}@127.0.0.1:${port}/hub.git` });
  const answered = await bad.fetch(null);
  expect(answered).toMatchObject({ kind: 'unreachable' });
  expect(JSON.stringify(answered)).not.toMatch(new RegExp(`${SECRET}|\\\\u001b|\\\\n`));
});

test('a header of the person’s settings goes to no other host that the hub sends a fetch to', async () => {
  const seen: (string | undefined)[] = [];
  const hostile = await serve((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url?.includes('info/refs'))
      response
        .writeHead(200, GIT)
        .end(`${packet('# service=git-upload-pack\n')}0000${packet('version 2\n')}${packet('ls-refs\n')}0000`);
    else response.writeHead(200, { ...GIT, 'Content-Type': 'application/x-git-upload-pack-result' }).end('0000');
  });
  const port = await serve((request, response) =>
    response.writeHead(302, { Location: `http://localhost:${hostile}${request.url}` }).end(),
  );
  appendFileSync(
    join(world.person.HOME ?? '', '.gitconfig'),
    `[http "http://127.0.0.1:${port}"]\n\textraHeader = Authorization: Basic ${SECRET}\n`,
  );
  const answered = await world.ledger('one', { remoteUrl: `http://127.0.0.1:${port}/hub.git` }).fetch(null);
  expect(answered).toMatchObject({ kind: 'unreachable' });
  expect(seen.filter((it) => it !== undefined)).toEqual([]);
});
