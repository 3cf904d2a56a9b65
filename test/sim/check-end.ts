// What has to be true once nothing goes wrong any more: all recovered, all orders settled, the board says what happened, the
// derived documents are what anybody computes from the sources, and nobody has anything to say.
import type { StatusDocument, StatusOrder, StatusRun } from '../../src/core/model/status/status.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { renderStatus } from '../../src/documents/board/status.ts';
import { ownerOf } from '../../src/documents/documents.ts';
import { readSnapshot, type Viewer } from '../../src/machine/reading/read-snapshot.ts';
import { asItRan, type CameBack } from './as-it-ran.ts';
import { checkHeld } from './check-end-held.ts';
import { laneOf } from './check-lanes.ts';
import { isShared } from './check-runs.ts';
import type { Computer } from './computer.ts';
import { NOBODY_MIN } from './faults-refs.ts';
import type { Entry } from './people.ts';
import { isTold, stepRuns, toldOf, versionBegun, versionIn } from './template-runs.ts';
import { type Execution, judged } from './truth.ts';
import { readVersion, stepEntries } from './versions.ts';
import type { World } from './world.ts';

type Violated = (clause: string, text: string) => void;

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];

export async function checkEnd(world: World): Promise<void> {
  const { truth, hub, computers } = world;
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  const living = computers.filter(({ isGone }) => !isGone);
  for (const { name, runner, disk, number } of living) {
    // The other one of a pair was the one to go on, and is gone.
    if (truth.cloned.has(number)) continue;
    if (runner.isBusy()) violated('liveness', `something still runs on ${name}`);
    for (const it of disk.outbox) violated('liveness', `the outbox of ${name} still holds ${JSON.stringify(it)}`);
  }
  const text = await hub.text('STATUS.json');
  if (text === null) return void violated('D6', 'there is no STATUS.json');
  const status = JSON.parse(text) as StatusDocument;
  // A warning is what people mean now and then: an order that comes after one that is gone.
  // A fold that was late may have put back what somebody wrote as a machine that is none, once people had deleted it.
  const isNobodys = (document: string) => Number(/[0-9]+/.exec(document)?.[0] ?? 0) >= NOBODY_MIN;
  const mayStand = (document: string) => {
    const owner = ownerOf(document);
    return isNobodys(document) || (owner?.kind === 'machine' && isWordless(world, owner.machine));
  };
  const faults = status.faults.filter(({ level, document }) => level === 'fault' && !mayStand(document));
  for (const fault of faults) violated('D4', `fault: ${fault.document} ${fault.message}`);
  const fleet = await hub.text('fleet.yaml');
  for (const entry of await world.people.routed())
    for (const one of entry.use === undefined ? [entry] : stepsAtEnd(world, entry, fleet, status)) checkOrder(world, one, status);
  world.checks.runs.atEnd();
  world.checks.mail.atEnd(living, world.joinedMs);
  await checkDerived(world, text);
}

/**
 * Whose lane was deleted, and who is gone or has left, has no other word than the copies on main, and nobody to write them anew
 * (docs/security.md).
 */
function isWordless({ truth, hub, computers }: World, machine: number): boolean {
  if (computers.some((it) => it.number === machine && !it.isGone && !it.hasLeft())) return false;
  return truth.lanesTouched.has(machine) && !hub.refs.has(laneOf(machine));
}

