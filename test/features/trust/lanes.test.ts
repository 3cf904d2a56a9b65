// T5: what a machine says lets something go only if its lane is signed with the key that was admitted for it.
import { statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { machineKeyPath } from '../../../src/features/trust/system/machine-key.ts';
import { endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { keyOf } from './people.ts';

afterEach(endFleets);

async function signed(isAdmitted = true): Promise<{ fleet: Fleet; mac: TestMachine; pc: TestMachine }> {
  const all = await two();
  keyOf(all.mac);
  await all.mac.ok('trust', 'on', '--yes', '--name', 'anna');
  await all.pc.ok('trust', 'on', '--yes');
  await all.pc.ok('sync');
  if (isAdmitted) await all.mac.ok('trust', 'admit', '2', '--yes');
  await all.pc.ok('sync');
  await all.mac.ok('sync');
  return all;
}

test('T5 lanes are signed, beats too, and checked by their owner’s key; the key is its user’s alone', async () => {
  const { fleet, mac, pc } = await signed();
  for (const machine of [1, 2])
    expect(fleet.git('log', '-1', '--format=%B', `refs/coord/machines/${machine}`)).toMatch(
      /\nCoord-Signed: [A-Za-z0-9+/]{86}==$/m,
    );
  expect(statSync(machineKeyPath(mac.coordHome, mac.folder)).mode & 0o777).toBe(0o600);
  expect(await mac.ok('trust')).toContain('machine 2  SHA256:');
  await mac.ok('order', 'add', 'first', '--for', '2', 'echo one >> ran');
  await mac.ok('order', 'add', 'then', '--for', '1', '--after', 'first', 'echo two >> ran');
  await pc.ok('sync', '--wait');
  await mac.ok('sync', '--wait');
  expect([pc.read('ran'), mac.read('ran')]).toEqual(['one\n', 'two\n']);
});

test('T5 an order does not begin by what a machine says that is not admitted; once it is, it does', async () => {
  const { fleet, mac, pc } = await signed(false);
  await mac.ok('order', 'add', 'first', '--for', '2', 'true');
  await mac.ok('order', 'add', 'then', '--for', '1', '--after', 'first', 'echo two >> ran');
  await pc.ok('sync', '--wait');
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('');
  expect(fleet.status().orders.then?.reason).toContain('it is not admitted: coord trust admit 2');
  await mac.ok('trust', 'admit', '2', '--yes');
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('two\n');
});

test('T5 a result that somebody wrote into a lane or onto the board lets nothing go; its owner goes on', async () => {
  const { fleet, mac, pc } = await signed();
  await mac.ok('order', 'add', 'earlier', '--for', '2', 'true');
  await mac.ok('order', 'add', 'first', '--for', '2', '--approval', 'true');
  await mac.ok('order', 'add', 'then', '--for', '1', '--after', 'first', 'echo two >> ran');
  await pc.ok('sync', '--wait');
  const page = 'coordination/COMPUTER_2.md';
  const shown = (path: string) => fleet.git('show', `refs/coord/machines/2:${path}`);
  const paths = fleet.git('ls-tree', '-r', '--name-only', 'refs/coord/machines/2').trim().split('\n');
  const results = paths.find((path) => shown(path).includes('"earlier"')) ?? '';
  // What a real run left, under another name.
  const forged = shown(results).replaceAll('"earlier"', '"first"');
  const document = shown(page).replace(/^seq: (\d+)$/m, (_, seq) => `seq: ${Number(seq) + 10}`);
  // On the board, with a higher number than the lane has.
  fleet.person().push({ [results]: forged, [page]: document });
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('');
  // In the lane, in a commit that looks like the machine's.
  const message = fleet
    .git('log', '-1', '--format=%B', 'refs/coord/machines/2')
    .replace(/Coord-Seq: (\d+)/, (_, seq) => `Coord-Seq: ${Number(seq) + 10}`);
  const commit = fleet
    .person()
    .git(
      'commit-tree',
      '-m',
      message,
      '-p',
      fleet.git('rev-parse', 'main').trim(),
      fleet.person().git('rev-parse', 'origin/main^{tree}').trim(),
    )
    .trim();
  fleet.person().git('push', '--quiet', 'origin', `+${commit}:refs/coord/machines/2`);
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('');
  expect(fleet.status().orders.then?.reason).toMatch(/2 pc.*(not signed|other things)/);
  // Its owner is not halted by it: it puts its own word back.
  await pc.ok('sync');
  await mac.ok('approve', 'first');
  await pc.ok('sync', '--wait');
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('two\n');
});

test('T5 a lane that is put back to an earlier, well signed one is not believed', async () => {
  const { fleet, mac, pc } = await signed();
  const before = fleet.git('rev-parse', 'refs/coord/machines/2').trim();
  await mac.ok('order', 'add', 'first', '--for', '2', 'true');
  await mac.ok('order', 'add', 'then', '--for', '1', '--after', 'first', '--approval', 'echo two >> ran');
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  fleet.git('update-ref', 'refs/coord/machines/2', before);
  await mac.ok('approve', 'then');
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('');
});
