import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createPageDoor } from '../../../src/features/page/server/outer-door.ts';
import { writeDoor } from '../../../src/features/page/system/door-file.ts';
import { LIMITS } from '../../../src/server/guard/limits.ts';
import type { Callers } from '../../../src/server/listening.ts';
import type { FleetFolder } from '../../../src/system/fleet/fleet-folder.ts';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { apiPort, ask, certificate, enter, enterHere, out, served, shownCertificate } from './outer-world.ts';
import { addressOf } from './page-world.ts';

afterEach(endFleets);

test.skipIf(!hasProgram('openssl'))(
  'another device comes in by TLS, with a name that its acts have; it is ended alone',
  async () => {
    const { fleet, mac } = await served();
    const { cert, key } = certificate(fleet.root);
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
      ['/api/v1/page/ticket', {}],
      ['/api/v1/page/door', { listen: null, proxy: null }],
      ['/api/v1/page/sign-out', { name: 'x' }],
    ] as const)
      expect((await ask(port, ca, path, { headers: phone, body })).status, path).toBe(400);
    // Nor is it told who else has come in.
    expect((await ask(port, ca, '/api/v1/page/door', { headers: phone })).status).toBe(400);
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
    const { cert, key } = certificate(fleet.root);
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

test.skipIf(!hasProgram('openssl'))(
  'a certificate that was renewed is shown without a restart; one that is broken is not',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'coord-door-'));
    const { cert, key } = certificate(root);
    const folder = { state: root } as FleetFolder;
    const said: string[] = [];
    writeDoor(folder, { listen: { address: '127.0.0.1', port: 0, cert, key }, proxy: null });
    const door = createPageDoor(folder, (line) => said.push(line));
    const answer: Callers['request'] = (_, response) => {
      response.end('{}');
      return true;
    };
    const opened = await door.open(() => ({ request: answer, upgrade: () => false }), { ...LIMITS, lookMs: 20 });
    try {
      const port = Number(door.addresses()[0]?.split(':').at(-1));
      const shown = () => shownCertificate(port);
      const before = await shown();
      writeFileSync(cert, 'half of a fi');
      await expect.poll(() => door.trouble()).not.toBeNull();
      expect(await shown()).toBe(before);
      const until = door.certificateUntil() ?? '';
      certificate(root, 60);
      await expect.poll(shown).not.toBe(before);
      await expect.poll(() => door.trouble()).toBeNull();
      expect(said.at(-1)).toBe('the certificate of the page was renewed');
      expect(Date.parse(door.certificateUntil() ?? '') - Date.parse(until)).toBeGreaterThan(50 * 24 * 60 * 60 * 1000);
      certificate(root, 60, 'other.example');
      await expect.poll(() => door.addresses()).toEqual([`https://other.example:${port}`]);
    } finally {
      await opened.end();
      rmSync(root, { recursive: true });
    }
  },
);

test('words of coord dash that have nothing to say together are refused', async () => {
  const [mac] = (await createFleet().joined('mac')) as [TestMachine];
  const refused = async (...words: readonly string[]) => (await mac.coord(['dash', ...words])).stderr;
  expect(await refused('--cert', 'a')).toContain('--cert and --key go with --listen');
  expect(await refused('--close', '--for', 'phone')).toContain('--close goes with none of');
});

test('behind a proxy on this computer a device comes in by the name of the proxy alone', async () => {
  const { mac } = await served();
  expect(await out(mac, '--proxy', 'https://box.example.ts.net')).toBe('open to other devices on https://box.example.ts.net');
  expect((await mac.coord(['dash', '--proxy', 'http://box'])).stderr).toContain('expected --proxy as https://name');
  const port = apiPort(mac);
  const host = 'box.example.ts.net';
  // Both at once: the address comes last.
  const both = (await out(mac, '--proxy', 'https://box.example.ts.net', '--for', 'phone')).split('\n').at(-1) ?? '';
  const phone = await enter(port, null, both, host);
  expect((await ask(port, null, '/api/v1/fleet', { headers: phone })).status).toBe(200);
  const here = `127.0.0.1:${port}`;
  expect((await ask(port, null, '/api/v1/fleet', { headers: { ...phone, host: here, origin: `http://${here}` } })).status).toBe(
    401,
  );
  expect((await ask(port, null, '/api/v1/fleet', { headers: { ...phone, host: 'evil.example' } })).status).toBe(421);
});

test('a device makes no login that has no name and would outlive its own; a browser here may', async () => {
  const { mac } = await served();
  const host = 'box.example.ts.net';
  const address = (await out(mac, '--proxy', `https://${host}`, '--for', 'phone')).split('\n').at(-1) ?? '';
  const port = apiPort(mac);
  const phone = await enter(port, null, address, host);
  const asks = async (headers: OutgoingHttpHeaders) =>
    (await ask(port, null, '/api/v1/page/ticket', { headers, body: {} })).status;
  expect(await asks(phone)).toBe(400);
  expect(await asks(await enterHere(port, await addressOf(mac)))).toBe(200);
});
