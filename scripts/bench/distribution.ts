// From an order that somebody pushes to the run that starts: connections, seconds and pushes, in fleets of three sizes whose machines
// come round as they do. And the herd: all machines look at the very same moment.
import { counted, median, percentile, seconds, times } from './numbers.ts';
import type { Bench, Row } from './row.ts';
import { createVirtualFleet, type Habit, type VirtualFleet, type VirtualMachine } from './virtual-fleet.ts';

const DELAY_MS = 300;
const HABIT: Habit = { everyMs: 15_000, jitter: 0.2, waits: true };
const RUN_MS = 5_000;
/** A cycle that started a run waits for quick ones, and then says so. */
const SAID_MS = 5_000;
/** A claim and its confirmation; the start itself needs none. */
const CONNECTIONS = { assigned: 1, shared: 3 } as const;
/** For a shared order the claim, and for each the word that it runs. */
const PUSHES = { assigned: 1, shared: 2 } as const;
const ROUNDING = 0.05;
const HERD = 30;

type Kind = keyof typeof CONNECTIONS;

export const distribution: Bench = {
  name: 'distribution',
  async rows({ quick }) {
    const sizes = quick ? [3, 10] : [3, 10, 30];
    const turns = quick ? 5 : 25;
    const rows: Row[] = [];
    for (const kind of ['assigned', 'shared'] as const)
      rows.push(rowOf(kind, await each(sizes, (size) => starts(kind, size, turns))));
    rows.push(await herd(quick ? 5 : 15), await herdOfMany());
    return rows;
  },
};

async function each<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const out: Out[] = [];
  for (const one of all) out.push(await work(one));
  return out;
}

interface Started {
  readonly size: number;
  /** Of the machine that started it, since the look that showed the order to it began. */
  readonly connections: number;
  readonly fromLookMs: number;
  /** Since the order was pushed. */
  readonly fromPushMs: number;
}

interface Measured {
  readonly size: number;
  readonly started: readonly Started[];
  /** For each start, by whichever machine; beats are not counted. */
  readonly pushes: number;
  readonly claims: number;
}

async function starts(kind: Kind, size: number, turns: number): Promise<Measured> {
  const fleet = await createVirtualFleet(size, { slots: 1, delayMs: DELAY_MS });
  for (const machine of fleet.machines) machine.live(HABIT, HABIT.everyMs * fleet.chance());
  const started: Started[] = [];
  const listed: object[] = [];
  let [pushes, claims] = [0, 0];
  for (let turn = 0; turn < turns; turn += 1) {
    await fleet.pass(20_000 + HABIT.everyMs * fleet.chance());
    const before = fleet.wire();
    const id = `order-${turn}`;
    const assign = kind === 'shared' ? 'any' : 1 + Math.floor(fleet.chance() * size);
    started.push({ size, ...(await startOf(fleet, listed, id, assign)) });
    await fleet.pass(SAID_MS);
    const { pushes: all, beats, claimsTried } = fleet.wire();
    pushes += all - before.pushes - (beats - before.beats);
    claims += claimsTried - before.claimsTried;
  }
  await fleet.stop();
  return { size, started, pushes: pushes / turns, claims: claims / turns };
}

/** A person adds the order; returns when it runs. */
async function startOf(fleet: VirtualFleet, listed: object[], id: string, assign: unknown) {
  const { world, machines } = fleet;
  world.script(id, () => ({ ms: RUN_MS, exitCode: 0 }));
  const fromMs = world.now();
  listed.push({ id, assign, run: 'true' });
  world.orders(listed);
  const startOn = ({ sim }: VirtualMachine) => sim.runner.starts.find((start) => start.order === id);
  await fleet.until(() => machines.some((machine) => startOn(machine) !== undefined));
  const machine = machines.find((candidate) => startOn(candidate) !== undefined) as VirtualMachine;
  const sight = machine.looks.find(({ shownAtMs }) => shownAtMs >= fromMs);
  if (sight === undefined) throw new Error('bug: an order was started that nobody saw');
  const connections = machine.wire.fetches + machine.wire.pushes - sight.connectionsBefore;
  return { connections, fromLookMs: world.now() - sight.fromMs, fromPushMs: world.now() - fromMs };
}

