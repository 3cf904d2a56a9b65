// The page for other devices (coord dash --listen, --proxy): by real TLS, with a certificate of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { addressOf, startDaemon } from './page-world.ts';

afterEach(endFleets);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Record<string, unknown>;
}

interface Ask {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: object;
}

/** By TLS to 127.0.0.1, under the name of the certificate; `at`: an http address instead. */
function ask(port: number, ca: string | null, path: string, { headers = {}, body }: Ask = {}): Promise<Answer> {
  const make = ca === null ? plainRequest : request;
  const method = body === undefined ? 'GET' : 'POST';
  const given = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
  return new Promise((resolve, reject) => {
    const sent = make(
      { host: '127.0.0.1', port, path, method, headers: given, servername: 'box.example', ...(ca === null ? {} : { ca }) },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => {
          const isJson = String(answer.headers['content-type']).startsWith('application/json');
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, json: isJson ? JSON.parse(text) : {} });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function certificate({ root }: Fleet): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(root, 'box.crt'), join(root, 'box.key')];
  const subject = ['-subj', '/CN=box.example', '-addext', 'subjectAltName=DNS:box.example,DNS:*.box.example'];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject];
  execFileSync('openssl', words, { stdio: 'pipe' });
  return { cert, key };
}

async function served(): Promise<{ fleet: Fleet; mac: TestMachine }> {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('one machine');
  await startDaemon(mac);
  return { fleet, mac };
}

const out = async (machine: TestMachine, ...words: readonly string[]) => (await machine.coord(['dash', ...words])).stdout.trim();
const apiPort = (machine: TestMachine) =>
  Number(new URL((JSON.parse(readFileSync(join(machine.folder, '.coord', 'api.json'), 'utf8')) as { url: string }).url).port);

/** What a device has after it opened its address. */
async function enter(port: number, ca: string | null, address: string, host: string): Promise<OutgoingHttpHeaders> {
  const ticket = new URL(address).hash.replace('#ticket=', '');
  const headers = { host, origin: `https://${host}`, 'sec-fetch-site': 'same-origin' };
  const { status, headers: said, json } = await ask(port, ca, '/dashboard/session', { headers, body: { ticket } });
  expect(status).toBe(200);
  const [cookie = '', ...flags] = String(said['set-cookie']).split('; ');
  expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Secure']));
  return { ...headers, cookie, 'coord-page': String(json.key) };
}

test.skipIf(!hasProgram('openssl'))(
  'another device comes in by TLS, with a name that its acts have; it is ended alone',
  async () => {
    const { fleet, mac } = await served();
    const { cert, key } = certificate(fleet);
    const ca = readFileSync(cert, 'utf8');
    expect((await mac.coord(['dash', '--for', 'phone'])).stderr).toContain('other devices cannot come in');
    expect((await mac.coord(['dash', '--listen', ':0'])).stderr).toContain('expected --cert and --key');
    const opened = await out(mac, '--listen', '127.0.0.1:0', '--cert', cert, '--key', key);
    expect(opened).toMatch(/^open to other devices on https:\/\/box\.example:\d+$/);
    const port = Number(opened.split(':').at(-1));
    const host = `box.example:${port}`;
    const address = await out(mac, '--for', "Anna's phone");
    expect(address).toMatch(new RegExp(`^https://${host}/dashboard#ticket=[0-9a-f]{64}$`));
    const policy = String((await ask(port, ca, '/dashboard', { headers: { host } })).headers['content-security-policy']);
    expect(policy).toContain(`connect-src 'self' wss://${host};`);
    const phone = await enter(port, ca, address, host);
    expect((await ask(port, ca, '/api/v1/fleet', { headers: phone })).status).toBe(200);
    const order = { id: 'by-phone', assign: 9, run: 'true' };
    expect((await ask(port, ca, '/api/v1/orders', { headers: phone, body: order })).status).toBe(201);
    expect(fleet.git('log', '--format=%s', 'main')).toContain("add by-phone by Anna's phone");
    // It lets in nobody else, and changes nothing of who may.
    for (const [path, body] of [
      ['/api/v1/page/ticket', { for: 'other' }],
      ['/api/v1/page/door', { listen: null, proxy: null }],
      ['/api/v1/page/sign-out', { name: 'x' }],
    ] as const)
      expect((await ask(port, ca, path, { headers: phone, body })).status, path).toBe(400);
    expect(await out(mac, '--logins')).toContain("Anna's phone  since ");
    expect(await out(mac, '--sign-out', "Anna's phone")).toBe("Anna's phone is out");
    expect((await ask(port, ca, '/api/v1/fleet', { headers: phone })).status).toBe(401);
    // It comes back with the daemon; closed, nobody listens.
    expect(await out(mac, '--close')).toBe('the page is open to no other device');
    await expect(ask(port, ca, '/dashboard', { headers: { host } })).rejects.toThrow('ECONNREFUSED');
  },
);

