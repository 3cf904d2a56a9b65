// Many orders for any machine, and few machines with two slots each: what an order costs, how long slots stay empty, and whether one
// machine takes more than its share.
import { hash } from '../../src/core/base/hash.ts';
import { drainOverGit } from './drain-git.ts';
import { median } from './numbers.ts';
import type { Bench, Row } from './row.ts';
import { createVirtualFleet, type Habit } from './virtual-fleet.ts';

const DELAY_MS = 300;
const MACHINES = 10;
const SLOTS = 2;
const RUN_MS = 60_000;
const HABIT: Habit = { everyMs: 15_000, jitter: 0.2, waits: true };
/** One that tells the end of the run before and claims, one that tells that it runs. */
const PUSHES_MAX = 2.2;
const IDLE_MAX = 0.1;
const SPREAD_MAX = 1.25;

export const drain: Bench = {
  name: 'drain',
  async rows(setting) {
    const many = await drainInMemory(setting.quick ? 100 : 1000);
    return [rowOf(many), await drainOverGit(setting)];
  },
};

interface Drained {
  readonly orders: number;
  readonly pushes: number;
  readonly claimsRefused: number;
  readonly idle: number;
  /** Orders of each machine. */
  readonly each: readonly number[];
  readonly tookMs: number;
}

async function drainInMemory(orders: number): Promise<Drained> {
  const fleet = await createVirtualFleet(MACHINES, { slots: SLOTS, delayMs: DELAY_MS });
  const { world, machines } = fleet;
  const ids = Array.from({ length: orders }, (_, at) => `job-${String(at).padStart(4, '0')}`);
  for (const id of ids) world.script(id, () => ({ ms: runMsOf(id), exitCode: 0 }));
  world.orders(ids.map((id) => ({ id, assign: 'any', run: 'true' })));
  const before = fleet.wire();
  const fromMs = world.now();
  for (const machine of machines) machine.live(HABIT, HABIT.everyMs * fleet.chance());
  const starts = () => machines.flatMap(({ sim }) => sim.runner.starts);
  await fleet.until(() => starts().length >= orders && machines.every(({ sim }) => sim.state().active.length === 0));
  const all = starts();
  if (new Set(all.map((start) => start.order)).size !== all.length) throw new Error('S1 is broken: an order was started twice');
  const { pushes, beats, claimsRefused } = fleet.wire();
  // Until the last start: what is empty then has nothing to do.
  const tookMs = Math.max(...all.map((start) => start.atMs)) - fromMs;
  const busyMs = all.reduce((sum, { atMs, takesMs }) => sum + Math.min(takesMs, fromMs + tookMs - atMs), 0);
  await fleet.stop();
  return {
    orders,
    pushes: (pushes - before.pushes - (beats - before.beats)) / orders,
    claimsRefused: claimsRefused - before.claimsRefused,
    idle: 1 - busyMs / (tookMs * MACHINES * SLOTS),
    each: machines.map(({ sim }) => sim.runner.starts.length),
    tookMs,
  };
}

/** From half to one and a half of `RUN_MS`. */
function runMsOf(id: string): number {
  return RUN_MS * (0.5 + (hash(id) % 1000) / 1000);
}

function rowOf({ orders, pushes, claimsRefused, idle, each, tookMs }: Drained): Row {
  const spread = Math.max(...each) / median(each);
  return {
    what: `${orders} orders of ${RUN_MS / 1000} s for any of ${MACHINES} machines with ${SLOTS} slots (simulated)`,
    measured:
      `${pushes.toFixed(2)} pushes an order; slots empty ${percent(idle)} of ${Math.round(tookMs / 60_000)} min; ` +
      `the most on one machine ${spread.toFixed(2)} × the median (${Math.max(...each)}, ${median(each)}); ${claimsRefused} claims in vain`,
    atMost: `${PUSHES_MAX} pushes an order; slots empty ${percent(IDLE_MAX)}; ${SPREAD_MAX} × the median`,
    beside: `${DELAY_MS} ms a connection; a look every ${HABIT.everyMs / 1000} s ± ${HABIT.jitter * 100} %, and when a run ends`,
    isOk: pushes <= PUSHES_MAX && idle <= IDLE_MAX && spread <= SPREAD_MAX,
  };
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