function rowOf(kind: Kind, all: readonly Measured[]): Row {
  const words = all.map(({ size, started, pushes, claims }) => {
    const of = (what: (start: Started) => number, part = 0.5) => percentile(started.map(what), part);
    const fromLook = median(started.map((start) => start.fromLookMs));
    return (
      `${size} machines: ${counted(
        of((it) => it.connections),
        'connection',
      )} after the look that showed it ` +
      `(${seconds(fromLook)}, ${times(fromLook / DELAY_MS)} a connection; p99 ${of((it) => it.connections, 0.99)}), ` +
      `${seconds(of((it) => it.fromPushMs))} after its push (p99 ${seconds(of((it) => it.fromPushMs, 0.99))}); ` +
      `${pushes.toFixed(2)} pushes${kind === 'shared' ? `, ${claims.toFixed(2)} claims tried` : ''}`
    );
  });
  const isOk = all.every(({ started, pushes }) => {
    return median(started.map((it) => it.connections)) <= CONNECTIONS[kind] && pushes <= PUSHES[kind] + ROUNDING;
  });
  return {
    what: `${kind === 'shared' ? 'an order for any machine' : 'an order for one machine'}, until it runs`,
    measured: words.join('; '),
    atMost: `${counted(CONNECTIONS[kind], 'connection')} after the look, ${counted(PUSHES[kind], 'push')} a start`,
    beside: `a connection: ${DELAY_MS} ms; each machine looks every ${HABIT.everyMs / 1000} s ± ${HABIT.jitter * 100} %`,
    isOk,
  };
}

/** All look at once at one order for any of them. */
async function herd(turns: number): Promise<Row> {
  const fleet = await createVirtualFleet(HERD, { slots: 1, delayMs: DELAY_MS });
  const before = fleet.wire();
  const listed: object[] = [];
  let started = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const id = `herd-${turn}`;
    fleet.world.script(id, () => ({ ms: RUN_MS, exitCode: 0 }));
    listed.push({ id, assign: 'any', run: 'true' });
    fleet.world.orders(listed);
    // A second time, when the run has ended.
    for (let look = 0; look < 2; look += 1) {
      for (const machine of fleet.machines) machine.sync();
      await fleet.pass(SAID_MS * 2);
    }
    const runs = fleet.machines.flatMap(({ sim }) => sim.runner.starts.filter((start) => start.order === id));
    started += runs.length;
    if (runs.length > 1) throw new Error('S1 is broken: an order was started twice');
  }
  const { pushes, beats, claimsTried, claimsRefused } = fleet.wire();
  const claims = (claimsTried - before.claimsTried) / Math.max(1, started);
  const spent = (pushes - before.pushes - (beats - before.beats)) / Math.max(1, started);
  await fleet.stop();
  return {
    what: `${HERD} machines look at the same moment, one order for any of them`,
    measured:
      `${claims.toFixed(2)} claims tried a start, ${claimsRefused - before.claimsRefused} of ${claimsTried - before.claimsTried} in vain; ` +
      `${spent.toFixed(2)} pushes from its claim to its result; ${started} of ${turns} started at that look`,
    atMost: '1.0 claims a start, 3 pushes',
    beside: `without a ranking: ${HERD} claims, and a push for each`,
    isOk: claims <= 1 + ROUNDING && spent <= 3 + ROUNDING && started === turns,
  };
}

/** As many orders as machines, seen by all at once, and looked at again as they come round. */
async function herdOfMany(): Promise<Row> {
  const fleet = await createVirtualFleet(HERD, { slots: 1, delayMs: DELAY_MS });
  const ids = Array.from({ length: HERD }, (_, at) => `many-${at}`);
  for (const id of ids) fleet.world.script(id, () => ({ ms: 3_600_000, exitCode: 0 }));
  fleet.world.orders(ids.map((id) => ({ id, assign: 'any', run: 'true' })));
  const before = fleet.wire();
  const fromMs = fleet.world.now();
  for (const machine of fleet.machines) machine.live(HABIT, 0);
  const all = () => fleet.machines.flatMap(({ sim }) => sim.runner.starts);
  const afterFirst = HABIT.everyMs * (1 - HABIT.jitter) - 1;
  await fleet.pass(afterFirst);
  const atOnce = all().length;
  await fleet.until(() => all().length === HERD);
  const lastMs = fleet.world.now() - fromMs;
  const { claimsTried, claimsRefused } = fleet.wire();
  await fleet.stop();
  const claims = (claimsTried - before.claimsTried) / HERD;
  return {
    what: `${HERD} machines look at the same moment, ${HERD} orders for any of them`,
    measured:
      `${atOnce} start at that look, all after ${seconds(lastMs)}; ` +
      `${claims.toFixed(2)} claims tried a start, ${claimsRefused - before.claimsRefused} in vain`,
    atMost: '1.2 claims a start; all within two looks',
    beside: `a look every ${HABIT.everyMs / 1000} s ± ${HABIT.jitter * 100} %`,
    isOk: claims <= 1.2 && lastMs <= 2 * HABIT.everyMs * (1 + HABIT.jitter),
  };
}
