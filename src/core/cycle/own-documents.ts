// derive, first half: what this machine says about itself. Pure (C1). A machine's own documents come from its journal, never
// from main (D1); its notes and unknown keys are carried along (D3).
import { together } from '../../features/cycle.ts';
import { reachable } from '../base/counter.ts';
import { sameValue } from '../base/same-value.ts';
import { isoTime, parseTime } from '../base/time.ts';
import type { ActiveRun, JournalState } from '../model/ledger/journal.ts';
import type { MachineView, Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { type MachineDocument, type MachineState, READS } from '../model/machines/machine.ts';
import type { Pause } from '../model/machines/pause.ts';
import type { Self } from '../model/machines/self.ts';
import type { ResultsDocument, RunningRun, RunProgress, WaitingOrder } from '../model/orders/run.ts';
import { isUnreadable } from '../orders/chains.ts';
import { pauseOf } from '../orders/pause.ts';
import { canServicesWait, saidServices } from '../orders/service-report.ts';
import { CLOCK_DRIFT_MS_MAX } from '../presence/elapsed.ts';
import { highestLostBeat, isReportedLost } from '../presence/gone.ts';
import { aimedHeartbeatMs, publishedHeartbeatMs } from '../presence/heartbeat.ts';
import { isUsageDue, saidUsage } from '../presence/usage.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { capResults } from '../runs/results-retention.ts';
import { isProgressDue, withoutProgress } from '../runs/run-progress.ts';
import { serviceLoads } from '../runs/service-loads.ts';
import { asBelieved } from './as-believed.ts';
import { lostStatements, seenLast } from './lost-statements.ts';

export interface OwnDocuments {
  readonly document: MachineDocument;
  readonly results: ResultsDocument;
  /** Its message and history documents, as text by path. */
  readonly mailFiles: ReadonlyMap<string, string>;
  /** It has to be pushed now. */
  readonly isNew: boolean;
  /** It differs from the ledger only in what can wait for the next push (heartbeat, last-seen times, statements that are void). */
  readonly rides: boolean;
  /** It has to be pushed even if nothing in it is new. */
  readonly answers: boolean;
}

export interface OwnCircumstances {
  readonly waiting: readonly WaitingOrder[];
  readonly now: Instant;
  /** The moment before the fetch that showed all this; null = offline: nobody saw lanes stand still (O4). */
  readonly fetchedAt: Instant | null;
  /** When the lanes were last looked at, where this cycle did not (C4a); absent = now. */
  readonly shownAt?: Instant;
  readonly mailFiles: ReadonlyMap<string, string>;
  /** The progress of its runs, by their keys; absent = not known. */
  readonly progress?: ReadonlyMap<string, RunProgress>;
  /** The id that content has in a tree. */
  idOf(text: string): string;
}

/** With `isNew` or `rides`, seq, beat and updated have moved; else it is the document that the ledger shows. */
export function deriveOwnDocuments(snapshot: Snapshot, state: JournalState, self: Self, when: OwnCircumstances): OwnDocuments {
  const { machine } = self;
  const { mailFiles } = when;
  const shown = snapshot.machines.get(machine);
  const results = ownResults(snapshot, state, machine, when);
  const lost = lostStatements(snapshot, state, when);
  const document = ownDocument(snapshot, state, self, when, lost);
  if (shown === undefined) return { document, results, mailFiles, isNew: true, rides: true, answers: true };
  // T5.3: to others it is doubted as long as that stands there.
  const isForeign = snapshot.believed?.ownFiles !== undefined || snapshot.believed?.ownSeal === null;
  const answers = mustAnswer(shown, snapshot) || isForeign;
  const { seq, beat, updated, heartbeatMs, seen, cursors, peopleRead, reads } = shown.document;
  const canWait = canServicesWait(document.programs ?? {}, shown.document.programs ?? {}, when.now, document.heartbeatMs);
  const shownServices = canWait && shown.document.programs !== undefined ? { programs: shown.document.programs } : {};
  const asShown = { ...document, seq, beat, updated };
  // A statement is void once its machine has answered, so taking it back can wait.
  const ofFeatures = together(({ later }) => later?.(document, shown.document));
  // D3a: a machine that cannot read the second form must not wait; that the second form may be written can.
  const form = document.form === undefined ? undefined : shown.document.form;
  const lostNow = { ...shown.document.lost, ...lost };
  const later = {
    form,
    heartbeatMs,
    seen,
    lost: lostNow,
    cursors,
    peopleRead,
    reads,
    usage: shown.document.usage,
    ...ofFeatures,
  };
  const isSaid =
    sameValue(withoutProgress(results), withoutProgress(shown.results)) &&
    sameValue({ ...asShown, ...later, ...shownServices }, shown.document) &&
    sameValue(takenOf(document.cursors), takenOf(cursors)) &&
    [...mailFiles].every(([path, text]) => shown.files.get(path) === when.idOf(text));
  // The next cycle comes later than the published heartbeat, so this cannot wait for it.
  const isSlower = heartbeatMs < (self.everyMs ?? 0);
  if (answers || !isSaid || isSlower) return { document, results, mailFiles, isNew: true, rides: true, answers };
  // H2: one machine more or less must not make all others push. A longer heartbeat goes with the next beat, which is due by the
  // one that others count on until then; a shorter one waits for the next new word, so that beats stay the same tree (H1).
  const patient = { ...asShown, ...patientParts(document, shown.document, when.now) };
  if (!sameValue(patient, shown.document) || isAhead(updated, when.now) || isProgressDue(results, shown.results))
    return { document, results, mailFiles, isNew: false, rides: true, answers };
  return { document: shown.document, results, mailFiles, isNew: false, rides: false, answers };
}

/** With seq, beat and updated moved. */
function ownDocument(
  snapshot: Snapshot,
  state: JournalState,
  self: Self,
  when: OwnCircumstances,
  lost: MachineDocument['lost'],
): MachineDocument {
  const { machine } = self;
  const shown = snapshot.machines.get(machine);
  const pause = pauseOf(state, self.name, snapshot.fleet, when.now);
  const ownState = stateOf(state, when.waiting, pause);
  const services = saidServices(self.services, serviceLoads(state));
  const usage = saidUsage(self.usage, shown?.document.usage);
  return {
    machine,
    name: self.name,
    id: self.computer,
    instance: state.instance,
    // D2: one more than anybody saw, so that this document wins over every copy.
    seq: Math.max(state.seq, reachable(shown?.document.seq ?? 0)) + 1,
    // F2: a beat above the one in the statement, so that the statement is void for good.
    beat:
      Math.max(
        state.beat,
        reachable(snapshot.lanes.get(machine)?.beat ?? 0),
        highestLostBeat(machine, asBelieved(snapshot).machines),
      ) + 1,
    state: ownState,
    updated: isoTime(when.now.wallMs),
    heartbeatMs: ownHeartbeatMs(snapshot, state, self, when.shownAt ?? when.now),
    tags: self.tags,
    tools: self.tools,
    slots: self.policy.slots,
    load: state.active.length,
    ...(usage === undefined ? {} : { usage }),
    allows: self.policy.allow,
    version: self.version,
    reads: READS,
    ...(isReadByOthers(snapshot, machine, 2) ? { form: 2 as const } : {}),
    lost,
    seen: notAhead({ ...state.seen, ...seenLast(lost, shown?.document, state) }, when.now),
    cursors: state.mail.cursors,
    peopleRead: state.mail.peopleRead,
    removedBy: null,
    ...(pause !== null && ownState === 'PAUSED' ? { paused: pause } : {}),
    ...(state.emergency !== null && ownState !== 'LEFT' ? { emergency: state.emergency } : {}),
    ...(ownState === 'LEFT' ? {} : together(({ own }) => own?.(self, state, shown?.document))),
    ...(self.services.length > 0 && ownState !== 'LEFT' ? { programs: services } : {}),
    extra: shown?.document.extra ?? {},
    notes: state.notes,
  };
}

/** What goes with no beat: a shorter heartbeat (H2), and how much is in use, but now and then (H4). */
function patientParts(
  { heartbeatMs, usage }: MachineDocument,
  shown: MachineDocument,
  now: Instant,
): { readonly [Name in 'heartbeatMs' | 'usage']: MachineDocument[Name] | undefined } {
  const isDue = isUsageDue(usage, shown.usage, shown.updated, now);
  return { heartbeatMs: Math.max(heartbeatMs, shown.heartbeatMs), usage: isDue ? usage : shown.usage };
}

/** H2: the heartbeat in this machine's next document, which others count on from then on. */
export function ownHeartbeatMs(snapshot: Snapshot, state: JournalState, { everyMs = 0 }: Self, shownAt: Instant): number {
  return publishedHeartbeatMs(aimedHeartbeatMs(snapshot, state, shownAt), state.pushGapsMs, everyMs);
}

/** D3a: every other machine says that it reads so much (`READS`). */
export function isReadByOthers({ machines }: Snapshot, own: number, wanted: number): boolean {
  return [...machines.values()].every(({ document: { machine, state, reads = 1 } }) => {
    return machine === own || state === 'LEFT' || reads >= wanted;
  });
}

/** A time of this machine's own clock that lies in its future: the clock was ahead, and the board should not show it (D7). */
function isAhead(time: string, now: Instant): boolean {
  return parseTime(time) > now.wallMs + CLOCK_DRIFT_MS_MAX;
}

function notAhead(times: Readonly<Record<number, string>>, now: Instant): Readonly<Record<number, string>> {
  return Object.fromEntries(Object.entries(times).filter(([, time]) => !isAhead(time, now)));
}

function ownResults(
  snapshot: Snapshot,
  state: JournalState,
  machine: number,
  { waiting, progress }: Pick<OwnCircumstances, 'waiting' | 'progress'>,
): ResultsDocument {
  const { ended, older, before } = state;
  const running = state.active.map((run) => runningRun(run, progress?.get(run.key)));
  const claimed = state.claims.map(({ order, generation, attempt, attempts, leaseMs }) => ({
    ...{ order, generation, attempt },
    ...{ attempts, leaseMs },
  }));
  const { orders, refused } = snapshot.orders;
  const listed = new Set(orders.map((order) => order.id));
  return capResults(
    { machine, running, claimed, waiting, ended, older, before },
    (order) => listed.has(listedId(order)) || isUnreadable(order, refused),
  );
}

function runningRun(
  { order, generation, attempt, startedAt, claim, work, watched }: ActiveRun,
  progress: RunProgress | undefined,
): RunningRun {
  const terms = claim === undefined ? {} : { attempts: claim.attempts, leaseMs: claim.leaseMs };
  const more = { ...(work === undefined ? {} : { work }), ...(progress === undefined ? {} : { progress }) };
  return { order, generation, attempt, startedAt, ...terms, ...more, ...(watched === undefined ? {} : { watched }) };
}

/** True: a push is due though nothing changed: the lane is gone, main's copy has a higher seq (D2), or another machine calls this one lost. */
function mustAnswer(shown: MachineView, snapshot: Snapshot): boolean {
  const { machine, beat } = shown.document;
  const path = `COMPUTER_${machine}.md`;
  if (shown.lane === null || shown.lane.files.get(path) !== shown.files.get(path)) return true;
  return isReportedLost(machine, beat, asBelieved(snapshot).machines);
}

function stateOf(state: JournalState, waiting: readonly WaitingOrder[], pause: Pause | null): MachineState {
  // I4: once what runs has ended.
  if (state.leaving !== null && state.active.length === 0) return 'LEFT';
  // P3 relies on this state; the emergency stands beside it.
  if (pause !== null) return 'PAUSED';
  if (state.emergency !== null) return 'EMERGENCY';
  if (waiting.some((order) => order.state === 'ASSIGNED')) return 'ACTIVE';
  return state.active.length > 0 ? 'WORKING' : 'IDLE';
}

/** F2: `delivered` rides on the next push; `read` makes a push of its own (M2). */
function takenOf(cursors: MachineDocument['cursors']): Record<string, number> {
  return Object.fromEntries(Object.entries(cursors).flatMap(([source, { taken }]) => (taken === 0 ? [] : [[source, taken]])));
}
