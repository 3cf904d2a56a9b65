// derive, first half: what this machine says about itself. Pure (C1). A machine's own documents come from its journal, never
// from main (D1); its notes and unknown keys are carried along (D3).
import type { Instant, JournalState } from './model/journal.ts';
import type { MachineDocument, MachineState } from './model/machine.ts';
import type { ResultsDocument, WaitingOrder } from './model/run.ts';
import type { Self } from './model/self.ts';
import type { MachineView, Snapshot } from './model/snapshot.ts';
import { isLost, liveMachines, publishedHeartbeatMs, targetHeartbeatMs } from './presence.ts';
import { isoTime } from './time.ts';

export interface OwnWord {
  readonly document: MachineDocument;
  readonly results: ResultsDocument;
  /** True when it differs from what the ledger shows as mine; then seq and updated have moved. */
  readonly isNew: boolean;
}

export function deriveOwn(
  snapshot: Snapshot,
  state: JournalState,
  self: Self,
  waiting: readonly WaitingOrder[],
  now: Instant,
): OwnWord {
  const shown = snapshot.machines.get(self.machine);
  const results: ResultsDocument = {
    machine: self.machine,
    running: state.active.map(({ order, generation, attempt, startedAt }) => ({ order, generation, attempt, startedAt })),
    waiting,
    ended: state.ended,
    older: state.older,
    before: state.before,
  };
  const document: MachineDocument = {
    machine: self.machine,
    name: self.name,
    id: self.computer,
    instance: state.instance,
    seq: shown?.document.seq ?? 0,
    beat: shown?.document.beat ?? 0,
    state: stateOf(state, waiting),
    updated: shown?.document.updated ?? '',
    heartbeatMs: publishedHeartbeatMs(
      targetHeartbeatMs(snapshot.fleet, liveMachines(snapshot, state, now).length),
      state.pushGapsMs,
    ),
    tags: self.tags,
    tools: self.tools,
    slots: self.policy.slots,
    load: state.active.length,
    allows: self.policy.allow,
    version: self.version,
    lost: lostStatements(snapshot, state, now),
    seen: state.seen,
    extra: shown?.document.extra ?? {},
    notes: state.notes,
  };
  if (shown !== undefined && !mustAnswer(shown, snapshot)) {
    // A heartbeat that could be shorter rides on the next word: one machine less must not make all others push (F2).
    const patient = { ...document, heartbeatMs: Math.max(document.heartbeatMs, shown.document.heartbeatMs) };
    if (same(patient, shown.document) && same(results, shown.results)) return { document: patient, results, isNew: false };
  }
  // D2: one more than anybody ever saw, so that this word wins over every copy.
  const seq = Math.max(state.seq, shown?.document.seq ?? 0) + 1;
  const fresh = { ...document, seq, beat: state.beat + 1, updated: isoTime(now.wallMs) };
  return { document: fresh, results, isNew: true };
}

/** A new word is due though nothing changed: my lane is gone, main's copy of me has a higher seq (D2), or somebody calls me lost. */
function mustAnswer(shown: MachineView, snapshot: Snapshot): boolean {
  const { machine, beat } = shown.document;
  const path = `COMPUTER_${machine}.md`;
  if (shown.lane === null || shown.lane.files.get(path) !== shown.files.get(path)) return true;
  return [...snapshot.machines.values()].some((view) => (view.document.lost[machine] ?? -1) >= beat);
}

function stateOf(state: JournalState, waiting: readonly WaitingOrder[]): MachineState {
  if (state.active.length > 0) return waiting.some((order) => order.state === 'ASSIGNED') ? 'ACTIVE' : 'WORKING';
  return 'IDLE';
}

/** F2: the lowest live machine alone says who is lost; a statement stands until that lane has moved. */
function lostStatements(snapshot: Snapshot, state: JournalState, now: Instant): Record<number, number> {
  const mine = snapshot.machines.get(state.machine)?.document.lost ?? {};
  const speaks = liveMachines(snapshot, state, now)[0] === state.machine;
  const statements: Record<number, number> = {};
  for (const [machine, view] of snapshot.machines) {
    if (machine === state.machine || view.lane === null || view.document.state === 'LEFT') continue;
    const said = mine[machine];
    if (said !== undefined && said >= view.lane.beat) statements[machine] = said;
    else if (speaks && isLost(machine, snapshot, state, now) && !alreadySaid(machine, view.lane.beat, snapshot)) {
      statements[machine] = view.lane.beat;
    }
  }
  return statements;
}

function alreadySaid(machine: number, beat: number, snapshot: Snapshot): boolean {
  return [...snapshot.machines.values()].some((view) => (view.document.lost[machine] ?? -1) >= beat);
}

/** Equal but for the key order of records and the values that a new word moves. */
function same(a: object, b: object): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
