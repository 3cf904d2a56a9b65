// I4: `coord machines remove`. A machine writes another one's lane here: because a person says so, and with a lease on the value that was seen. If that machine is alive after all, it finds a foreign commit on its lane and halts (R3).
import { isoTime } from '../../core/base/time.ts';
import { interruptedRuns } from '../../core/cycle/take-over-machine.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Content } from '../../core/model/ledger/push.ts';
import type { MachineView, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { MachineDocument } from '../../core/model/machines/machine.ts';
import type { ResultsDocument } from '../../core/model/orders/run.ts';
import { highestLostBeat } from '../../core/presence/gone.ts';
import { foldBoard } from '../../documents/board/fold.ts';
import { renderMachineDocument } from '../../documents/machine/machine-document.ts';
import { renderAllResults } from '../../documents/machine/results-pages.ts';
import { renderMessage } from '../../documents/machine/trailers.ts';
import { machineDocumentPath } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { lookUnlessHalted } from '../reading/fresh-look.ts';
import { mayBeTried } from '../steps/board-refusals.ts';
import { wordOf } from './take-over.ts';

/** A try fails only if somebody else pushes at the same time. */
const TRIES_MAX = 8;

export interface Removed {
  readonly machine: number;
  readonly name: string;
  /** False = it had left before. */
  readonly removed: boolean;
}

/** `find`: the number of the machine that the person means. Call under the lock, with a journal that may push. */
export async function removeMachine(
  machine: Machine,
  state: JournalState,
  find: (snapshot: Snapshot) => number,
): Promise<Removed> {
  let removed = false;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const snapshot = await lookUnlessHalted(machine, state, 'removes nobody');
    const number = find(snapshot);
    const view = wordOf(number, snapshot, putBack(number));
    const { name } = view.document;
    if (view.document.state === 'LEFT') {
      // A push whose answer was lost (R5).
      return { machine: number, name, removed: removed && view.document.removedBy === state.machine };
    }
    const outcome = await sayLeft(machine, state, snapshot, number);
    if (outcome === 'accepted') return { machine: number, name, removed: true };
    removed ||= outcome === 'unknown';
  }
  throw new CoordError('FAILED', `the remote refused it in ${TRIES_MAX} tries: the machine may still be alive`, 'coord machines');
}

/** The machine's documents must be readable: when it is gone for good, nobody else knows what it has run. */
const putBack = (number: number) =>
  `put it back as it was; in a clone of the repo: git log --patch -- coordination/${machineDocumentPath(number)} 'coordination/results/${number}*'`;

async function sayLeft(
  machine: Machine,
  state: JournalState,
  snapshot: Snapshot,
  number: number,
): Promise<'accepted' | 'refused' | 'unknown'> {
  const view = wordOf(number, snapshot);
  const now = machine.clock.now();
  const idOf = (text: string) => machine.ledger.idOf(text);
  const lostBeat = highestLostBeat(number, snapshot.machines);
  const word = lastWordOf(view, { removedBy: state.machine, lostBeat, nowIso: isoTime(now.wallMs) });
  const standing = [...(view.lane?.files ?? view.files)].map(([path, id]): [string, Content] => [path, { id }]);
  const files = new Map<string, Content>([
    ...standing,
    [machineDocumentPath(number), { text: renderMachineDocument(word.document, word.results) }],
    ...[...renderAllResults(word.results)].map(([path, text]): [string, Content] => [path, { text }]),
  ]);
  const board = foldBoard(snapshot, { ...view, ...word }, files, idOf);
  const { seq, beat, name } = word.document;
  const message = renderMessage(`${number} ${name}: removed by machine ${state.machine}`, { machine: state.machine, seq, beat });
  const branch = snapshot.fleet.board;
  const base = branch === null ? snapshot.main.commit : snapshot.board.commit;
  const folds = board.changes.size > 0 && mayBeTried(state, branch === null ? 'main' : 'board', now);
  const updates = await machine.ledger.write({
    lane: { machine: number, expected: view.lane?.commit ?? null, parent: snapshot.main.commit, files, message },
    boards: folds ? [{ branch, base, files: board.changes, message }] : [],
  });
  await machine.assertLocked();
  const lane = updates.filter(({ what }) => what === 'lane');
  const first = await outcomeOf(machine, updates, lane[0]?.ref ?? '');
  // R1a: the host may have refused everything because of the board.
  return first === 'refused' && updates.length > 1 ? outcomeOf(machine, lane, lane[0]?.ref ?? '') : first;
}

async function outcomeOf(
  machine: Machine,
  updates: Parameters<Machine['ledger']['push']>[0],
  lane: string,
): Promise<'accepted' | 'refused' | 'unknown'> {
  const report = await machine.ledger.push(updates);
  machine.step('removal-pushed');
  return report.kind === 'unknown' ? 'unknown' : (report.refs.get(lane)?.kind ?? 'unknown');
}

/** seq and beat are one above all that were seen, so that this version counts everywhere (D2, F2). */
export function lastWordOf(
  view: Pick<MachineView, 'document' | 'results' | 'lane'>,
  { removedBy, lostBeat, nowIso }: { readonly removedBy: number; readonly lostBeat: number; readonly nowIso: string },
): { readonly document: MachineDocument; readonly results: ResultsDocument } {
  // A machine that has left has no emergency (M6).
  const { emergency: _emergency, ...document } = view.document;
  const { results, lane } = view;
  const beat = Math.max(document.beat, lane?.beat ?? 0, lostBeat) + 1;
  // A few more runs in full than usual: nobody will move them to its history.
  const ended = [...results.ended, ...interruptedRuns(results.running, nowIso)];
  return {
    document: { ...document, state: 'LEFT', seq: document.seq + 1, beat, updated: nowIso, load: 0, removedBy },
    results: { ...results, ended, running: [], claimed: [], waiting: [] },
  };
}
