// O19, once nothing goes wrong any more: people wait for the end of an order, for an emergency and for the loss of a machine, and that happens. Each
// event that everybody could see has its run, also of triggers that were there before.
import type { Chance } from './chance.ts';
import { allows, mayTake } from './check-end.ts';
import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { roomFor } from './quiet-window.ts';
import { listedOf } from './slots.ts';
import { count, type Execution, judged } from './truth.ts';
import type { World } from './world.ts';

const ROUND_MS = 30_000;
/** Until all have looked at a trigger. */
const FIRST_LOOKS = 3;
const ROUNDS = 12;
/** From an event until somebody has begun what waits for it: looks, turns of 15 s, a claim, and runs of 20 s before it in the same slot. */
const LATE_MS = 240_000;
const DEPTH_MAX = 3;
/** While a machine is silent. A lease is three hours at most, and a clock may be 10 % too slow. */
const SILENT_ROUND_MS = 9 * 60_000;
const SILENT_ROUNDS = 24;

interface Window {
  readonly listed: readonly Entry[];
  readonly there: readonly Computer[];
  readonly fromMs: number;
}

/** `chance`: its own. */
export async function eventWindow(world: World, chance: Chance, living: readonly Computer[]): Promise<void> {
  const { truth, people } = world;
  const isThere = (it: Computer) =>
    it.number !== 0 && !it.hasLeft() && !truth.cloned.has(it.number) && it.state()?.duplicate == null;
  const there = living.filter(isThere);
  const entries = await people.routed();
  // A schedule of every minute can keep the only slot busy for good.
  const isBusy = entries.some(({ schedule }) => schedule !== undefined) && there.some((it) => roomFor(entries, it) < 1);
  if (there.length === 0 || isBusy) return;
  world.log('── a while with events');
  count(truth, 'whiles with events');
  // Who joined at the last is as calm as the others.
  for (const { runner } of living) runner.isCalm = true;
  const one = { run: 'true', attempts: 1, generation: 1 };
  const watched: Entry = { ...one, id: 'watched', assign: chance.pick(there).number, approval: true };
  await people.put(watched);
  for (const [kind, of] of [
    ['completed', 'watched'],
    ['failed', 'watched'],
    ['emergency', 'any'],
  ] as const) {
    const assign = chance.pick([chance.pick(there).number, 'any', 'all']);
    await people.put({ ...one, id: `on-${kind}`, assign, on: { [kind]: of } });
  }
  const silent = there.length > 1 ? chance.pick(there) : null;
  const others = there.filter((it) => it !== silent);
  const whoseLoss = chance.pick([chance.pick(others).number, 'any', 'all']);
  await people.put({ ...one, id: 'on-lost', assign: whoseLoss, on: { lost: 'any' } });
  const look = async (rounds: number, computers = living, roundMs = ROUND_MS, isOver = () => false) => {
    for (let round = 0; round < rounds && truth.violations.length === 0 && !isOver(); round += 1) {
      for (const computer of computers) await world.sync(computer);
      world.pass(roundMs);
    }
  };
  await look(FIRST_LOOKS);
  const fromMs = world.nowMs();
  const crying = chance.pick(there);
  people.send(crying, 'ALL', 'urgent');
  await people.put({ ...watched, approved: true });
  await look(ROUNDS);
  if (truth.violations.length > 0) return;
  const listed = await people.routed();
  for (const trigger of listed) judge(world, trigger, { listed, there, fromMs });
  mustHaveRun(world, listed, there, `the emergency of ${crying.name}`, 'on-emergency', (given) => {
    return given.COORD_EVENT_KIND === 'emergency' && given.COORD_EVENT_MACHINE === String(crying.number);
  });
  if (silent === null || truth.violations.length > 0) return;
  const awake = living.filter((it) => it !== silent);
  const isOfLoss = ({ COORD_EVENT_KIND: kind, COORD_EVENT_MACHINE: of }: Execution['given']) =>
    kind === 'lost' && of === String(silent.number);
  await look(SILENT_ROUNDS, awake, SILENT_ROUND_MS, () =>
    truth.executions.some(({ order, given }) => listedOf(order) === 'on-lost' && isOfLoss(given)),
  );
  await look(ROUNDS, awake);
  if (truth.violations.length > 0) return;
  judged(truth, 'losses that have their run');
  mustHaveRun(world, await people.routed(), others, `the loss of ${silent.name}`, 'on-lost', isOfLoss);
}

/** Ends of runs that everybody was told of in time. */
function judge(world: World, { id, on = {}, cancelled, after = [], approval }: Entry, { listed, there, fromMs }: Window): void {
  const { truth } = world;
  const [[kind = '', of = ''] = []] = Object.entries(on);
  const source = listed.find((entry) => entry.id === of);
  if (source === undefined || cancelled || source.cancelled || after.length > 0 || approval || truth.forged.has(of)) return;
  const isInTime = ({ endedMs }: Execution) => endedMs !== null && endedMs >= fromMs && endedMs <= world.nowMs() - LATE_MS;
  const isHere = ({ computer, machine }: Execution) => there.some((it) => it.name === computer && it.number === machine);
  for (const run of truth.executions) {
    if (listedOf(run.order) !== of || run.generation !== source.generation || !isInTime(run) || !isHere(run)) continue;
    const isLast = !truth.executions.some(
      (it) => it.order === run.order && it.generation === run.generation && it.attempt > run.attempt,
    );
    const isEnd = run.how === 'exited' && !run.asks && isLast && (run.exitCode === 0 || run.attempt >= source.attempts);
    if (!isEnd || (run.exitCode === 0) !== (kind === 'completed') || depthOf(run.order) >= DEPTH_MAX) continue;
    const name = `${kind} ${run.order}/${run.generation}.${run.attempt} on ${run.computer}`;
    mustHaveRun(world, listed, there, name, id, (given) => {
      const { COORD_EVENT_ORDER, COORD_EVENT_GENERATION, COORD_EVENT_ATTEMPT, COORD_EVENT_MACHINE } = given;
      const said = [COORD_EVENT_ORDER, COORD_EVENT_GENERATION, COORD_EVENT_ATTEMPT, COORD_EVENT_MACHINE].join();
      return said === [run.order, run.generation, run.attempt, run.machine].join();
    });
  }
}

/** Once, or of a trigger for all on each machine. */
function mustHaveRun(
  { truth }: World,
  listed: readonly Entry[],
  there: readonly Computer[],
  event: string,
  id: string,
  isOf: (given: Execution['given']) => boolean,
): void {
  const trigger = listed.find((entry) => entry.id === id);
  if (trigger === undefined) return;
  const { assign } = trigger;
  const isShared = assign === 'any' || (typeof assign === 'object' && assign !== null);
  const able = there.filter((it) => {
    const isMeant = isShared ? mayTake(assign, it.number, it.self) : ['all', it.number, it.self.name].includes(assign as string);
    return isMeant && allows(it.self, trigger);
  });
  if (able.length === 0) return;
  const ran = truth.executions.filter((run) => listedOf(run.order) === id && isOf(run.given));
  const missing = isShared
    ? ran.length > 0
      ? []
      : able
    : able.filter(({ name }) => !ran.some(({ computer }) => computer === name));
  judged(truth, 'events that have their run');
  for (const { name } of missing)
    truth.violations.push({ clause: 'O19', text: `${id}: ${event} has no run${isShared ? '' : ` on ${name}`}` });
}

function depthOf(order: string): number {
  return Number(/@([0-9])T[0-9]{18}$/.exec(order)?.[1] ?? 0);
}
