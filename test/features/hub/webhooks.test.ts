// Webhooks of git hosts at a real hub: one that is proven makes its machine look, and nothing else does anything.
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from '../../e2e/fleet.ts';
import { type Hub, startHub } from './hub-world.ts';

type Host = 'github' | 'gitea' | 'gitlab';
let fleet: Fleet;
let pc: TestMachine;
let hub: Hub;
const secrets = new Map<Host, string>();
const HOSTS: readonly Host[] = ['github', 'gitea', 'gitlab'];
const BODY = '{"ref":"refs/heads/main"}';

beforeAll(async () => {
  fleet = createFleet();
  [pc] = (await fleet.calm('pc')) as [TestMachine];
  for (const host of HOSTS) secrets.set(host, (await pc.json<{ secret: string }>('hub', 'webhook', 'add', host)).secret);
  hub = await startHub(pc);
});

afterAll(async () => {
  await hub.end();
  endFleets();
});

/** As that host proves it, with any secret. */
function signed(host: Host, body: string, delivery: string, secret = secrets.get(host) ?? ''): Record<string, string> {
  const hmac = createHmac('sha256', secret).update(body).digest('hex');
  const ways: Record<Host, Record<string, string>> = {
    github: { 'x-hub-signature-256': `sha256=${hmac}`, 'x-github-delivery': delivery, 'x-github-event': 'push' },
    gitea: { 'x-gitea-signature': hmac, 'x-gitea-delivery': delivery },
    gitlab: { 'x-gitlab-token': secret, 'idempotency-key': delivery },
  };
  return ways[host];
}

const send = (host: Host, headers: Record<string, string>, body = BODY) => hub.ask(`/webhook/${host}`, { body, headers });
const looked = (word: string) => readFileSync(join(pc.folder, '.coord', 'view.json'), 'utf8').includes(word);

test('the secrets lie in a file of their owner alone, and the address is said', async () => {
  expect(statSync(join(pc.folder, '.coord', 'hub', 'webhooks.json')).mode & 0o777).toBe(0o600);
  const { stdout } = await pc.coord(['hub', 'webhook', 'add', 'github']);
  expect(stdout).toMatch(/^address: http:\/\/\S+\/webhook\/github .*\nsecret: {2}[0-9a-f]{64}\n/);
  secrets.set('github', /secret: +(\S+)/.exec(stdout)?.[1] ?? '');
  expect(await pc.coord(['hub', 'webhook', 'add', 'bitbucket'])).toMatchObject({ code: 2 });
  expect((await pc.json<{ webhooks: string[] }>('hub', 'status')).webhooks).toEqual(HOSTS);
});

test.each(HOSTS)('%s: what was pushed is seen at once, and the answer waits for no remote', async (host) => {
  fleet.person().order([{ id: `by-${host}`, assign: 7, run: 'true' }]);
  const startedMs = performance.now();
  expect(await send(host, signed(host, BODY, 'one'))).toMatchObject({ status: 202, json: { ok: true, looks: true } });
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  await until('it looked', () => looked(`by-${host}`));
});

test.each(HOSTS)('%s: a wrong or missing proof is refused, and one that came before is dropped', async (host) => {
  expect((await send(host, signed(host, BODY, 'two', 'f'.repeat(64)))).status).toBe(401);
  expect((await send(host, {})).status).toBe(401);
  if (host !== 'gitlab') expect((await send(host, signed(host, BODY, 'two'), '{"ref":"refs/heads/other"}')).status).toBe(401);
  // A delivery that was never proven is not known.
  expect((await send(host, signed(host, BODY, 'two'))).json).toEqual({ ok: true, looks: true });
  expect(await send(host, signed(host, BODY, 'two'))).toMatchObject({ status: 200, json: { ok: true, looks: false } });
  expect((await send(host, signed(host, BODY, 'one'))).json).toEqual({ ok: true, looks: false });
});

test('a host without a webhook is told nothing, and one that was removed comes in no more', async () => {
  expect((await hub.ask('/webhook/bitbucket', { body: BODY })).status).toBe(404);
  expect((await hub.ask('/webhook/__proto__', { body: BODY })).status).toBe(404);
  await pc.ok('hub', 'webhook', 'remove', 'gitea');
  expect((await send('gitea', signed('gitea', BODY, 'three'))).status).toBe(404);
  expect(await pc.coord(['hub', 'webhook', 'remove', 'gitea'])).toMatchObject({ code: 1 });
});

test('wrong proofs block nobody: a host sends for everybody from the same addresses', async () => {
  for (let times = 0; times < 12; times += 1) {
    const headers = { ...signed('github', BODY, `x${times}`, 'f'.repeat(64)), 'x-forwarded-for': '192.0.2.77' };
    const { status } = await send('github', headers);
    expect([401, 429]).toContain(status);
  }
  const again = async () => (await send('github', { ...signed('github', BODY, 'last'), 'x-forwarded-for': '192.0.2.77' })).status;
  let status = await again();
  for (const end = Date.now() + 5_000; status === 429 && Date.now() < end; ) status = await again();
  expect(status).toBe(202);
});

test('a body of 30 MB is cut off, and one of 20 MB makes the hub no larger', async () => {
  const large = (bytes: number) => 'x'.repeat(bytes);
  const body = large(20_000_000);
  expect((await send('github', signed('github', body, 'large'), body)).status).toBe(202);
  const cut = await send('github', {}, large(30_000_000)).then(
    ({ status }) => status,
    () => 413,
  );
  expect(cut).toBe(413);
  const about = `/proc/${hub.going.pid}/status`;
  const rss = existsSync(about) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(about, 'utf8'))?.[1]) : 0;
  expect(rss).toBeLessThan(250_000);
});
