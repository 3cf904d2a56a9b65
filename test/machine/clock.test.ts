// Wall clocks that are set: back or forward by days, between cycles and while something runs, on one machine of a fleet.
import { describe, expect, test } from 'vitest';
import { createFleet, ORIGIN_MS, quiet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
const run = (id: string, assign: unknown = 1) => ({ id, assign, run: 'true' });

async function three(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(3);
  const [one, other] = world.machines;
  return { world, one, other };
}

/** Minutes in which everybody cycles. */
async function minutes(world: World, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    world.pass(MINUTE_MS);
    for (const machine of world.machines) await machine.cycle();
  }
}

const beatOf = (machine: SimMachine) => machine.state().beat;
const lostOf = async (world: World) => {
  const texts = await Promise.all(world.machines.map(({ number }) => world.text(`COMPUTER_${number}.md`)));
  return texts.flatMap((text) => /^lost_.*$/m.exec(text ?? '') ?? []);
};
const statesOf = async (world: World) => Object.values((await world.status()).machines).map(({ state }) => state);

const JUMPS = [
  ['back by three days', -3 * DAY_MS],
  ['forward by three days', 3 * DAY_MS],
] as const;

describe.each(JUMPS)('a clock that is set %s', (_name, jumpMs) => {
  test('O4, D7: nobody calls anybody lost, and every lane goes on beating, also after it is set right again', async () => {
    const { world, one } = await three();
    for (const offsetMs of [jumpMs, 0]) {
      world.setClock(one, offsetMs);
      const before = world.machines.map(beatOf);
      await minutes(world, 6);
      expect(await lostOf(world)).toEqual([]);
      expect(await statesOf(world)).not.toContain('OFFLINE');
      for (const [at, machine] of world.machines.entries()) {
        const beats = beatOf(machine) - (before[at] ?? 0);
        expect(beats, `${machine.name} at ${offsetMs}`).toBeGreaterThanOrEqual(4);
        expect(beats, `${machine.name} at ${offsetMs}`).toBeLessThanOrEqual(8);
      }
    }
  });

  test('O4: a machine that is really gone is noticed all the same, a lease after the clock was set', async () => {
    const { world, one, other } = await three();
    other.line.offline = true;
    world.pass(MINUTE_MS);
    await one.cycle();
    world.setClock(one, jumpMs);
    await one.cycle();
    expect(await lostOf(world)).toEqual([]);
    await minutes(world, 12);
    expect((await world.status()).machines[2]?.state).toBe('OFFLINE');
  });

  test('O8, D7: in the middle of a run: it goes on, ends once, and `updated` is the machine’s own time', async () => {
    const { world, one } = await three();
    world.script('long', () => ({ ms: 5 * MINUTE_MS, exitCode: 0 }));
    world.orders([run('long')]);
    await one.cycle();
    world.setClock(one, jumpMs);
    await minutes(world, 2);
    expect(one.runner.runningNow()).toHaveLength(1);
    await minutes(world, 6);
    await quiet(world);
    expect(one.runner.starts.filter(({ order }) => order === 'long')).toHaveLength(1);
    expect(one.runner.stops).toEqual([]);
    expect((await world.status()).orders.long).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    const updated = Date.parse(/^updated: (\S+)$/m.exec((await world.text('COMPUTER_1.md')) ?? '')?.[1] ?? '');
    expect(Math.abs(updated - (ORIGIN_MS + world.now() + jumpMs))).toBeLessThan(10 * MINUTE_MS);
  });

  test('O8: what has run is not forgotten, and an order that comes back does not run again', async () => {
    const { world, one } = await three();
    world.orders([run('once'), run('stays')]);
    await quiet(world);
    world.orders([run('stays')]);
    await one.cycle();
    for (const offsetMs of [jumpMs, 0]) {
      world.setClock(one, offsetMs);
      await minutes(world, 2);
    }
    world.orders([run('once'), run('stays')]);
    await minutes(world, 1);
    expect(one.runner.starts.map(({ order }) => order).sort()).toEqual(['once', 'stays']);
    expect((await world.status()).orders.once).toMatchObject({
      state: 'BLOCKED',
      reason: expect.stringContaining('has run before'),
    });
  });

  test('D5, R1a: nothing that waits is put off until the old time comes again', async () => {
    const { world, one } = await three();
    one.line.wholePushRule = (refs) => (refs.includes('refs/heads/main') ? 'hook' : null);
    world.orders([run('a')]);
    await one.cycle();
    expect(one.state().boardRefused).not.toBeNull();
    one.line.wholePushRule = null;
    world.setClock(one, jumpMs);
    world.pass(61 * MINUTE_MS);
    await one.cycle();
    expect(one.state().boardRefused).toBeNull();
    await quiet(world);
    expect((await world.status()).orders.a?.state).toBe('COMPLETED');
  });
});

test('D7, F3: nothing stays in the future once a clock is right again: the next beat mends it', async () => {
  const { world, one } = await three();
  world.person({ 'specs/a.md': '---\nmvp: first\n---\n# A\n\n## Tasks\n\n- [ ] b\n' });
  world.setClock(one, 3 * DAY_MS);
  world.orders([run('a')]);
  // Long enough for last-seen times to be written by that clock (F3).
  await minutes(world, 20);
  const ahead = async () => {
    const status = await world.status();
    const features = JSON.parse((await world.text('features.json')) ?? '{}') as { updated: string };
    const times = [status.updated, features.updated, ...Object.values(status.machines).map(({ lastSeen }) => lastSeen)];
    return times.filter((time) => Date.parse(time) > ORIGIN_MS + world.now());
  };
  expect((await ahead()).length).toBeGreaterThan(2);
  world.setClock(one, 0);
  const { push } = await one.cycle();
  expect(push).toBeNull();
  await minutes(world, 2);
  expect(await ahead()).toEqual([]);
});
