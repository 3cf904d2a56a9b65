// H2, H3: a day of a fleet of daemons: what it pushes and fetches, and how much of main it writes. The real cycle, gate and pace over a
// hub in memory, on a clock that jumps to what happens next.
import { join } from 'node:path';
import type { StatusDocument } from '../../src/core/model/status/status.ts';
import { ORIGIN_MS } from '../../test/machine/world.ts';
import { createDayBell } from './day-bell.ts';
import { type PushMade, startDaemon } from './day-daemon.ts';
import { type Kept, packedBytes, watchMain } from './history.ts';
import { counted, kilobytes, median, seconds } from './numbers.ts';
import type { Bench, Row } from './row.ts';
import { createVirtualFleet } from './virtual-fleet.ts';

/** `DAY=3,10,busy,bell npm run day` measures only these; `nobell`: those without. */
const ONLY = (process.env.DAY ?? '').split(',');
const IS_SIZED = ONLY.some((word) => /[0-9]/.test(word));
/** A fleet of 200 takes hours of one core: it is measured where it is named. */
const FLEETS = [
  ...[3, 10, 50, 200].map((size) => ({ size, hasBell: false })),
  ...[10, 50, 200].map((size) => ({ size, hasBell: true })),
].filter(
  ({ size, hasBell }) =>
    (IS_SIZED ? ONLY.includes(String(size)) : size < 200) && (hasBell ? !ONLY.includes('nobell') : !ONLY.includes('bell')),
);
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PUSHES_PER_MINUTE = 6;
/** H2: a person is answered at once, and the budget is kept over so long. */
const WINDOW_MS = 10 * MINUTE_MS;
/** H3: everybody looks every 15 s at most often. */
const FETCHES_AN_HOUR_MAX = 240;

/** How much is asked of the fleet: so many minutes from one to the next. */
interface Asked {
  readonly name: string;
  readonly orderEachMinutes: number;
  readonly forAllEachMinutes: number;
  readonly messageEachMinutes: number;
}

const DAYS: readonly Asked[] = [
  { name: 'quiet', orderEachMinutes: 360, forAllEachMinutes: 1440, messageEachMinutes: 240 },
  { name: 'busy', orderEachMinutes: 10, forAllEachMinutes: 240, messageEachMinutes: 15 },
];

export const day: Bench = {
  name: 'day',
  async rows({ scratch, quick }) {
    const hours = quick ? 2 : 24;
    const rows: Row[] = [];
    for (const fleet of FLEETS) {
      for (const asked of DAYS.filter(({ name }) => ONLY.includes(name) || !DAYS.some((it) => ONLY.includes(it.name)))) {
        const seen = await liveThrough(fleet, asked, hours, scratch);
        rows.push(rowOf(fleet, asked, hours, seen));
        process.stderr.write(`day: ${rows.at(-1)?.what}: ${rows.at(-1)?.measured}\n`);
      }
    }
    const bad = rows.filter((row) => !row.isOk);
    if (bad.length > 0)
      throw new Error(`above the budget (H2): ${bad.map(({ what, measured }) => `${what}: ${measured}`).join('; ')}`);
    return rows;
  },
};

interface Seen {
  readonly pushes: readonly PushMade[];
  readonly fetches: number;
  readonly bytes: number;
  readonly commits: number;
  /** Of each order that was seen to end: how much later than its run took. */
  readonly orders: readonly number[];
  readonly asked: number;
}

interface FleetKind {
  readonly size: number;
  readonly hasBell: boolean;
}

