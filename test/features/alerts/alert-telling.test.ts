// The ways to a person, with a real server on the loopback and real programs.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlertMessage } from '../../../src/core/model/messages/alert.ts';
import { testMessage, webhookBody } from '../../../src/features/alerts/documents/alert-message.ts';
import { tellByCommand, tellDesktop } from '../../../src/features/alerts/system/alert-command.ts';
import { tellWebhook } from '../../../src/features/alerts/system/alert-webhook.ts';
import { isAlive } from '../../e2e/fleet.ts';

const TIMEOUT_MS = 5_000;
let [server, folder, asked]: [
  Server | null,
  string,
  { url: string; method: string; headers: IncomingMessage['headers']; body: string }[],
] = [null, '', []];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-alerts-'));
  asked = [];
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function listen(answer: (response: ServerResponse) => void): Promise<string> {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      asked.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
}

const from: AlertMessage['from'] = { machine: 1, name: 'mac', fleet: 'git@host:me/fleet.git', folder: '/f' };
const message = testMessage('id', '2026-11-20T22:00:00.000Z', from);
const tell = (url: string, timeoutMs = TIMEOUT_MS) =>
  tellWebhook(
    { kind: 'webhook', url, shape: 'json', headers: { Authorization: 'Bearer x' } },
    webhookBody(message, 'json'),
    timeoutMs,
  );

test('a webhook gets the alert as JSON, with the headers of the file', async () => {
  const url = await listen((response) => response.writeHead(204).end());
  expect(await tell(url)).toEqual({ ok: true, what: 'it answered 204' });
  expect(asked).toMatchObject([
    { method: 'POST', url: '/secret', headers: { authorization: 'Bearer x', 'content-type': 'application/json' } },
  ]);
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual(message);
});

test('ntfy gets a title, tags and text; slack one text', async () => {
  const url = await listen((response) => response.end('ok'));
  for (const shape of ['ntfy', 'slack'] as const)
    await tellWebhook({ kind: 'webhook', url, shape, headers: {} }, webhookBody(message, shape), TIMEOUT_MS);
  expect(asked).toMatchObject([
    { headers: { title: 'A test of coord', priority: 'default', tags: 'warning' }, body: message.text },
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: `${message.title}\n${message.text}` }) },
  ]);
});

test('a redirect is not followed, and a refusal is an answer', async () => {
  const url = await listen((response) => {
    if (asked.length === 1) response.writeHead(307, { location: '/elsewhere' }).end();
    else response.writeHead(500).end('the secret of the server');
  });
  expect(await tell(url)).toEqual({ ok: false, answered: true, what: 'it answered 307, a redirect, which is not followed' });
  expect(await tell(url)).toEqual({ ok: false, answered: true, what: 'it answered 500' });
  expect(asked.map((it) => it.url)).toEqual(['/secret', '/secret']);
});

test('a server that is silent or gone is no answer, and its address is not said', async () => {
  const url = await listen(() => {});
  expect(await tell(url, 150)).toEqual({ ok: false, answered: false, what: 'no answer within 0.15 s' });
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  expect(await tell(url)).toEqual({ ok: false, answered: false, what: 'no connection (ECONNREFUSED)' });
});

test('an answer without an end is not read', async () => {
  const url = await listen((response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write('x'.repeat(1 << 16)), 1);
    response.on('close', () => clearInterval(more));
  });
  expect(await tell(url)).toMatchObject({ ok: true });
});

function program(name: string, lines: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

const env = () => ({ PATH: process.env.PATH ?? '', OUT: join(folder, 'out') });

test('a command gets the alert on standard input and in variables; no shell sees its words', async () => {
  const path = program('tell', 'cat > "$OUT"; printf "%s\\n" "$1" "$COORD_ALERT_TITLE" "$COORD_ALERT_KIND" >> "$OUT"');
  const evil = { ...message, title: '$(touch evil); `touch evil`' };
  expect(await tellByCommand([path, 'a word'], evil, env(), TIMEOUT_MS)).toEqual({ ok: true, what: 'it ended with 0' });
  const [json, ...rest] = readFileSync(join(folder, 'out'), 'utf8').trim().split('\n');
  expect(JSON.parse(json ?? '')).toEqual(evil);
  expect(rest).toEqual(['a word', evil.title, 'machine']);
});

test('a command that fails, hangs, reads nothing or is not there', async () => {
  const run = (path: string, timeoutMs = TIMEOUT_MS) => tellByCommand([path], message, env(), timeoutMs);
  expect(await run(program('fails', 'exit 3'))).toEqual({ ok: false, answered: true, what: 'it ended with 3' });
  expect(await run(program('reads-nothing', 'exec <&-; exit 0'))).toMatchObject({ ok: true });
  expect(await run(join(folder, 'none'))).toEqual({ ok: false, answered: false, what: 'it cannot be started: ENOENT' });
  const hangs = program('hangs', 'sleep 1000 & echo $! > "$OUT"; wait');
  expect(await run(hangs, 400)).toMatchObject({ ok: false, what: 'it had not ended after 0.4 s, and was stopped' });
  const pid = Number(readFileSync(join(folder, 'out'), 'utf8'));
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('the desktop is told by the program that it has; words are whole arguments, without markup', async () => {
  const desktop = (path: string) => tellDesktop({ ...message, text: '<b>"$(x)"' }, { ...env(), PATH: path }, TIMEOUT_MS);
  expect(await desktop(folder)).toEqual({ ok: false, answered: false, what: 'neither notify-send nor osascript is in the PATH' });
  program('osascript', 'for word; do echo "$word"; done > "$OUT"');
  expect(await desktop(folder)).toMatchObject({ ok: true });
  expect(readFileSync(join(folder, 'out'), 'utf8')).toMatch(/end run\nA test of coord\n<b>"\$\(x\)"\n$/);
  program('notify-send', 'for word; do echo "$word"; done > "$OUT"');
  expect(await desktop(folder)).toMatchObject({ ok: true });
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(
    '--app-name=coord\n--urgency=normal\n--\nA test of coord\n&lt;b&gt;"$(x)"\n',
  );
});