/** O20: the steps of the version that the order began with, and else of the one in force: all of them on the board, and no others. */
function stepsAtEnd(world: World, entry: Entry, fleet: string | null, status: StatusDocument): readonly Entry[] {
  const { truth, hub } = world;
  const shown = status.orders[entry.id];
  const runs = stepRuns(truth, entry);
  const begun = versionBegun(
    truth,
    runs.filter((run) => isTold(run, toldOf(truth, hub, hub.refs, run))),
  );
  const inForce = readVersion(undefined, null, fleet).template?.v;
  // What a lost disk knew, or a main that is gone, nobody can know: any version counts that somebody began with.
  const isUnsure = truth.rewritten || truth.takenOver.size > 0 || truth.cloned.size > 0 || truth.lanesTouched.size > 0;
  const mayBe = [begun ?? inForce, ...(isUnsure ? [...runs.map(versionIn), inForce] : [])];
  const ids = (shown?.steps ?? []).join(' ');
  for (const version of mayBe) {
    const { steps = [] } = truth.templates.get(version ?? '') ?? {};
    if (steps.length > 0 && steps.map((step) => `${entry.id}.${step.id}`).join(' ') === ids) return stepEntries(entry, steps);
  }
  // What it began with, main's history has no more.
  const isLost = truth.rewritten && shown?.reason?.includes("main's history does not show") === true;
  const what = `${entry.id} is ${shown?.state} (${shown?.reason}), with the steps ${ids}, and goes by version ${begun ?? inForce}`;
  if (!isLost) truth.violations.push({ clause: 'O20', text: what });
  return [];
}

function checkOrder(world: World, order: Entry, status: StatusDocument): void {
  const { truth, computers } = world;
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text: `${order.id}: ${text}` });
  const listed = status.orders[order.id];
  if (listed === undefined) return void violated('liveness', 'is not on the board');
  const shown = asItRan(listed);
  const ran = truth.executions.filter((run) => run.order === order.id && run.generation >= order.generation);
  const isFinal = FINAL.includes(shown.state);
  const there = computers.filter((it) => !it.isGone && !truth.cloned.has(it.number));
  const living = there.filter((it) => !it.hasLeft());
  const isOne = (value: unknown) => living.find(({ number, self }) => value === number || value === self.name);
  const has = [shown.machine, ...Object.keys(shown.machines ?? {}).map(Number)];
  const isGone = has.some((machine) => machine !== undefined && !there.some(({ number }) => number === machine));
  if (!isFinal && !isGone && (shown.reason ?? '') === '') violated('liveness', `is ${shown.state} without a reason`);
  if (ran.some((run) => truth.cloned.has(run.machine)) || truth.forged.has(order.id)) return;
  judged(truth, 'ends of orders');
  if (checkHeld(order, shown, status, ran, isGone, violated)) return void judged(truth, 'orders held back at the end');
  // O8: it was removed and put back, and a person has to say that it is to run again.
  if (shown.state === 'BLOCKED' && shown.reason?.includes('has run before') === true && truth.removed.has(order.id)) {
    if (ran.length === 0 && ![...truth.claimed].some((name) => generationOf(name, order.id) >= order.generation))
      violated('O8', `is ${shown.state} (${shown.reason}), and has never run`);
    return;
  }
  // O4: nobody is called lost who is there.
  const holder = there.find(({ number }) => number === shown.machine);
  if (shown.reason?.startsWith('lost with') && holder !== undefined && !holder.hasLeft() && !truth.takenOver.has(holder.number))
    violated('O4', `is ${shown.state} (${shown.reason}), and ${holder.name} lives`);
  const isSomewhere = (run: Execution) => there.some((it) => it.name === run.computer && !isWordless(world, it.number));
  if (isShared(JSON.stringify(order.assign))) {
    const able = living.filter(({ number, self }) => mayTake(order.assign, number, self) && allows(self, order));
    const isLowered = [...truth.claimed].some((name) => generationOf(name, order.id) > order.generation);
    // O4: its claim is all that is known of the last attempt, and who held it is gone.
    const mayHaveRun = shown.reason?.includes('which is lost; it may have run') === true && !ran.some(isSomewhere);
    const isStuck = shown.state === 'BLOCKED' && (isLowered || mayHaveRun || asks(ran));
    if (!isFinal && !isStuck && able.length > 0)
      violated('S4', `is ${shown.state} (${shown.reason}), and ${able[0]?.name} lives`);
    if (!order.cancelled && isFinal && shown.attempt === undefined) violated('S4', `is ${shown.state}, and was never tried`);
    // O8: what was claimed of a higher generation stands, whatever it came to.
    if (!isLowered && ran.every(isSomewhere)) sharedAgrees(order, shown, ran, violated);
    return;
  }
  // S3: claimed before `assign` was edited; a claim counts as an attempt, also one that never ran.
  const wasShared = [...(truth.meant.get(`${order.id}@${order.generation}`)?.assigns ?? [])].some(isShared);
  const isClaimed = wasShared && [...truth.claimed].some((name) => generationOf(name, order.id) >= order.generation);
  const mine = order.assign === 'all' ? undefined : isOne(order.assign);
  if (mine !== undefined && allows(mine.self, order)) {
    const isElsewhere = ran.some((run) => run.computer !== mine.name);
    const mayStay = isElsewhere || isClaimed;
    if (!isFinal && !mayStay && !asks(ran)) violated('liveness', `is ${shown.state} (${shown.reason}), and ${mine.name} lives`);
    if (!order.cancelled && ran.length === 0 && !mayStay) violated('liveness', `was never started, and ${mine.name} lives`);
  }
  if (order.assign === 'all') {
    for (const [machine, run] of Object.entries(shown.machines ?? {})) {
      const one = isOne(Number(machine));
      if (one === undefined || !allows(one.self, order)) continue;
      const here = ran.filter((it) => it.machine === Number(machine));
      if (!FINAL.includes(run.state) && !asks(here))
        violated('liveness', `is ${run.state} (${run.reason}) on ${machine}, which lives`);
      // I2, O2a: a claim from before `assign` was edited, and all that is known of it is that it may have run, or never will.
      const isLost = run.reason === 'interrupted' && truth.takenOver.has(Number(machine));
      const isOfClaim = isLost || run.reason?.startsWith('declined') === true;
      if (isClaimed && here.length === 0 && isOfClaim) continue;
      if (here.every(isSomewhere)) agrees(order, run, here, violated);
    }
    return;
  }
  // What a computer that burnt had not said yet, nobody knows.
  if (isClaimed && ran.length === 0) return;
  if (ran.every(isSomewhere)) agrees(order, shown, ran, violated);
}

