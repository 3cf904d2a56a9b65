// T2, T6, T7: orders run only if a person signed them whom the fleet trusts.
import { execSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { keyOf } from './people.ts';
import { signaturesOf } from './signed-fleet.ts';
import { orders, signed } from './signed-orders.ts';

afterEach(endFleets);

test('T7 a repeatable order runs again when anybody raises its generation, and by nothing else', async () => {
  const { fleet, mac, pc } = await signed();
  await mac.ok('order', 'add', 'button', '--for', '2', '--repeatable', 'echo x >> ran');
  await pc.ok('sync', '--wait');
  const [button] = orders(fleet);
  fleet.person().order([{ ...button, generation: 2 }]);
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(2);
  fleet.person().order([{ ...button, generation: 3, run: 'echo evil >> ran' }]);
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(2);
});

test('T6.9 an approval ends after 30 days, but that of a schedule; signing again takes it back', async () => {
  const { fleet, mac, pc } = await signed();
  await mac.ok('order', 'add', 'deploy', '--for', '2', '--approval', 'echo x >> ran');
  await mac.ok('order', 'add', 'nightly', '--for', '1', '--approval', '--schedule', '0 3 * * *', 'true');
  await mac.ok('approve', 'deploy');
  await mac.ok('approve', 'nightly');
  const saidOf = (id: string) => signaturesOf(fleet).words[id]?.approved as { at: string; expires?: string };
  const { at, expires = '' } = saidOf('deploy');
  expect(Date.parse(expires) - Date.parse(at)).toBe(30 * 86_400_000);
  expect(saidOf('nightly').expires).toBeUndefined();
  const was = fleet.board('SIGNATURES.json');
  const [listed, nightly] = orders(fleet);
  const { approved: _, ...deploy } = listed as { approved: boolean };
  fleet.person().order([deploy, nightly ?? {}]);
  await mac.ok('sign', 'deploy', '--yes');
  // Whoever can push puts the word back, beside the new signature.
  const now = JSON.parse(fleet.board('SIGNATURES.json')) as object;
  fleet.person().push({
    'coordination/ORDERS.json': JSON.stringify({ version: 1, orders: [listed, nightly] }),
    'coordination/SIGNATURES.json': JSON.stringify({ ...now, words: JSON.parse(was).words }),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  await mac.ok('sync');
  expect(await mac.coord(['verify'])).toMatchObject({ code: 1, stdout: expect.stringContaining('✗ deploy') });
  await mac.ok('approve', 'deploy');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('x\n');
});

test('T6 the name of a step signs its chain: what waits for a step names that', async () => {
  const { fleet, mac } = await signed();
  const login = { id: 'login', assign: 2, steps: [{ id: 'design', run: 'true' }] };
  fleet.person().order([login, { id: 'deploy', assign: 2, after: ['login.design'], run: 'true' }]);
  await mac.ok('sign', 'deploy', '--yes');
  expect(await mac.ok('sign', 'login.design', '--yes')).toBe('signed 1 order: login\n');
  expect(await mac.here(['sign', 'login.draft', '--yes'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no entry "login.draft" in ORDERS.json'),
  });
});

test('T1 each signature on the board checks with ssh-keygen alone, as coord verify prints it', async () => {
  const { fleet, mac } = await signed();
  await mac.ok('order', 'add', 'one', '--for', '2', '--approval', 'echo "a b"');
  await mac.ok('approve', 'one');
  // What somebody listed under an id that is none is no order, and no file is named by it.
  const board = JSON.parse(fleet.board('SIGNATURES.json')) as { orders: Record<string, object> };
  const odd = Object.fromEntries(['../out', 'a/../../out', 'out/x'].map((id) => [id, board.orders.one]));
  fleet.person().push({
    'coordination/ORDERS.json': JSON.stringify({
      orders: [...orders(fleet), ...Object.keys(odd).map((id) => ({ id, run: 'true' }))],
    }),
    'coordination/SIGNATURES.json': JSON.stringify({ ...board, orders: { ...board.orders, ...odd } }),
  });
  await mac.ok('sync');
  const { stdout: printed } = await mac.coord(['verify', '--export', join(fleet.root, 'checked')]);
  const made = (at: string) => readdirSync(at).filter((name) => name.includes('out'));
  expect([made(fleet.root), made(join(fleet.root, 'checked'))]).toEqual([[], []]);
  const lines = printed.split('\n').filter((line) => line.startsWith('ssh-keygen'));
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(execSync(line, { encoding: 'utf8' })).toContain('Good "coord-');
});

test('T11 a machine that demands signatures and trusts nobody starts nothing', async () => {
  const { fleet, pc } = await two();
  keyOf(pc);
  await pc.ok('trust', 'on', '--yes');
  await pc.coord(['trust', 'reset', '--yes']);
  fleet.person().order([{ id: 'job', assign: 2, run: 'echo x >> ran' }]);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  await pc.ok('trust', 'off');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('x\n');
});
