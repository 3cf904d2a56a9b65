// Daemons of the fleet in memory: the real cycle behind a pacer, which comes round when that says.
import { createPacer, type Pacer } from '../../src/machine/pace/pacer.ts';
import { CYCLES_MAX, hasMoreToDo } from '../../src/machine/sync-cycles.ts';
import type { SimMachine, World } from './world.ts';

const MINUTE_MS = 60_000;

export interface Daemon {
  readonly machine: SimMachine;
  readonly pacer: Pacer;
  wakeAtMs: number;
  mayRecall: boolean;
}

export function daemon(world: World, machine: SimMachine): Daemon {
  const pacer = createPacer(machine.machine().clock, { fraction: () => 0.5 });
  return { machine, pacer, wakeAtMs: world.now(), mayRecall: false };
}

/** One sync of a daemon, as operations/sync does it; sets when it comes round again. */
export async function turn(world: World, one: Daemon): Promise<number | null> {
  let heldForMs: number | null = null;
  for (let cycles = 1; cycles <= CYCLES_MAX; cycles += 1) {
    const mayRecall = one.mayRecall && world.now() >= one.wakeAtMs && cycles === 1;
    const outcome = await one.machine.cycle({ dryRun: false, mayRecall, gate: one.pacer.gate });
    heldForMs = outcome.heldForMs;
    if (!hasMoreToDo(outcome)) break;
  }
  const wake = one.pacer.next({ isWaitedFor: false, isTold: false });
  one.wakeAtMs = world.now() + Math.max(1, wake.inMs);
  one.mayRecall = wake.mayRecall;
  return heldForMs;
}

/** Lets time pass from one wake to the next. `also`: machines of cron, once a minute. */
export async function live(
  world: World,
  daemons: readonly Daemon[],
  forMs: number,
  also: readonly SimMachine[] = [],
): Promise<void> {
  const untilMs = world.now() + forMs;
  for (let cronMs = world.now(); ; ) {
    const next = Math.min(cronMs, ...daemons.map(({ wakeAtMs }) => wakeAtMs));
    if (next > untilMs) return;
    world.pass(Math.max(0, next - world.now()));
    for (const one of daemons) if (one.wakeAtMs <= world.now()) await turn(world, one);
    if (cronMs > world.now()) continue;
    for (const machine of also) await machine.cycle();
    cronMs += MINUTE_MS;
  }
}
