// One seed: a fleet is founded, everything goes wrong, then nothing does any more, and then all has to be settled.
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { claimName } from '../../src/core/model/orders/claim.ts';
import { bellWindow } from './bell-window.ts';
import { createChance } from './chance.ts';
import { checkEnd } from './check-end.ts';
import { laneOf } from './check-lanes.ts';
import type { Computer } from './computer.ts';
import { eventWindow } from './event-window.ts';
import { runFaults } from './faults.ts';
import { removeWordless, resume } from './faults-people.ts';
import { removeStrayRefs } from './faults-refs.ts';
import { burn } from './faults-work.ts';
import { quietWindow } from './quiet-window.ts';
import { count, type Violation } from './truth.ts';
import { createWorld, type World } from './world.ts';

const MINUTE_MS = 60_000;
/** Cycles of each machine after which it has to be what it was. */
const RECOVERY_CYCLES = 3;
const BELL = 0xbe11;
const EVENTS = 0xe7e47;
/** In how many fleets people wait for events at the end, of 1. */
const EVENTS_SHARE = 0.3;
/** How many fleets have a bell, of 1. */
const BELL_SHARE = 0.3;
const ROUNDS_MAX = 120;

export interface Simulated {
  readonly seed: number;
  readonly events: readonly string[];
  readonly violations: readonly Violation[];
  readonly counts: ReadonlyMap<string, number>;
}

export async function simulate(seed: number): Promise<Simulated> {
  // Its own draws: all others are those of the same fleet without one.
  const ofBell = createChance(seed ^ BELL);
  const world = createWorld(seed, ofBell.is(BELL_SHARE) ? ofBell : undefined);
  const { truth, events } = world;
  try {
    await found(world);
    await runFaults(world, seed);
    if (truth.violations.length === 0) await heal(world);
    if (truth.violations.length === 0) await bellWindow(world, living(world));
    if (truth.violations.length === 0) await quietWindow(world, living(world), () => cycles(world));
    const ofEvents = createChance(seed ^ EVENTS);
    if (truth.violations.length === 0 && ofEvents.is(EVENTS_SHARE)) await eventWindow(world, ofEvents, living(world));
    if (truth.violations.length === 0) await endSchedules(world);
    if (truth.violations.length === 0) await settle(world);
    if (truth.violations.length === 0) await checkEnd(world);
    if (truth.violations.length === 0) await checkClaims(world);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    truth.violations.push({ clause: 'the world', text });
  }
  return { seed, events, violations: truth.violations, counts: truth.counts };
}

/** Most fleets are there when it begins; some are joined while it goes on. */
async function found(world: World): Promise<void> {
  const { chance } = world;
  const size = chance.weighted([
    [1, 1],
    [4, 2],
    [5, 3],
    [2, 4],
    [1, 5],
  ]);
  const isThere = chance.is(0.8);
  for (let index = 0; index < size; index += 1) {
    const computer = world.addComputer();
    if (isThere) await world.sync(computer);
  }
}