test.skipIf(!hasProgram('openssl'))(
  'the outer door keeps out the token, other names and origins, and cookies of this computer',
  async () => {
    const { fleet, mac } = await served();
    const { cert, key } = certificate(fleet);
    const ca = readFileSync(cert, 'utf8');
    const port = Number((await out(mac, '--listen', '127.0.0.1:0', '--cert', cert, '--key', key)).split(':').at(-1));
    const host = `box.example:${port}`;
    const token = readFileSync(join(mac.folder, '.coord', 'api-token'), 'utf8').trim();
    const status = async (headers: OutgoingHttpHeaders, path = '/api/v1/fleet') =>
      (await ask(port, ca, path, { headers })).status;
    expect(await status({ host, authorization: `Bearer ${token}` })).toBe(401);
    expect(await status({ host: `evil.example:${port}` }, '/dashboard')).toBe(421);
    expect(await status({ host: `127.0.0.1:${port}` }, '/dashboard')).toBe(421);
    expect(await status({ host: `evil.box.example:${port}` }, '/dashboard')).toBe(421);
    expect(await status({ host, origin: `http://${host}` }, '/dashboard')).toBe(403);
    expect(await status({ host, origin: 'https://evil.example' }, '/dashboard')).toBe(403);
    const { headers } = await ask(port, ca, '/dashboard', { headers: { host } });
    expect(headers['x-frame-options']).toBe('DENY');
    // A ticket of this computer is none there.
    const ticket = new URL(await addressOf(mac)).hash.replace('#ticket=', '');
    const asked = { host, origin: `https://${host}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask(port, ca, '/dashboard/session', { headers: asked, body: { ticket } })).status).toBe(401);
    expect((await mac.coord(['dash', '--listen', '127.0.0.1:0', '--cert', key, '--key', cert])).code).toBe(1);
    expect(await status({ host }, '/dashboard')).toBe(200);
  },
);

test('behind a proxy on this computer a device comes in by the name of the proxy alone', async () => {
  const { mac } = await served();
  expect(await out(mac, '--proxy', 'https://box.example.ts.net')).toBe('open to other devices on https://box.example.ts.net');
  expect((await mac.coord(['dash', '--proxy', 'http://box'])).stderr).toContain('expected --proxy as https://name');
  const port = apiPort(mac);
  const host = 'box.example.ts.net';
  const phone = await enter(port, null, await out(mac, '--for', 'phone'), host);
  expect((await ask(port, null, '/api/v1/fleet', { headers: phone })).status).toBe(200);
  const here = `127.0.0.1:${port}`;
  expect((await ask(port, null, '/api/v1/fleet', { headers: { ...phone, host: here, origin: `http://${here}` } })).status).toBe(
    401,
  );
  expect((await ask(port, null, '/api/v1/fleet', { headers: { ...phone, host: 'evil.example' } })).status).toBe(421);
});