async function liveThrough({ size, hasBell }: FleetKind, asked: Asked, hours: number, scratch: string): Promise<Seen> {
  const fleet = await createVirtualFleet(size, { slots: 2, delayMs: 300 });
  const bell = hasBell ? createDayBell(fleet) : null;
  const { world } = fleet;
  const main = await watchMain(world);
  const looked = async () => {
    world.steps.length = 0;
    await main.look();
  };
  const [fromMs, untilMs] = [world.now(), world.now() + hours * HOUR_MS];
  const pushes: PushMade[] = [];
  const daemons = fleet.machines.map((one) =>
    startDaemon(one, {
      ...{ fleet, pushes, bell },
      onPush: looked,
      isOver: () => world.now() >= untilMs,
      // A laptop: closed for a third of the day.
      closedUntilMs: (machine, nowMs) =>
        machine === size && nowMs > fromMs + hours * HOUR_MS * 0.4 && nowMs < fromMs + hours * HOUR_MS * 0.73
          ? fromMs + hours * HOUR_MS * 0.73
          : 0,
    }),
  );
  const each = async (minutes: number, act: (count: number) => Promise<void> | void) => {
    for (let count = 1; ; count += 1) {
      await fleet.sleep(minutes * MINUTE_MS * (0.5 + fleet.chance()));
      if (world.now() >= untilMs - HOUR_MS / 2) return;
      await act(count);
    }
  };
  const at = () => Math.floor(fleet.chance() * (size - 1)) + 1;
  const orders = new Map<string, AskedOrder>();
  const order = async (id: string, assign: string, ms: number) => {
    const machine = at();
    world.script(id, () => ({ ms, exitCode: 0 }));
    orders.set(id, { assign, atMs: world.now(), takesMs: ms });
    // Each second one a person pushes with plain git: the fleet answers it on the board (F1).
    if (orders.size % 2 === 0) {
      const document = JSON.parse((await world.text('ORDERS.json')) ?? '{}') as { readonly orders?: readonly object[] };
      world.orders([...(document.orders ?? []), { id, assign, run: 'true', attempts: 2 }]);
      return;
    }
    await fleet.machines[machine - 1]?.sim.edit({ kind: 'add', order: { id, assign, run: 'true', attempts: 2 } });
    daemons[machine - 1]?.poke();
  };
  fleet.keep(each(asked.orderEachMinutes, (count) => order(`one-${count}`, 'any', 1000 + fleet.chance() * 20 * MINUTE_MS)));
  fleet.keep(each(asked.forAllEachMinutes, (count) => order(`all-${count}`, 'all', 5000)));
  fleet.keep(
    each(asked.messageEachMinutes, async (count) => {
      const machine = at();
      await fleet.machines[machine - 1]?.sim.journal.record({
        id: `message-${count}`,
        recordedAt: new Date(ORIGIN_MS + world.now()).toISOString(),
        kind: 'send',
        to: String(machine === 1 ? 2 : 1),
        body: `Number ${count}: how far is it?`,
        priority: count % 10 === 0 ? 'urgent' : 'normal',
      });
      daemons[machine - 1]?.poke();
    }),
  );
  const before = fleet.wire();
  for (let hour = 1; hour <= hours; hour += 1) {
    await fleet.pass(fromMs + hour * HOUR_MS - world.now());
    process.stderr.write(`day: ${size} machines, hour ${hour} of ${hours}, ${counted(pushes.length, 'push')}\n`);
  }
  const fetches = fleet.wire().fetches - before.fetches;
  await fleet.stop();
  const [first] = main.commits;
  if (first === undefined) throw new Error('bug: a fleet without a main');
  const packed = (name: string, commits: typeof main.commits) =>
    packedBytes(join(scratch, `day-${size}-${hasBell}-${asked.name}-${name}.git`), commits);
  return {
    pushes: pushes.filter(({ atMs }) => atMs < untilMs).map((push) => ({ ...push, atMs: push.atMs - fromMs })),
    fetches,
    bytes: packed('all', main.commits) - packed('begin', [first]),
    commits: main.commits.length - 1,
    orders: seenAfter(main.commits, orders),
    asked: [...orders.values()].filter(({ assign }) => assign !== 'all').length,
  };
}

interface AskedOrder {
  readonly assign: string;
  readonly atMs: number;
  readonly takesMs: number;
}

/** Milliseconds from the moment in which a person asked until everybody could read the result on main, without the run itself. */
function seenAfter(commits: readonly Kept[], orders: ReadonlyMap<string, AskedOrder>): readonly number[] {
  const waits = new Map<string, number>();
  for (const { atMs, files } of commits) {
    const { orders: told } = JSON.parse(files.get('coordination/STATUS.json') ?? '{"orders":{}}') as Pick<
      StatusDocument,
      'orders'
    >;
    for (const [id, order] of orders) {
      // An order for all is done when the laptop has done it, which is closed for hours.
      if (order.assign === 'all' || waits.has(id) || told[id]?.state !== 'COMPLETED') continue;
      waits.set(id, atMs - ORIGIN_MS - order.atMs - order.takesMs);
    }
  }
  return [...waits.values()];
}

function rowOf({ size, hasBell }: FleetKind, asked: Asked, hours: number, seen: Seen): Row {
  const { pushes } = seen;
  const worstMinute = mostWithin(pushes, MINUTE_MS);
  const worst = mostWithin(pushes, WINDOW_MS) / (WINDOW_MS / MINUTE_MS);
  const perMinute = pushes.length / (hours * 60);
  const fetchesAnHour = seen.fetches / hours / size;
  const pressing = pushes.filter(({ pressure }) => pressure !== 'patient').length;
  return {
    what: `${size} machines with daemons${hasBell ? ' and a bell' : ''}, a ${asked.name} ${hours === 24 ? 'day' : `${hours} hours`} (simulated): pushes, fetches, history`,
    measured: [
      `${perMinute.toFixed(2)} pushes a minute, in the worst ten minutes ${worst.toFixed(1)} a minute, in the worst minute ${worstMinute}; ${counted(pressing, 'push')} of ${pushes.length} urgent`,
      `${fetchesAnHour.toFixed(0)} fetches an hour and machine`,
      `main grows by ${kilobytes(seen.bytes)}, ${counted(seen.commits, 'commit')}`,
      `${seen.orders.length} of ${counted(seen.asked, 'order')} for any machine shown as done${seen.orders.length === 0 ? '' : `, median ${seconds(median(seen.orders))} and at most ${seconds(Math.max(...seen.orders))} later than they took`}`,
    ].join('; '),
    atMost: `${PUSHES_PER_MINUTE} pushes a minute, on the average of any ten minutes`,
    beside: '',
    isOk: worst <= PUSHES_PER_MINUTE && fetchesAnHour <= FETCHES_AN_HOUR_MAX,
  };
}

/** Over every window of that length that begins with a push. */
function mostWithin(pushes: readonly PushMade[], ms: number): number {
  const times = pushes.map(({ atMs }) => atMs).sort((one, other) => one - other);
  let [most, first] = [0, 0];
  for (const [last, atMs] of times.entries()) {
    while ((times[first] ?? 0) <= atMs - ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
