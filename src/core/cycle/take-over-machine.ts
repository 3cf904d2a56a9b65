// Takes over what another folder wrote as the same machine (I2, R3): its runs, its messages, and how far it read. The journal may be a new one (a
// lost disk) or one with a history of its own (a copied folder). Pure. A second time it changes nothing, so a killed take-over is simply repeated.
import { together } from '../../features/cycle.ts';
import { reachable } from '../base/counter.ts';
import type { Hash } from '../messages/mailbox.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { MachineView, MoreSaid } from '../model/ledger/snapshot.ts';
import type { MailView, Message, Reader } from '../model/messages/message.ts';
import { claimName } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { EndedRun, OlderRun, ResultsDocument, RunName } from '../model/orders/run.ts';
import { workName } from '../orders/assignment.ts';
import { codeOf } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';
import { remember, shortened } from '../runs/journal-retention.ts';
import { beganWith } from './observe-runs.ts';
import { takeOverMail } from './take-over-mail.ts';

/** What the ledger has of a machine. */
export interface EarlierWord {
  /** As D2 reads it: from its lane, or from main. */
  readonly view: Pick<MachineView, 'document' | 'results' | 'lane'>;
  readonly logs: ReadonlyMap<Reader, readonly Message[]>;
  /** Messages that left its logs, by reader. */
  readonly history: ReadonlyMap<Reader, readonly Message[]>;
  /** What it says in documents of features. */
  readonly more: Partial<MoreSaid>;
  /** What people wrote, on main. */
  readonly people: MailView['people'];
}

export interface TakeOver {
  /** Of this state folder, from now on. */
  readonly instance: string;
  readonly nowIso: string;
  readonly orders: readonly Order[];
  readonly hash: Hash;
}

/** `state`: that of this folder, or a new one. Its next documents win over all earlier ones: seq and beat are above all that were seen. */
export function takeOver(state: JournalState, earlier: EarlierWord, how: TakeOver): JournalState {
  const { document, results, lane } = earlier.view;
  const memory = unionOf(state, results, how.nowIso);
  return {
    ...state,
    ...memory,
    instance: how.instance,
    seq: Math.max(state.seq, reachable(document.seq)),
    beat: Math.max(state.beat, reachable(document.beat), reachable(lane?.beat ?? 0)),
    before: [...new Set([...results.before, ...state.before, ...passedOver(document.state === 'LEFT', memory, how.orders)])],
    notes: state.notes === '' ? document.notes : state.notes,
    emergency: state.emergency ?? document.emergency ?? null,
    mail: takeOverMail(state.mail, earlier, how.hash),
    ...together(({ takeOver }) => takeOver?.(state, earlier.more)),
    tried: null,
    leaving: null,
    duplicate: null,
  };
}

/** Runs of the other folder that do not run here are over, and nobody knows how they ended (I2). They are never run again in silence (O9). */
export function interruptedRuns(running: ResultsDocument['running'], nowIso: string): readonly EndedRun[] {
  return running.map(({ order, generation, attempt, startedAt, ...run }) => ({
    order,
    generation,
    attempt,
    state: 'FAILED',
    ...because.interrupted(),
    exitCode: null,
    startedAt,
    finishedAt: nowIso,
    tail: '',
    outputs: {},
    ...beganWith(run),
  }));
}

/** Union by (order, generation, attempt): the lane's record stands, except for work that is known here to be COMPLETED. */
function unionOf(
  state: JournalState,
  results: ResultsDocument,
  nowIso: string,
): Pick<JournalState, 'ended' | 'older' | 'movedRuns'> {
  const isActive = new Set(state.active.map(claimName));
  const full = new Map<string, EndedRun>();
  const short = new Map<string, OlderRun>();
  for (const run of [...results.older, ...state.older]) if (!short.has(claimName(run))) short.set(claimName(run), shortened(run));
  for (const run of [...results.ended, ...state.ended]) {
    const other = full.get(claimName(run));
    if (other === undefined || isBetterKnown(run, other)) full.set(claimName(run), run);
  }
  const isKnown = (run: RunName) => isActive.has(claimName(run)) || full.has(claimName(run)) || short.has(claimName(run));
  const interrupted = interruptedRuns(
    results.running.filter((run) => !isKnown(run)),
    nowIso,
  );
  const ended = [...full.values(), ...interrupted].filter((run) => !isActive.has(claimName(run))).sort(byEnd);
  const older = [...short.values()].filter((run) => !full.has(claimName(run)) && !isActive.has(claimName(run))).sort(byEnd);
  return remember({ ended: [], older, movedRuns: state.movedRuns }, ended);
}

/** COMPLETED wins, and an end that was seen wins over one that was not. */
function isBetterKnown(run: EndedRun, than: EndedRun): boolean {
  if (than.state === 'COMPLETED') return false;
  return run.state === 'COMPLETED' || (codeOf(than) === 'interrupted' && codeOf(run) !== 'interrupted');
}

/** O1: for orders for all that were placed while it was gone, a machine that had LEFT counts as one that joins later. */
function passedOver(hadLeft: boolean, memory: Pick<JournalState, 'ended' | 'older'>, orders: readonly Order[]): string[] {
  if (!hadLeft) return [];
  const known = new Set([...memory.ended, ...memory.older].map(({ order, generation }) => `${order}@${generation}`));
  return orders
    .filter((order) => order.assign.kind === 'all')
    .map(workName)
    .filter((name) => !known.has(name));
}

/** Runs of one machine: its own clock puts them in order. */
function byEnd(a: OlderRun, b: OlderRun): number {
  return a.finishedAt < b.finishedAt ? -1 : a.finishedAt > b.finishedAt ? 1 : 0;
}