/** O15: the last of them ended with a question, and waits for a person. */
function asks(ran: readonly Execution[]): boolean {
  return ran.toSorted((a, b) => a.generation - b.generation || a.attempt - b.attempt).at(-1)?.asks === true;
}

/** Of a claim; 0 = it is another order's. */
function generationOf(name: string, id: string): number {
  return name.startsWith(`${id}/`) ? Number(name.slice(id.length + 1).split('.')[0]) : 0;
}

/** S2, S4, O6: the highest attempt counts; one that was claimed and never ran is an attempt too. */
function sharedAgrees(order: Entry, shown: StatusOrder & CameBack, ran: readonly Execution[], violated: Violated): void {
  const tried = ran.filter((run) => run.generation > order.generation || run.attempt <= (shown.attempt ?? 0));
  if (tried.length < ran.length) violated('O6', `shows attempt ${shown.attempt}, and ${ran.length} ran`);
  const isDone = ran.some((run) => run.how === 'exited' && run.exitCode === 0);
  if (shown.state === 'COMPLETED' && !isDone) violated('S2', 'is COMPLETED, and never did');
  const last = [...ran].sort((a, b) => a.generation - b.generation || a.attempt - b.attempt).at(-1);
  // An order that was lowered shows what ran before.
  const isShown = last !== undefined && (last.generation > order.generation || last.attempt === shown.attempt);
  if (
    isShown &&
    FINAL.includes(shown.state) &&
    !ran
      .filter((it) => it.attempt === last.attempt)
      .flatMap(endsAs)
      .includes(shown.state)
  )
    violated(
      'S2',
      `is ${shown.state} (${shown.reason}), and ${last.generation}.${last.attempt} on ${last.computer} ended as ${endsAs(last)}`,
    );
  const isTriedOn =
    shown.state === 'FAILED' && !shown.cameBack && !order.cancelled && !isDone && (last?.generation ?? 0) <= order.generation;
  if (isTriedOn && (shown.attempt ?? 0) < order.attempts)
    violated('S4', `is FAILED (${shown.reason}) after attempt ${shown.attempt} of ${order.attempts}`);
}

