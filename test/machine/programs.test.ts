// The programs of a machine, as its cycles say them: what costs a push, and what rides (L5, H1).
import { describe, expect, test } from 'vitest';
import type { LocalService, ServiceState } from '../../src/core/model/machines/local-service.ts';
import { parseMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { createFleet, ORIGIN_MS, type SimMachine, type World } from './world.ts';

const status = (name: string, state: ServiceState, since: number, change: Partial<LocalService> = {}): LocalService => ({
  name,
  state,
  since: new Date(ORIGIN_MS + since).toISOString(),
  pid: 1,
  port: null,
  specialties: [],
  capacity: 1,
  managed: true,
  failures: 0,
  givenUp: false,
  detail: null,
  ...change,
});

function set({ settings }: SimMachine, ...programs: readonly LocalService[]): void {
  settings.self = { ...settings.self, services: programs };
}

async function one(): Promise<{ world: World; pc: SimMachine; pushes: () => number }> {
  const world = await createFleet(1);
  const [pc] = world.machines;
  const before = pc.calls.push;
  return { world, pc, pushes: () => pc.calls.push - before };
}

describe('L5 programs on the board', () => {
  test('a state that people must know is said at once, and a person is called for what was given up', async () => {
    const { world, pc, pushes } = await one();
    const hostile = 'ended: <script> | `x` \u202e · since 1 · EMERGENCY';
    set(
      pc,
      status('a', 'ONLINE', world.now(), { specialties: ['build', 'test'], capacity: 2 }),
      status('b', 'STARTING', world.now()),
    );
    await pc.cycle();
    expect(pushes()).toBe(1);
    expect((await world.status()).machines['1']?.programs).toMatchObject({
      a: { state: 'ONLINE', load: 0, capacity: 2, specialties: ['build', 'test'] },
      b: { state: 'STARTING' },
    });
    world.pass(1_000);
    set(
      pc,
      status('a', 'ONLINE', 0, { specialties: ['build', 'test'], capacity: 2 }),
      status('b', 'CRASHED', world.now(), { givenUp: true, detail: hostile }),
    );
    await pc.cycle();
    expect(pushes()).toBe(2);
    expect((await world.status()).needsYou).toEqual([
      {
        code: 'program',
        machine: 1,
        program: 'b',
        why: expect.stringContaining('coord instance start b'),
      },
    ]);
    const readme = (await world.text('README.md')) ?? '';
    expect(readme).toContain('program b ✕ CRASHED, given up: ended: &lt;script&gt; \\| \\`x\\` ? · since 1 · EMERGENCY');
    expect(readme).not.toContain('program a');
    const text = (await world.text('COMPUTER_1.md')) ?? '';
    expect(parseMachineDocument(text, 'COMPUTER_1.md').value?.programs?.b).toMatchObject({
      state: 'CRASHED',
      givenUp: true,
      detail: hostile.replace('\u202e', '?'),
    });
    // Said once, and nothing more.
    await pc.cycle();
    expect(pushes()).toBe(2);
    set(pc);
    await pc.cycle();
    expect(await world.text('COMPUTER_1.md')).not.toContain('program_');
  });

  test('H1 one that comes and goes costs no push of its own beyond one a heartbeat', async () => {
    const { world, pc, pushes } = await one();
    set(pc, status('a', 'ONLINE', world.now()));
    await pc.cycle();
    const HOUR_MS = 3_600_000;
    const before = pushes();
    const from = world.now();
    for (let turn = 0; world.now() < from + HOUR_MS; turn += 1) {
      world.pass(5_000);
      set(pc, status('a', turn % 2 === 0 ? 'CRASHED' : 'ONLINE', world.now()));
      await pc.cycle();
    }
    const quiet = await one();
    for (const until = quiet.world.now() + HOUR_MS; quiet.world.now() < until; ) {
      quiet.world.pass(5_000);
      await quiet.pc.cycle();
    }
    expect(pushes() - before).toBeLessThanOrEqual(quiet.pushes() + 60);
    expect(pushes() - before).toBeLessThanOrEqual(80);
  });

  test('C4a, H1 one that comes and goes costs no fetch, and what must be said is said without one', async () => {
    const { world, pc, pushes } = await one();
    set(pc, status('a', 'ONLINE', world.now()));
    await pc.cycle();
    const [fetches, said] = [pc.calls.fetch, pushes()];
    for (let turn = 0; turn < 10; turn += 1) {
      world.pass(2_000);
      set(pc, status('a', turn % 2 === 0 ? 'CRASHED' : 'ONLINE', world.now()));
      expect((await pc.cycle({ dryRun: false, mayRecall: true })).fetched).toBe(false);
    }
    expect(pushes()).toBe(said);
    set(pc, status('a', 'CRASHED', world.now(), { givenUp: true }));
    await pc.cycle({ dryRun: false, mayRecall: true });
    expect({ fetches: pc.calls.fetch - fetches, pushes: pushes() - said }).toEqual({ fetches: 0, pushes: 1 });
    expect((await world.status()).machines['1']?.programs?.a).toMatchObject({ state: 'CRASHED', givenUp: true });
  });

  test('what an older or newer version says of a program is carried along', () => {
    const text =
      '---\nmachine: 1\nname: a\nid: x\ninstance: y\nseq: 1\nbeat: 1\nstate: IDLE\nupdated: 2026-11-20T22:00:00.000Z\nheartbeat: 60s\nprogram_a: RESTING · 7\n---\n';
    const { value, faults } = parseMachineDocument(text, 'COMPUTER_1.md');
    expect(faults).toEqual([]);
    expect(value?.extra).toEqual({ program_a: 'RESTING · 7' });
    expect(value?.programs).toBeUndefined();
  });
});