/** From here on nothing goes wrong. */
export async function heal(world: World): Promise<void> {
  const { computers, hub, people, truth } = world;
  world.log('── nothing goes wrong any more');
  hub.refuse(() => null);
  hub.forbidDeletion(false);
  await removeStrayRefs(world);
  for (const { line, runner } of computers) {
    Object.assign(line, { cut: 'none', loss: 0, staleness: 0, refusesWhole: false });
    Object.assign(runner, { startsFail: false, isCalm: true });
  }
  const lastAway = Math.max(...computers.map(({ isGone, awayUntilMs }) => (isGone ? 0 : awayUntilMs)));
  if (lastAway > world.nowMs()) world.pass(lastAway - world.nowMs());
  for (const computer of computers) {
    computer.diesIn = null;
    while (computer.isBusy) await world.goOn(computer);
  }
  // Nobody folds where all have left, or halt: they were removed, or their disk was copied.
  const isOut = (it: Computer) =>
    it.state()?.leaving != null ||
    it.state()?.duplicate != null ||
    truth.removedMachines.has(it.number) ||
    truth.cloned.has(it.number);
  if (living(world).every(isOut)) world.addComputer();
  if (hub.mains.length > 0) await people.mend();
  if (hub.mains.length > 0) await people.settle();
  await people.putBack();
  // A pause of so long ends by itself.
  for (const computer of living(world)) if (computer.state()?.pause?.forMs === null) resume(world, computer);
  const late = living(world).filter(({ number }) => number === 0);
  await cycles(world);
  await endDuplicates(world);
  for (const computer of living(world)) acceptMain(world, computer);
  // R1a: what was refused is tried again hourly, by a clock that may be 10 % too slow.
  world.pass(70 * MINUTE_MS);
  // What people said through a machine may have landed since.
  await cycles(world);
  // Who was late to join was given the number of one whose lane was gone.
  await endDuplicates(world);
  // Who had only joined by then has compared mains since. A join that was cut off goes on with the main that it was shown at first.
  for (const computer of living(world)) if (late.includes(computer)) acceptMain(world, computer);
  if (hub.mains.length > 0) await people.settle();
  // F1: what people changed is on the board with the next beat.
  world.pass(3 * MINUTE_MS);
  await removeWordless(world);
  // O4: what somebody has claimed or ran who is gone. His lease is three hours at most, and a clock may be 10 % too slow.
  const isLost = computers.some(({ isGone, number }) => isGone && number !== 0) || truth.left.size > 0;
  for (let times = 0; isLost && times < 5 && truth.violations.length === 0; times += 1) {
    await cycles(world);
    world.pass(50 * MINUTE_MS);
  }
}

async function endSchedules(world: World): Promise<void> {
  await world.people.endSchedules();
  world.pass(3 * MINUTE_MS);
}

function living({ computers }: World): Computer[] {
  return computers.filter(({ isGone }) => !isGone);
}

function isWaiting(state: JournalState | null): boolean {
  // Who has halted as a duplicate waits for a person.
  if (state === null || state.duplicate !== null) return false;
  return state.claims.length > 0 || Object.keys(state.dueSince).length > 0;
}

/** H1: eight tenths of the shortest heartbeat, by a clock that is 10 % too fast. */
const BEAT_MS_MIN = Math.floor((0.8 * MINUTE_MS) / 1.11);

/** Returns how many of them pushed, beats that may be due not counted. */
async function cycles(world: World): Promise<number> {
  let pushes = 0;
  for (const computer of living(world)) {
    await world.sync(computer);
    const [last, before] = computer.pushedMs;
    const { pushes: made } = computer.last;
    if (made > 1 || (made === 1 && last - before < BEAT_MS_MIN)) pushes += 1;
  }
  return pushes;
}

/**
 * Two have one number: a disk was copied, or somebody deleted a lane, and its number was given again (I1). People switch one of them off:
 * the one that has halted, or the copy, or the one that did not write what stands there.
 */
async function endDuplicates(world: World): Promise<void> {
  const numbers = living(world).flatMap(({ number }) => (number === 0 ? [] : [number]));
  for (const number of new Set(numbers)) await endDuplicate(world, number);
}

async function endDuplicate(world: World, number: number): Promise<void> {
  const both = living(world).filter((computer) => computer.number === number);
  // Who got its number is gone by now: it goes too, and may join again.
  const isReplaced = both.length === 1 && world.truth.lanesTouched.has(number) && both[0]?.state()?.duplicate != null;
  if (both.length < 2 && !isReplaced) return;
  const halted = both.filter((computer) => computer.state()?.duplicate != null);
  if (halted.length === both.length && !isReplaced)
    world.truth.violations.push({ clause: 'R3', text: `both who are machine ${number} have halted` });
  const lane = world.hub.refs.get(laneOf(number)) ?? '';
  const off = halted[0] ?? both.find(({ isCopy }) => isCopy) ?? both.find((it) => !it.state()?.pushed.includes(lane));
  if (off === undefined) return;
  await burn(world, off);
  off.isGone = true;
  // Two disks had the number: what the one that went had not sent, nobody knows.
  world.truth.takenOver.add(number);
}

