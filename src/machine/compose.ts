// compose: what this cycle has to say to the remote, as values. Null where there is nothing to say (C3).
import type { OwnWord } from '../core/derive-own.ts';
import type { Instant, JournalState } from '../core/model/journal.ts';
import type { BoardChange, Changes, Content } from '../core/model/push.ts';
import type { MachineView, Snapshot } from '../core/model/snapshot.ts';
import { atMostMs, liveMachines, targetHeartbeatMs } from '../core/presence.ts';
import { type Board, foldBoard } from '../documents/board.ts';
import { renderMachineDocument } from '../documents/machine-document.ts';
import { machineDocumentPath, resultsPath } from '../documents/paths.ts';
import { renderResults } from '../documents/results.ts';
import { renderMessage } from '../documents/trailers.ts';

/** R1a: a board that the host refused is tried again this often. */
const BOARD_RETRY_MS = 3_600_000;
/** A cron job that comes a little early must not skip every other beat. */
const BEAT_SLACK = 0.8;

export interface Composed {
  /** Null = nothing to say. */
  readonly changes: Changes | null;
  readonly board: Board;
  /** Everything that `coordination/` holds once this has landed. */
  readonly files: ReadonlyMap<string, Content>;
  readonly beat: number;
  readonly seq: number;
  /** Why there is a push, in a word: for `--json` and the log. */
  readonly why: 'documents' | 'beat' | 'fold' | 'people' | null;
}

export interface ToSay {
  /** With this machine's pending edits applied. */
  readonly snapshot: Snapshot;
  readonly state: JournalState;
  readonly own: OwnWord;
  /** New text of people's documents, by path: their edits that came through this machine (D5). */
  readonly people: ReadonlyMap<string, string>;
  /** What happened, for the commit's subject. */
  readonly subject: string;
  readonly now: Instant;
  readonly idOf: (text: string) => string;
}

export function compose(say: ToSay): Composed {
  const { snapshot, state, own, now } = say;
  const number = own.document.machine;
  const shown = snapshot.machines.get(number);
  const mine = laneFiles(own, shown);
  const view: MachineView = { document: own.document, results: own.results, files: new Map(), lane: shown?.lane ?? null };
  const board = foldBoard(snapshot, view, mine, say.idOf);
  const tries = state.boardRefused === null || atMostMs(state.boardRefused.triedAt, now) >= BOARD_RETRY_MS;
  const why = reason(say, board, tries);
  const beat = Math.max(state.beat, shown?.lane?.beat ?? 0) + 1;
  const { seq } = own.document;
  const files = new Map([...board.files, ...peopleContent(say)]);
  if (why === null) return { changes: null, board, files, beat: state.beat, seq, why };
  const message = renderMessage(say.subject, { machine: number, seq, beat });
  return {
    changes: {
      lane: {
        machine: number,
        expected: shown?.lane?.commit ?? null,
        parent: snapshot.main.commit,
        files: mine,
        message,
      },
      boards: tries ? boardChanges(say, board, message) : [],
    },
    board,
    files,
    beat,
    seq,
    why,
  };
}

/** The lane's tree: new text where the word is new, else exactly what is there; documents of later kinds are carried along. */
function laneFiles(own: OwnWord, shown: MachineView | undefined): Map<string, Content> {
  const files = new Map<string, Content>([...(shown?.lane?.files ?? shown?.files ?? [])].map(([path, id]) => [path, { id }]));
  if (!own.isNew) return files;
  const { machine } = own.document;
  files.set(machineDocumentPath(machine), { text: renderMachineDocument(own.document, own.results) });
  files.set(resultsPath(machine), { text: renderResults(own.results) });
  return files;
}

function reason(say: ToSay, board: Board, triesBoard: boolean): Composed['why'] {
  const { snapshot, state, own, now } = say;
  if (own.isNew) return 'documents';
  if (say.people.size > 0 && triesBoard) return 'people';
  if (board.lacksMine && triesBoard) return 'fold';
  const targetMs = targetHeartbeatMs(snapshot.fleet, liveMachines(snapshot, state, now).length);
  const isDue = state.accepted === null || atMostMs(state.accepted.at, now) >= targetMs * BEAT_SLACK;
  return isDue ? 'beat' : null;
}

function boardChanges(say: ToSay, board: Board, message: string): readonly BoardChange[] {
  const { snapshot } = say;
  const people = peopleContent(say);
  const main = snapshot.main.commit;
  const branch = snapshot.fleet.board;
  if (branch === null) return nonEmpty({ branch, base: main, files: new Map([...board.changes, ...people]), message });
  return [
    ...nonEmpty({ branch: null, base: main, files: new Map(people), message }),
    ...nonEmpty({ branch, base: snapshot.board.commit, files: board.changes, message }),
  ];
}

function peopleContent(say: ToSay): [string, Content][] {
  return [...say.people].map(([path, text]) => [path, { text }]);
}

function nonEmpty(change: BoardChange): readonly BoardChange[] {
  return change.files.size === 0 ? [] : [change];
}
