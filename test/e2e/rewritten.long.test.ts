import { afterEach, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, isAlive, type TestMachine, until } from './fleet.ts';

afterEach(endFleets);

/** A machine with a long run, and main as it was before that order was written. */
async function fleetWithRun(): Promise<{ fleet: Fleet; mac: TestMachine; before: string }> {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const before = fleet.git('rev-parse', 'refs/heads/main');
  fleet.person().order([{ id: 'long', assign: 1, run: 'echo $$ > pid; exec sleep 1000' }]);
  await mac.ok('sync');
  await until('the run has begun', () => mac.read('pid') !== '');
  return { fleet, mac, before };
}

async function isHalted(fleet: Fleet, mac: TestMachine, words: RegExp): Promise<void> {
  const refs = fleet.git('for-each-ref');
  for (const _again of [1, 2]) {
    const done = await mac.here(['sync']);
    expect(done.code).toBe(5);
    expect(done.stderr).toMatch(words);
    expect(done.stderr).toContain('coord doctor --fix');
  }
  expect(fleet.git('for-each-ref')).toBe(refs);
  expect(isAlive(Number(mac.read('pid')))).toBe(true);
  expect(await mac.ok('status')).toMatch(/was rewritten/);
}

describe('a main that does not lead on from what was seen: nothing starts or is pushed, what runs goes on', () => {
  test('rolled back: no removal; it ends by itself when main comes back', async () => {
    const { fleet, mac, before } = await fleetWithRun();
    const after = fleet.git('rev-parse', 'refs/heads/main');
    fleet.git('update-ref', 'refs/heads/main', before);
    await isHalted(
      fleet,
      mac,
      new RegExp(`it was at [0-9a-f]{10}, and now is at ${before.slice(0, 10)}, which does not contain it`),
    );
    fleet.git('update-ref', 'refs/heads/main', after);
    await mac.ok('sync');
    expect(isAlive(Number(mac.read('pid')))).toBe(true);
  });

  test('force-pushed: goes on from there on a person’s word, and then the removal counts', async () => {
    const { fleet, mac, before } = await fleetWithRun();
    fleet.git('update-ref', 'refs/heads/main', before);
    fleet.person().order([{ id: 'other', assign: 1, run: 'echo other' }]);
    await isHalted(fleet, mac, /which does not contain it/);
    expect(await mac.ok('doctor', '--fix')).toContain('took main as it is now');
    await mac.ok('sync', '--wait');
    expect(fleet.status().orders).toMatchObject({ other: { state: 'COMPLETED' } });
    expect(isAlive(Number(mac.read('pid')))).toBe(false);
  });

  test('deleted: said as such; a branch that is pushed again goes on', async () => {
    const { fleet, mac } = await fleetWithRun();
    const main = fleet.git('rev-parse', 'refs/heads/main');
    fleet.git('update-ref', '-d', 'refs/heads/main');
    await isHalted(fleet, mac, /and now is gone/);
    fleet.git('update-ref', 'refs/heads/main', main);
    await mac.ok('sync');
  });

  test('deleted: doctor --fix puts back what this machine saw last, with people’s words; the run goes on', async () => {
    const { fleet, mac } = await fleetWithRun();
    const person = fleet.person();
    const written = { 'coordination/fleet.yaml': 'name: Ours\n', 'coordination/specs/a.md': '# A\n', 'notes.txt': 'mine\n' };
    person.push({ ...written, 'coordination/messages/0_TO_1.md': '## Hello\n' });
    // The first sync answers the person (F1), the second one sees that answer.
    for (let times = 0; times < 2; times += 1) await mac.ok('sync');
    const main = fleet.git('rev-parse', 'refs/heads/main');
    fleet.git('update-ref', '-d', 'refs/heads/main');
    await isHalted(fleet, mac, /and now is gone.*\n.*puts it back as this machine last saw it/);
    // Nothing of it may be left on the hub: what is put back comes from the machine.
    fleet.git('gc', '--quiet', '--prune=now');
    expect(await mac.ok('doctor', '--fix')).toContain(`put main back as it was at ${main.slice(0, 10)}`);
    expect(fleet.git('rev-parse', 'refs/heads/main')).toBe(main);
    expect(await mac.ok('doctor')).not.toContain('--fix');
    await mac.ok('sync');
    expect(fleet.board('ORDERS.json')).toContain('"long"');
    expect(fleet.git('show', 'main:notes.txt')).toBe('mine');
    expect(fleet.git('merge-base', main, 'main')).toBe(main);
    expect(isAlive(Number(mac.read('pid')))).toBe(true);
  });

  test('deleted, and pushed anew by somebody meanwhile: what they pushed stays', async () => {
    const { fleet, mac, before } = await fleetWithRun();
    fleet.git('update-ref', '-d', 'refs/heads/main');
    await isHalted(fleet, mac, /and now is gone/);
    fleet.git('update-ref', 'refs/heads/main', before);
    expect((await mac.here(['doctor', '--fix'])).stdout).toMatch(/did: nothing: main was not put back at [0-9a-f]{10}/);
    expect(fleet.git('rev-parse', 'refs/heads/main')).toBe(before);
    await isHalted(fleet, mac, /which does not contain it/);
  });

  test('a main that people rebuilt forward (merges included) is no rewrite', async () => {
    const { fleet, mac } = await fleetWithRun();
    const person = fleet.person();
    person.git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    person.git('commit', '--quiet', '--allow-empty', '--message', 'A side line');
    person.git('checkout', '--quiet', '-B', 'main', 'origin/main');
    person.git('fetch', '--quiet');
    person.git('reset', '--quiet', '--hard', 'origin/main');
    person.git('merge', '--quiet', '--no-ff', '--message', 'A merge', 'side');
    person.git('push', '--quiet', 'origin', 'main');
    await mac.ok('sync');
  });
});
