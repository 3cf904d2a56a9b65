// T9: a host that shows what was once true, for ever. It has all that was ever pushed, and no key.
import { cpSync, renameSync, rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { endFleets } from '../../../e2e/fleet.ts';
import { keyOf } from '../people.ts';
import { signedFleet } from '../signed-fleet.ts';

afterEach(endFleets);

const WITHHOLDING = 'the host may be withholding what they say';
/** Three of the shortest heartbeats that there are, and a second. */
const LEASE_MS = 31_000;

test('T9 attack 3: freeze: it is said, and nothing starts that was taken back or has ended since', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  thief.push({ 'coordination/fleet.yaml': 'heartbeat: 10s\n' });
  // Its next word says how often it is heard of from then on.
  await mac.ok('send', '2', 'hello');
  const ben = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${ben}.pub`, '--role', 'order');
  await pc.ok('pause');
  await pc.ok('order', 'add', 'revoked', '--for', '2', 'echo revoked >> ran');
  await mac.ok('order', 'add', 'ended', '--for', '2', '--approval', 'echo ended >> ran');
  await mac.ok('approve', 'ended');
  for (const id of ['cancelled', 'good']) await mac.ok('order', 'add', id, '--for', '2', `echo ${id} >> ran`);
  await pc.ok('sync');
  const then = `${fleet.hub}.then`;
  cpSync(fleet.hub, then, { recursive: true });
  await mac.ok('trust', 'revoke', 'ben');
  await mac.ok('cancel', 'cancelled');
  await mac.ok('sign', 'ended', '--expires', '1s', '--yes');
  await mac.ok('approve', 'ended');
  await pc.ok('sync');
  const showing = async (hub: string, work: () => Promise<void>) => {
    renameSync(fleet.hub, `${fleet.hub}.real`);
    cpSync(hub, fleet.hub, { recursive: true });
    await work();
    rmSync(fleet.hub, { recursive: true });
    renameSync(`${fleet.hub}.real`, fleet.hub);
  };
  // The past: main does not lead on from what was seen, so nothing of it counts (R3a).
  await showing(then, async () => {
    for (const words of [['resume'], ['sync', '--wait']])
      expect(await pc.coord(words), words[0]).toMatchObject({ code: 5, stderr: expect.stringContaining('was rewritten') });
    expect(pc.read('ran')).toBe('');
  });
  // The present, and no more of it: what was good starts, what has ended does not, and that nobody is heard of is said.
  await showing(`${fleet.hub}.real`, async () => {
    await pc.ok('sync', '--wait');
    expect(await pc.ok('status')).not.toContain(WITHHOLDING);
    // Nothing happens: that is what is waited for.
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
    await pc.ok('sync');
    for (const words of ['status', 'trust', 'doctor']) expect((await pc.coord([words])).stdout, words).toContain(WITHHOLDING);
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('good\n');
    expect(fleet.status().orders.ended?.reason).toContain('the signature of anna ended');
    expect(fleet.status().orders.revoked?.reason).toContain('may not place orders');
    expect(fleet.board('STATUS.json')).not.toContain('withholding');
  });
});