/** R3a: people accept main as it is where a machine has halted. That one had to: nobody needs a person where main leads on. */
function acceptMain(world: World, computer: Computer): void {
  if (computer.state()?.rewritten == null) return;
  count(world.truth, 'halts that people ended');
  // R3b.4: its lane may say LEFT before it has learned that.
  const isLeaving = computer.state()?.leaving != null;
  if (!isLeaving && !world.checks.lanes.sawRewritten(computer))
    world.truth.violations.push({ clause: 'R3a', text: `${computer.name} halts though main leads on from what it saw` });
  world.adopt(computer);
}

function mustHaveRecovered({ truth }: World, { name, number, last, state }: Computer): void {
  const violated = (text: string) => truth.violations.push({ clause: 'recovery', text: `${name} ${text}` });
  const known = state();
  if (number === 0) return void violated(`has not joined: ${last.error}`);
  const duplicate = known?.duplicate ?? null;
  if (duplicate !== null && truth.cloned.has(number)) return;
  if (duplicate !== null) return void violated(`takes itself for a duplicate: ${duplicate}`);
  if (known?.rewritten != null) return void violated('takes main for rewritten');
  const { outcome } = last;
  if (outcome === null) return void violated(`has no cycle that ends: ${last.error}`);
  if (outcome.trouble !== null) violated(`still has trouble: ${outcome.trouble.message}`);
  if (outcome.push !== null && outcome.push.lane !== 'accepted') violated(`still has its lane ${outcome.push.lane}`);
}

/** O2a: the claim of a run that has ended goes with the next push, and a beat is one. */
async function checkClaims(world: World): Promise<void> {
  world.pass(70 * MINUTE_MS);
  for (let times = 0; times < 2; times += 1) await cycles(world);
  world.checks.claims.atEnd(living(world));
}

/** Until nothing runs and nobody has anything to say; then once more, to see that it stays so. */
export async function settle(world: World): Promise<void> {
  const { truth } = world;
  for (let round = 0; round < ROUNDS_MAX && truth.violations.length === 0; round += 1) {
    const next = Math.min(...living(world).map(({ runner }) => runner.nextEndMs()));
    const isBusy = next < Number.POSITIVE_INFINITY;
    // O3: a claim is looked at again, or a turn is to come.
    const waits = living(world).some((it) => isWaiting(it.state()));
    world.pass(isBusy ? Math.max(next - world.nowMs(), 1_000) : waits ? 20_000 : 1_000);
    const pushes = await cycles(world);
    if (round === RECOVERY_CYCLES - 1) for (const computer of living(world)) mustHaveRecovered(world, computer);
    let taken = 0;
    for (const computer of living(world)) {
      const what = world.people.take(computer);
      if (what !== 'nothing') taken += 1;
    }
    // What a push that counts as a beat has begun as well, a claim or a run, is no rest.
    const hasBegun = living(world).some((it) => isWaiting(it.state()) || it.runner.nextEndMs() < Number.POSITIVE_INFINITY);
    if (isBusy || waits || hasBegun || pushes > 0 || taken > 0 || round < RECOVERY_CYCLES) continue;
    if ((await cycles(world)) > 0) truth.violations.push({ clause: 'H1', text: 'the fleet had come to rest, and pushes again' });
    return;
  }
  if (truth.violations.length > 0) return;
  const waits = living(world).flatMap((it) => {
    const { claims = [], dueSince = {} } = it.state() ?? {};
    const names = [...claims.map((claim) => `${claimName(claim)} claimed`), ...Object.keys(dueSince)];
    return names.length === 0 ? [] : [`${it.name} waits for ${names.join(', ')}`];
  });
  truth.violations.push({ clause: 'liveness', text: `no rest in ${ROUNDS_MAX} rounds: ${waits.join('; ')}` });
}
