// A daemon of the simulated day: the real cycle, its gate and its pace, on the clock of the virtual fleet. A run that ends, and what a
// person does at this computer, wake it 2 s later (H2).
import { GATHER_MS } from '../../src/core/presence/pacing.ts';
import type { PushPriority } from '../../src/core/presence/push-budget.ts';
import { runCycle } from '../../src/machine/cycle.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import { createPacer } from '../../src/machine/pace/pacer.ts';
import { CYCLES_MAX, hasMoreToDo } from '../../src/machine/sync-cycles.ts';
import type { DayBell } from './day-bell.ts';
import type { VirtualFleet, VirtualMachine } from './virtual-fleet.ts';

export interface PushMade {
  readonly atMs: number;
  readonly machine: number;
  readonly pressure: PushPriority;
  readonly why: string;
}

export interface Daemon {
  /** Somebody did something at this computer. */
  poke(): void;
}

interface DayOf {
  readonly fleet: VirtualFleet;
  readonly pushes: PushMade[];
  /** Null = the fleet has none. */
  readonly bell: DayBell | null;
  /** A laptop that is closed asks nothing: until when. */
  closedUntilMs(machine: number, nowMs: number): number;
  isOver(): boolean;
  onPush(): Promise<void>;
}

export function startDaemon(one: VirtualMachine, day: DayOf): Daemon {
  const { fleet, pushes, bell } = day;
  const { world } = fleet;
  const pacer = createPacer(one.machine.clock, { fraction: fleet.chance });
  let pressure: PushPriority = 'patient';
  const gate = {
    ...pacer.gate,
    waitMs: (...asked: Parameters<typeof pacer.gate.waitMs>) => {
      pressure = asked[2];
      return pacer.gate.waitMs(...asked);
    },
  };
  let wakeAt: ((why: 'poke' | 'rung') => void) | null = null;
  let isRung = false;
  bell?.connect(one.number, () => {
    isRung = true;
    wakeAt?.('rung');
  });
  const sync = async (mayRecall: boolean): Promise<void> => {
    const said: CycleOutcome[] = [];
    for (let cycles = 1; ; cycles += 1) {
      const before = one.wire.pushes;
      const outcome = await runCycle(one.machine, { dryRun: false, mayRecall: mayRecall && cycles === 1, gate });
      if (outcome.push?.lane === 'accepted') said.push(outcome);
      for (let made = before; made < one.wire.pushes; made += 1)
        pushes.push({ atMs: world.now(), machine: one.number, pressure, why: outcome.seen?.composed.why ?? '' });
      if (outcome.push !== null) await day.onPush();
      if (cycles === CYCLES_MAX || !hasMoreToDo(outcome)) break;
    }
    bell?.ring(one.number, said);
  };
  const live = async () => {
    await fleet.sleep(60_000 * fleet.chance());
    for (let mayRecall = false; !day.isOver(); ) {
      const closedMs = day.closedUntilMs(one.number, world.now()) - world.now();
      if (closedMs > 0) await fleet.sleep(closedMs);
      isRung = false;
      await sync(mayRecall);
      const wake = pacer.next({ isWaitedFor: false, isTold: bell !== null });
      mayRecall = wake.mayRecall;
      const active = new Set(one.sim.state().active.map(({ key }) => key));
      const ends = one.sim.runner.starts
        .filter(({ key }) => active.has(key))
        .map(({ atMs, takesMs }) => Math.max(0, atMs + takesMs - world.now()) + GATHER_MS);
      const endsInMs = Math.min(...ends);
      const poked = new Promise<'poke' | 'rung'>((resolve) => {
        wakeAt = resolve;
        if (isRung) resolve('rung');
      });
      const woken = await Promise.race([poked, fleet.sleep(Math.min(wake.inMs, endsInMs)).then(() => 'time' as const)]);
      wakeAt = null;
      if (woken === 'poke') await fleet.sleep(GATHER_MS);
      // Something has happened here, and nothing there that is known of.
      if (woken === 'poke' || (woken === 'time' && endsInMs < wake.inMs)) mayRecall = true;
      if (woken === 'rung') mayRecall = false;
    }
  };
  fleet.keep(live());
  return { poke: () => wakeAt?.('poke') };
}
