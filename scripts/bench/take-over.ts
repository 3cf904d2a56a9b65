// O4, O5: a machine is killed with a run that may be tried again: how long until another one carries on, as a multiple of the lease,
// and how long before that the first run was over.
import { percentile, seconds, times } from './numbers.ts';
import type { Bench, Row } from './row.ts';
import { createVirtualFleet, type Habit, type VirtualMachine } from './virtual-fleet.ts';

const DELAY_MS = 300;
const MACHINES = 3;
/** The lease, and what an observer needs to see that a lane stands still and that it is its turn. */
const LEASES_MAX = 1.5;
/** O4: in a lease. */
const HEARTBEATS = 3;
const LONG_MS = 86_400_000;

interface Setting {
  readonly heartbeatMs: number;
  readonly habit: Habit;
}

const SETTINGS: readonly Setting[] = [
  // The shortest that a fleet may ask for.
  { heartbeatMs: 10_000, habit: { everyMs: 5_000, jitter: 0.2, waits: true } },
  // What a fleet of this size has by itself.
  { heartbeatMs: 60_000, habit: { everyMs: 15_000, jitter: 0.2, waits: true } },
];

export const takeOver: Bench = {
  name: 'take-over',
  async rows({ quick }) {
    const rows: Row[] = [];
    for (const setting of SETTINGS) {
      const turns: Turn[] = [];
      for (let turn = 0; turn < (quick ? 3 : 15); turn += 1) turns.push(await play(setting, turn));
      rows.push(rowOf(setting, turns));
    }
    return rows;
  },
};

interface Turn {
  readonly tookMs: number;
  /** From the end of the first run to the start of the second. */
  readonly apartMs: number;
  readonly pushes: number;
}

async function play({ heartbeatMs, habit }: Setting, turn: number): Promise<Turn> {
  const fleet = await createVirtualFleet(MACHINES, { slots: 1, delayMs: DELAY_MS, seed: turn });
  const { world, machines } = fleet;
  world.person({ 'fleet.yaml': `heartbeat: ${heartbeatMs / 1000}s\n` });
  for (const machine of machines) machine.live(habit, habit.everyMs * fleet.chance());
  // A machine says the larger of the setting and the median of its last nine periods (H2).
  await fleet.pass(12 * heartbeatMs);
  // A shorter one waits for something else to say.
  const warmUp = { id: 'warm-up', assign: 'all', run: 'true' };
  world.orders([warmUp]);
  await fleet.pass(2 * heartbeatMs);
  world.script('long', () => ({ ms: LONG_MS, exitCode: 0 }));
  world.orders([warmUp, { id: 'long', assign: 'any', run: 'true', attempts: 2 }]);
  await fleet.until(() => machines.some(startsOf(1)));
  await fleet.pass(2 * heartbeatMs + heartbeatMs * fleet.chance());
  const killed = machines.find(startsOf(1)) as VirtualMachine;
  const leaseMs = killed.sim.state().active[0]?.claim?.leaseMs;
  if (leaseMs !== HEARTBEATS * heartbeatMs) throw new Error(`bug: the lease of the bench is ${leaseMs}`);
  const before = fleet.wire();
  killed.die();
  const fromMs = world.now();
  let overMs = Number.POSITIVE_INFINITY;
  await fleet.until(() => {
    if (overMs === Number.POSITIVE_INFINITY && killed.sim.runner.runningNow().length === 0) overMs = world.now();
    return machines.some(startsOf(2));
  });
  const { pushes, beats } = fleet.wire();
  const tookMs = world.now() - fromMs;
  const apartMs = world.now() - overMs;
  await fleet.stop();
  return { tookMs, apartMs, pushes: pushes - before.pushes - (beats - before.beats) };
}

function startsOf(attempt: number) {
  const isThat = (start: { order: string; attempt: number }) => start.order === 'long' && start.attempt === attempt;
  return ({ sim }: VirtualMachine) => sim.runner.starts.some(isThat);
}

function rowOf({ heartbeatMs, habit }: Setting, turns: readonly Turn[]): Row {
  const leaseMs = HEARTBEATS * heartbeatMs;
  const of = (part: number) =>
    percentile(
      turns.map((turn) => turn.tookMs),
      part,
    );
  const leastApartMs = Math.min(...turns.map((turn) => turn.apartMs));
  const pushes = turns.reduce((sum, turn) => sum + turn.pushes, 0) / turns.length;
  return {
    what: `a machine is killed with a run: until another carries on, lease ${leaseMs / 1000} s`,
    measured:
      `median ${times(of(0.5) / leaseMs)} the lease (${seconds(of(0.5))}), at most ${times(of(1) / leaseMs)}; the first run was over ` +
      `${seconds(leastApartMs)} before that at least; ${pushes.toFixed(1)} pushes`,
    atMost: `${LEASES_MAX} × the lease, and never two runs at once`,
    beside: `${MACHINES} machines, a look every ${habit.everyMs / 1000} s ± ${habit.jitter * 100} %`,
    isOk: of(1) <= LEASES_MAX * leaseMs && leastApartMs >= 0,
  };
}
