// Taking over what another folder said as the same machine (I2, R3): its memory, what it left before, its messages and how far it
// read. The journal may be a fresh one (a lost disk) or one that went its own way (a copied folder). Pure. Said twice, it changes
// nothing, so that whoever is killed in the middle does it again.

import { together } from '../../features/cycle.ts';
import { because } from '../base/reasons.ts';
import type { Hash } from '../messages/mailbox.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { MachineView } from '../model/ledger/snapshot.ts';
import type { HandOff } from '../model/messages/hand-off.ts';
import type { MailView, Message, Reader } from '../model/messages/message.ts';
import type { Order } from '../model/orders/order.ts';
import type { EndedRun, OlderRun, ResultsDocument, RunName } from '../model/orders/run.ts';
import { workName } from '../orders/assignment.ts';
import { codeOf } from '../orders/told-reason.ts';
import { remember, shortened } from '../runs/run-retention.ts';
import { takeOverMail } from './take-over-mail.ts';

/** What the ledger says of a machine. */
export interface EarlierWord {
  /** As D2 reads it: from its lane, or from main. */
  readonly view: Pick<MachineView, 'document' | 'results' | 'lane'>;
  readonly logs: ReadonlyMap<Reader, readonly Message[]>;
  /** Messages that left its logs, by reader. */
  readonly history: ReadonlyMap<Reader, readonly Message[]>;
  readonly handOffs: readonly HandOff[];
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

/** `state`: of this folder, or a new one. What it says next wins over every earlier word: seq and beat are above all of them. */
export function takeOver(state: JournalState, earlier: EarlierWord, how: TakeOver): JournalState {
  const { document, results, lane } = earlier.view;
  const memory = unionOf(state, results, how.nowIso);
  return {
    ...state,
    ...memory,
    instance: how.instance,
    seq: Math.max(state.seq, document.seq),
    beat: Math.max(state.beat, document.beat, lane?.beat ?? 0),
    before: [...new Set([...results.before, ...state.before, ...passedOver(document.state === 'LEFT', memory, how.orders)])],
    notes: state.notes === '' ? document.notes : state.notes,
    emergency: state.emergency ?? document.emergency ?? null,
    mail: takeOverMail(state.mail, earlier, how.hash),
    ...together(({ takeOver }) => takeOver?.(state, earlier)),
    tried: null,
    leaving: null,
    duplicate: null,
  };
}

/** The other one's runs that nobody here runs are over, and how they ended is not known (I2): never run again in silence (O9). */
export function interruptedRuns(running: ResultsDocument['running'], nowIso: string): readonly EndedRun[] {
  return running.map(({ order, generation, attempt, startedAt, work }) => ({
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
    ...(work === undefined ? {} : { work }),
  }));
}

/** Union by (order, generation, attempt): what was said stands, but for work that is known here to be done. */
function unionOf(
  state: JournalState,
  results: ResultsDocument,
  nowIso: string,
): Pick<JournalState, 'ended' | 'older' | 'movedRuns'> {
  const isActive = new Set(state.active.map(nameOf));
  const full = new Map<string, EndedRun>();
  const short = new Map<string, OlderRun>();
  for (const run of [...results.older, ...state.older]) if (!short.has(nameOf(run))) short.set(nameOf(run), shortened(run));
  for (const run of [...results.ended, ...state.ended]) {
    const other = full.get(nameOf(run));
    if (other === undefined || isBetterKnown(run, other)) full.set(nameOf(run), run);
  }
  const isKnown = (run: RunName) => isActive.has(nameOf(run)) || full.has(nameOf(run)) || short.has(nameOf(run));
  const interrupted = interruptedRuns(
    results.running.filter((run) => !isKnown(run)),
    nowIso,
  );
  const ended = [...full.values(), ...interrupted].filter((run) => !isActive.has(nameOf(run))).sort(byEnd);
  const older = [...short.values()].filter((run) => !full.has(nameOf(run)) && !isActive.has(nameOf(run))).sort(byEnd);
  return remember({ ended: [], older, movedRuns: state.movedRuns }, ended);
}

/** Done is done, and an end that was seen says more than one that was not. */
function isBetterKnown(run: EndedRun, than: EndedRun): boolean {
  if (than.state === 'COMPLETED') return false;
  return run.state === 'COMPLETED' || (codeOf(than) === 'interrupted' && codeOf(run) !== 'interrupted');
}

/** O1: to the orders for all that were placed while it was gone, a machine that had LEFT is one that joins later. */
function passedOver(hadLeft: boolean, memory: Pick<JournalState, 'ended' | 'older'>, orders: readonly Order[]): string[] {
  if (!hadLeft) return [];
  const known = new Set([...memory.ended, ...memory.older].map(({ order, generation }) => `${order}@${generation}`));
  return orders
    .filter((order) => order.assign.kind === 'all')
    .map(workName)
    .filter((name) => !known.has(name));
}

function nameOf({ order, generation, attempt }: RunName): string {
  return `${order} ${generation}.${attempt}`;
}

/** Runs of one machine: its own clock puts them in order. */
function byEnd(a: OlderRun, b: OlderRun): number {
  return a.finishedAt < b.finishedAt ? -1 : a.finishedAt > b.finishedAt ? 1 : 0;
}
