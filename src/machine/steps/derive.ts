// Derive: everything that there is to push, from what is known: this machine's documents, its logs, and the board with people's edits.
import { checkpoint } from '../../core/cycle/last-seen.ts';
import { deriveOwnDocuments } from '../../core/cycle/own-documents.ts';
import { answerInMs } from '../../core/cycle/who-answers.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Self } from '../../core/model/machines/self.ts';
import type { RunProgress } from '../../core/model/orders/run.ts';
import { saidProgress } from '../../core/runs/run-progress.ts';
import { DOCUMENTS, ownerOf } from '../../documents/documents.ts';
import type { Machine } from '../context.ts';
import type { PushGate } from '../pace/push-gate.ts';
import type { Look } from '../reading/fetch-snapshot.ts';
import { type Composed, compose } from './build-push.ts';
import { mailFiles } from './mail.ts';
import type { PendingEdits } from './pending-edits.ts';
import type { Performed } from './perform.ts';
import { runHistoryFiles } from './run-history.ts';

export interface Seen extends Look {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  /** Just before the fetch; null = no fetch showed this now. */
  readonly fetchedAt: Instant | null;
  readonly gate: PushGate | undefined;
}

/** What there is to push. `marked`: the state to save with it, if it is pushed. */
export function derive(
  machine: Machine,
  state: JournalState,
  self: Self,
  seen: Seen & {
    readonly edits: PendingEdits;
    readonly waiting: Performed['waiting'];
    readonly subject: string;
    readonly mailFiles: ReadonlyMap<string, string>;
  },
): { composed: Composed; marked: JournalState } {
  const { snapshot, people, removed } = seen.edits;
  const { now, subject } = seen;
  const idOf = (text: string) => machine.ledger.idOf(text);
  const shownAt = seen.gate?.shownAt() ?? now;
  const when = {
    waiting: seen.waiting,
    now: machine.clock.now(),
    fetchedAt: seen.fetchedAt,
    shownAt,
    mailFiles: seen.mailFiles,
    progress: progressOf(machine, state),
    idOf,
  };
  const word = deriveOwnDocuments(snapshot, state, self, when);
  const facts = idOf(factsOf(snapshot, self.machine));
  const marked = checkpoint(state, snapshot, now, { facts, speaks: word.isNew, shownAt });
  const own = marked === state ? word : deriveOwnDocuments(snapshot, marked, self, when);
  const beatAfterMs = seen.gate?.beatAfter(snapshot, state);
  // On an earlier view (C4a) another machine may have answered since.
  const mayAnswer = seen.fetchedAt !== null && answerInMs(state, seen.snapshot, now, shownAt) === 0;
  const folds = seen.gate?.folds;
  const toSay = { snapshot, state: marked, own, people, removed, subject, now, shownAt, mayAnswer, idOf, beatAfterMs, folds };
  return { composed: compose(toSay), marked };
}

/** D4b: the documents that stand there already. A beat may be due all the same, because leases live by it (O5). */
export function deriveStanding(
  machine: Machine,
  state: JournalState,
  seen: Seen & { readonly edits: PendingEdits; readonly subject: string },
): { composed: Composed; marked: JournalState } {
  const { snapshot } = seen.edits;
  const shown = snapshot.machines.get(state.machine);
  if (shown === undefined) throw new Error('bug: this machine has said nothing yet, and cannot say anything');
  const { document, results } = shown;
  const own = { document, results, mailFiles: new Map<string, string>(), isNew: false, rides: false, answers: false };
  const idOf = (text: string) => machine.ledger.idOf(text);
  const { now, subject } = seen;
  const people = new Map<string, string>();
  return { composed: compose({ snapshot, state, own, people, subject, now, idOf }), marked: state };
}

/** O17: progress is read for each cycle and kept nowhere, so that it alone causes no write (C3). */
function progressOf(machine: Machine, { active }: JournalState): ReadonlyMap<string, RunProgress> {
  return new Map(
    active.flatMap(({ key }) => {
      const progress = machine.runner.progress(key);
      return progress === null ? [] : [[key, saidProgress(progress, machine.clean)] as const];
    }),
  );
}

/** This machine's documents of messages, hand-offs and history. */
export async function logFiles(machine: Machine, state: JournalState, snapshot: Snapshot): Promise<ReadonlyMap<string, string>> {
  const mail = await mailFiles(machine.ledger, state.mail, snapshot, state.machine);
  const own = DOCUMENTS.flatMap(({ say }): [string, string][] => {
    const text = say?.text(state) ?? null;
    return say === undefined || text === null ? [] : [[say.pathOf(state.machine), text]];
  });
  return new Map([...mail, ...own, ...(await runHistoryFiles(machine.ledger, state, snapshot))]);
}

/** Equal texts mean that people's documents and the words of all other machines are as they were. */
export function factsOf(snapshot: Snapshot, machine: number): string {
  const people = [...snapshot.main.files].filter(([path]) => ownerOf(path)?.kind === 'people');
  const others = [...snapshot.machines].filter(([other]) => other !== machine);
  const lines = [
    ...people.map(([path, id]) => `${path} ${id}`),
    ...others.map(([other, view]) => `${other} ${view.document.seq}`),
  ];
  return lines.sort().join('\n');
}