/** O10: by its own policy. */
export function allows({ policy, tools }: Computer['self'], { env = {}, agent }: Entry): boolean {
  return (agent === undefined || tools.includes(agent)) && Object.keys(env).every((name) => policy.env.includes(name));
}

/** Whether a shared order may come to this machine. */
export function mayTake(
  assign: Entry['assign'],
  number: number,
  { name, tags }: { name: string; tags: readonly string[] },
): boolean {
  if (assign === 'any') return true;
  if (Array.isArray(assign)) return ['any', number, name].some((it) => assign.includes(it));
  const wanted = (assign as { tags?: readonly string[] }).tags ?? [];
  return wanted.every((tag) => tags.includes(tag));
}

/** S2: what counts is what the last of the highest (generation, attempt) really did. */
function agrees(
  order: Entry,
  { state, cameBack }: Pick<StatusRun, 'state'> & CameBack,
  ran: readonly Execution[],
  violated: Violated,
): void {
  const last = [...ran].sort((a, b) => a.generation - b.generation || a.attempt - b.attempt).at(-1);
  if (last === undefined) {
    if (state === 'COMPLETED' || state === 'FAILED') violated('S2', `is ${state}, and never ran`);
    return;
  }
  // An order that was meant for all before it was for one has as many words of one rank.
  const equals = ran.filter((run) => run.generation === last.generation && run.attempt === last.attempt);
  const mayBe = equals.flatMap(endsAs);
  if (FINAL.includes(state) && !mayBe.includes(state))
    violated('S2', `is ${state}, and ${last.generation}.${last.attempt} on ${last.computer} ended as ${mayBe}`);
  const isTriedOn = state === 'FAILED' && !cameBack && last.generation === order.generation && !order.cancelled;
  if (isTriedOn && last.attempt < order.attempts) violated('S4', `is FAILED after attempt ${last.attempt} of ${order.attempts}`);
}

/** A stop that came as the power went may be told either way. */
function endsAs({ how, exitCode, asks: asksPeople }: Execution): string[] {
  // Its people can take back what waits for them.
  if (asksPeople) return ['FAILED', 'CANCELLED'];
  if (how === 'interrupted') return ['FAILED', 'CANCELLED'];
  return [how === 'stopped' ? 'CANCELLED' : exitCode === 0 ? 'COMPLETED' : 'FAILED'];
}

/** D6, D2, F1. Of a main that was rolled back, the settings before (D4.11, O20.3) are known to those who saw them, and to no newcomer. */
async function checkDerived({ truth, hub, computers }: World, text: string): Promise<void> {
  judged(truth, 'derived documents');
  const violated = (clause: string, what: string) => truth.violations.push({ clause, text: what });
  const fetched = await hub.eye.fetch(null);
  if (fetched.kind !== 'fetched') return void violated('D6', 'the eye sees nothing');
  const seenBy = (viewer: Viewer | null) => readSnapshot({ ledger: hub.eye, trees: fetched.trees, viewer });
  const snapshot = await seenBy(null);
  const others = truth.rewritten ? computers.flatMap((it) => it.state() ?? []) : [];
  const computed: string[] = [];
  for (const one of [snapshot, ...(await Promise.all(others.map(seenBy)))])
    computed.push(renderStatus(deriveStatus({ ...one, sources: one.board.sources ?? '' })));
  if (!computed.includes(text)) violated('D6', 'STATUS.json is not what the documents beside it say');
  for (const [number, view] of snapshot.machines) {
    for (const [path, id] of view.files)
      if (snapshot.board.files.get(path) !== id) violated('F1', `${path} on the board is not machine ${number}'s`);
  }
}
