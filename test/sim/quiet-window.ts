// O12, once nothing goes wrong any more: a while in which all machines have their cycles, and each slot of each schedule has to be run,
// or left out because an earlier occurrence had not ended.
import { allows, mayTake } from './check-end.ts';
import { CLOCKS_DIFFER_MS } from './check-schedules.ts';
import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { dueOf, type Line, lineOf, listedOf } from './slots.ts';
import { count, type Execution, judged } from './truth.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const ROUNDS = 16;
/** After a slot, until somebody has claimed it, seen that, and begun: cycles of a minute, and turns of 15 s. */
const LATE_MS = 5 * MINUTE_MS;
/** From one cycle of a machine to its next one, at most. */
const CYCLES_APART_MS = 2 * MINUTE_MS;
const CLOCKS_AGREE_MS = 20_000;

export async function quietWindow(world: World, living: readonly Computer[], cycles: () => Promise<unknown>): Promise<void> {
  const isScheduled = (entry: Entry) => entry.schedule !== undefined;
  const before = await world.people.routed();
  if (!before.some(isScheduled)) return;
  await addOne(world, living, before);
  const entries = await world.people.routed();
  world.log('── a while with schedules');
  count(world.truth, 'whiles with schedules');
  const windows = new Map<Computer, { readonly fromMs: number; toMs: number }>();
  for (let round = 0; round < ROUNDS && world.truth.violations.length === 0; round += 1) {
    await cycles();
    for (const computer of living) {
      const { wallMs } = computer.clock.now();
      // What was asked for just before is not known to all for as long as this.
      if (round === 2) windows.set(computer, { fromMs: wallMs, toMs: wallMs });
      const window = windows.get(computer);
      if (window !== undefined) window.toMs = wallMs;
    }
    world.pass(MINUTE_MS);
  }
  if (world.truth.violations.length > 0) return;
  // A schedule of every minute, and what its runs set off, can keep the only slot busy for good: one slot for each, or nobody can say whose turn it is.
  const roomy = new Set(living.filter((it) => roomFor(entries, it) >= 0));
  for (const entry of entries.filter(isScheduled)) judge(world, entry, living, windows, roomy);
}

/** Most schedules of now come too seldom for a window: somebody adds one for a machine that has room for it. */
async function addOne({ people }: World, living: readonly Computer[], entries: readonly Entry[]): Promise<void> {
  const one = living.find((it) => it.number !== 0 && !it.hasLeft() && roomFor(entries, it) > 0);
  if (one === undefined) return;
  const often = { schedule: '* * * * *', timezone: 'UTC' };
  await people.put({ id: 'often', assign: one.number, run: 'true', attempts: 1, generation: 1, ...often });
}

/** How many of its slots are left where each entry that comes again and again, by the clock or by an event, has one. */
export function roomFor(entries: readonly Entry[], computer: Computer): number {
  const often = entries.filter((entry) => entry.schedule !== undefined || entry.on !== undefined);
  return computer.self.policy.slots - often.filter((entry) => mayCome(entry, computer)).length;
}

function mayCome({ assign, cancelled }: Entry, { number, self }: Computer): boolean {
  if (cancelled) return false;
  if (typeof assign === 'object' || assign === 'any') return mayTake(assign, number, self);
  return assign === 'all' || assign === number || assign === self.name;
}

type Windows = ReadonlyMap<Computer, { readonly fromMs: number; readonly toMs: number }>;

function judge(world: World, entry: Entry, living: readonly Computer[], windows: Windows, roomy: ReadonlySet<Computer>): void {
  const { truth } = world;
  const line = lineOf(entry.schedule);
  if (line === undefined || entry.cancelled || (entry.after ?? []).length > 0 || (entry.approval && !entry.approved)) return;
  const { assign } = entry;
  const isThere = (it: Computer) =>
    roomy.has(it) && it.number !== 0 && !truth.cloned.has(it.number) && it.state()?.leaving == null;
  const may = living.filter((it) => isThere(it) && allows(it.self, entry));
  // A slot is anybody's who may take it: only where all clocks agree, all agree on what is due.
  const isShared = assign === 'any' || (typeof assign === 'object' && assign !== null);
  if (isShared) {
    const offsets = living.map(({ clock }) => clock.now().wallMs);
    if (Math.max(...offsets) - Math.min(...offsets) > CLOCKS_AGREE_MS || line.everyMs < LATE_MS) return;
    if (may.length < living.length || may.some((it) => !mayTake(assign, it.number, it.self)) || truth.rewritten) return;
    const [one] = may;
    if (one !== undefined) slots(world, entry, line, one, windows, () => true);
    return;
  }
  for (const one of may) {
    const isMine = assign === 'all' || assign === one.number || assign === one.self.name;
    // What the computer ran that was this machine before counts by its own clock.
    if (isMine) slots(world, entry, line, one, windows, (run) => run.computer === one.name || run.machine === one.number);
  }
}

function slots(
  { truth, computers }: World,
  entry: Entry,
  { everyMs, phaseMs }: Line,
  one: Computer,
  windows: Windows,
  counts: (run: Execution) => boolean,
): void {
  const window = windows.get(one);
  if (window === undefined) return;
  // A slot that passes between two cycles is an older one by the next of them.
  const step = Math.max(everyMs, CYCLES_APART_MS);
  const runs = truth.executions.filter((run) => listedOf(run.order) === entry.id && counts(run));
  const first = Math.ceil((window.fromMs - phaseMs) / everyMs) * everyMs + phaseMs;
  for (let slot = first; slot + LATE_MS <= window.toMs; slot += everyMs) {
    const near = (run: Execution) => Math.abs((dueOf(run.order) ?? 0) - slot) < step;
    judged(truth, 'slots');
    if (runs.some(near)) continue;
    // Left out, or waiting: something of it was running then, by the clock of its computer, or had not been given up.
    const isInto = ({ computer, startedMs, endedMs }: Execution) => {
      const { clock } = computers.find(({ name }) => name === computer) ?? one;
      return clock.wallAt(startedMs) <= slot + step && (endedMs === null || clock.wallAt(endedMs) >= slot);
    };
    if (runs.some(isInto)) continue;
    // Older than one that was run before: a clock that was ahead did that, and this clock comes so near to it that it counts (O12.4, O12.7). What
    // begins later excuses nothing, and neither does one that this clock is still far behind.
    const isAhead = ({ order, startedMs }: Execution) => {
      const aheadMs = (dueOf(order) ?? 0) - slot;
      return aheadMs > 0 && aheadMs <= CLOCKS_DIFFER_MS + CYCLES_APART_MS && one.clock.wallAt(startedMs) < slot;
    };
    if (runs.some(isAhead)) continue;
    const text = `${entry.id}: nobody ran that of ${new Date(slot).toISOString()} by the clock of ${one.name}`;
    truth.violations.push({ clause: 'O12', text });
  }
}
