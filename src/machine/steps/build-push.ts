// compose: what this cycle pushes, as values. Null if there is nothing to push (C3). Every push carries a fold if the board differs (F1).
import { reachable } from '../../core/base/counter.ts';
import { asBelieved, ownFilesIn } from '../../core/cycle/as-believed.ts';
import { mustTellSeen } from '../../core/cycle/observe-announced.ts';
import { type ClaimsToSay, claimsToSay } from '../../core/cycle/own-claims.ts';
import type { OwnDocuments } from '../../core/cycle/own-documents.ts';
import type { FoldTerms } from '../../core/cycle/quiet-news.ts';
import type { BoardTarget, JournalState } from '../../core/model/ledger/journal.ts';
import type { BoardChange, Changes, ClaimChange, Content } from '../../core/model/ledger/push.ts';
import type { MachineView, MoreSaid, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Message, Reader } from '../../core/model/messages/message.ts';
import { claimName } from '../../core/model/orders/claim.ts';
import { BEAT_SLACK, isBeatDue, standingHeartbeatMs } from '../../core/presence/heartbeat.ts';
import { type Board, foldBoard } from '../../documents/board/fold.ts';
import { renderClaim } from '../../documents/machine/claim-message.ts';
import { renderMachineDocument } from '../../documents/machine/machine-document.ts';
import { renderAllResults } from '../../documents/machine/results-pages.ts';
import { says } from '../../documents/machine/says.ts';
import { renderMessage } from '../../documents/machine/trailers.ts';
import { machineDocumentPath, resultsOf, resultsPath } from '../../documents/paths.ts';
import { ownSaid, saidBy, withSaid } from '../../documents/snapshot/snapshot-more.ts';
import { foldCanWait, lacksOnlyQuiet } from '../pace/fold-waits.ts';
import { oldHistories } from './archive/old-months.ts';
import { mayBeTried } from './board-refusals.ts';

export interface Composed {
  /** Null = nothing to push. */
  readonly changes: Changes | null;
  readonly board: Board;
  /** Everything that `coordination/` holds once this has landed. */
  readonly files: ReadonlyMap<string, Content>;
  readonly beat: number;
  readonly seq: number;
  /** Of this machine's document. */
  readonly updated: string;
  /** The push carries people's documents (D5). Edits wait while the host refuses them (R1a). */
  readonly saysPeople: boolean;
  /** F1: it answers what people pushed. */
  readonly answers: boolean;
  /** F1: it has no fold, because nobody waits for what main lacks; only a daemon's push leaves it out. */
  readonly leavesFold: boolean;
  /** F1: if it has no fold, or that is refused, main lacks nothing of this machine that anybody waits for. */
  readonly lacksOnlyQuiet: boolean;
  /** R2: main lacks what an earlier push of this machine should have brought, and somebody waits for it. */
  readonly isFoldMissed: boolean;
  /** Why there is a push, in a word: for `--json` and the log. */
  readonly why: 'documents' | 'beat' | 'fold' | 'answer' | 'people' | 'claims' | null;
}

export interface ToSay {
  /** With this machine's pending edits applied. */
  readonly snapshot: Snapshot;
  readonly state: JournalState;
  readonly own: OwnDocuments;
  /** New text of people's documents, by path: edits that came through this machine (D5). */
  readonly people: ReadonlyMap<string, string>;
  /** Of people's documents, what goes with that: paths; absent = nothing. */
  readonly removed?: readonly string[] | undefined;
  /** I3: README.md of the repo, if this push creates main. */
  readonly frontPage?: string | null;
  /** What happened, for the commit's subject. */
  readonly subject: string;
  readonly now: Instant;
  /** F1: people wait for an answer to what they pushed, and it is this machine's turn; absent = no. */
  readonly mayAnswer?: boolean;
  /** O4: when the lanes were last looked at, if this cycle did not look; absent = now. */
  readonly shownAt?: Instant;
  readonly idOf: (text: string) => string;
  /** Time from one beat to the next, if this machine keeps to turns (H2). */
  readonly beatAfterMs?: ((heartbeatMs: number) => number) | undefined;
  /** I1.1: nothing is folded, whoever waits for it; absent = no. */
  readonly leavesBoard?: boolean;
  /** F1: whether main may lack for now what nobody waits for; absent = every push carries a fold. */
  readonly folds?: FoldTerms | undefined;
}

export function compose(say: ToSay): Composed {
  const { snapshot, own, state } = say;
  const { machine } = own.document;
  // Rendered only if there may be something to push: most cycles have nothing.
  let rendered: Word | null = null;
  const fresh = () => {
    rendered ??= wordOf(say);
    return rendered;
  };
  const shown = snapshot.machines.get(machine);
  const mustSpeak = shown === undefined || (own.isNew && (own.answers || !says(fresh(), shown, say.idOf)));
  const standing =
    shown === undefined || mustSpeak
      ? fresh()
      : {
          ...{ view: shown, files: standingFiles(snapshot, machine), logs: snapshot.mail.machines.get(machine) },
          more: saidBy(machine, snapshot.more),
        };
  const fold = (word: Word) => foldBoard(withLogs(snapshot, machine, word), word.view, word.files, say.idOf);
  const board = fold(standing);
  // Compared with the ledger before this push, because a busy machine has news in every push.
  const results = resultsPath(machine);
  const isOnBoard = shown !== undefined && snapshot.board.files.get(results) === shown.files.get(results);
  // I4: a machine that leaves does not wait for a board that the host refuses; its lane stays.
  const claims = claimsToSay(asBelieved(snapshot), state, isOnBoard || state.leaving !== null);
  // I4: a machine that leaves makes no later push for the claims of ended runs.
  const pressing = [...claims.wanted, ...claims.unused, ...(state.leaving === null ? [] : claims.done)];
  const why = mustSpeak ? 'documents' : pressing.length > 0 ? 'claims' : whyPush(say, board);
  const people = peopleContent(say);
  const silent = { saysPeople: false, answers: false, leavesFold: false, lacksOnlyQuiet: false, isFoldMissed: false };
  if (why === null) {
    const { seq, updated } = standing.view.document;
    const files = withPeople(board, people);
    return { changes: null, board, files, beat: say.state.beat, seq, updated, ...silent, why };
  }
  // There is a push now, so what could wait goes with it.
  const speaks = mustSpeak || (own.rides && !own.isNew);
  const word = speaks ? fresh() : standing;
  const folded = word === standing ? board : fold(word);
  const { seq, updated } = word.view.document;
  const lane = snapshot.lanes.get(machine) ?? null;
  const beat = speaks ? own.document.beat : Math.max(say.state.beat, reachable(lane?.beat ?? 0)) + 1;
  const message = renderMessage(say.subject, { machine, seq, beat });
  const answersNobody = say.people.size === 0 && !own.answers && state.leaving === null && why !== 'fold' && why !== 'answer';
  const news = { ...say, shown, word };
  const leavesFold = answersNobody && foldCanWait(say.folds, news);
  return {
    changes: {
      lane: { machine, expected: lane?.commit ?? null, parent: snapshot.main.commit, files: word.files, message },
      boards: leavesFold ? [] : boardChanges(say, folded, message),
      claims: claimChanges(say, claims),
    },
    board: folded,
    files: withPeople(folded, people),
    ...{ beat, seq, updated },
    saysPeople: say.people.size > 0 && tries(say, 'main'),
    answers: answers(say, folded),
    leavesFold,
    lacksOnlyQuiet: lacksOnlyQuiet(say.folds, news),
    isFoldMissed: why === 'fold' && say.folds?.isMineQuiet() === false,
    why,
  };
}

function claimChanges({ snapshot, state, own }: ToSay, { wanted, unused, done }: ClaimsToSay): readonly ClaimChange[] {
  const { machine, name } = own.document;
  const created = wanted.map((claim): ClaimChange => {
    const message = renderClaim(claim, { machine, name, instance: state.instance });
    // What stands there is no claim (T8).
    const over = snapshot.claims.get(claimName(claim))?.commit;
    return { kind: 'create', name: claimName(claim), message, ...(over === undefined ? {} : { over }) };
  });
  const deleted = [...unused, ...done].map((claim): ClaimChange => {
    return { kind: 'delete', name: claimName(claim), commit: claim.commit };
  });
  return [...created, ...deleted];
}

/** This machine's documents, as a view and as the tree of its lane. */
interface Word {
  readonly view: MachineView;
  readonly files: ReadonlyMap<string, Content>;
  readonly logs: ReadonlyMap<Reader, readonly Message[]> | undefined;
  readonly more: Partial<MoreSaid>;
}

function withLogs(snapshot: Snapshot, machine: number, { logs, more }: Word): Snapshot {
  const machines = replaced(snapshot.mail.machines, machine, logs);
  return { ...snapshot, mail: { ...snapshot.mail, machines }, more: withSaid(snapshot.more, machine, more) };
}

function replaced<T>(map: ReadonlyMap<number, T>, key: number, value: T | undefined): ReadonlyMap<number, T> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

/** New text for the documents that the journal covers; documents of later versions are carried along. */
function wordOf({ snapshot, state, own, now }: ToSay): Word {
  const { document, results } = own;
  const { machine } = document;
  const files = new Map<string, Content>(standingFiles(snapshot, machine));
  for (const path of oldHistories(files.keys(), { snapshot, state, now })) files.delete(path);
  files.set(machineDocumentPath(machine), { text: renderMachineDocument(document, results) });
  for (const path of [...files.keys()]) if (resultsOf(path) !== null) files.delete(path);
  for (const [path, text] of renderAllResults(results)) files.set(path, { text });
  for (const [path, text] of own.mailFiles) files.set(path, { text });
  const logs = new Map(Object.entries(state.mail.sent).map(([reader, { messages }]) => [reader, messages]));
  const view = { document, results, files: new Map(), lane: snapshot.lanes.get(machine) ?? null };
  return { view, files, logs, more: ownSaid(state) };
}

function standingFiles(snapshot: Snapshot, machine: number): ReadonlyMap<string, { readonly id: string }> {
  return new Map([...ownFilesIn(snapshot, machine)].map(([path, id]) => [path, { id }]));
}

/** Why this machine pushes without news of its own. F1: for a fold, only if the board lacks its documents or people wait for an answer. R3b: once more for an announcement. */
function whyPush(say: ToSay, board: Board): Composed['why'] {
  const { snapshot, state, now } = say;
  if (say.people.size > 0 && tries(say, 'main')) return 'people';
  if (board.lacksMine && triesBoard(say) && say.folds?.mayLackMine(now) !== true) return 'fold';
  if (answers(say, board)) return 'answer';
  const heartbeatMs = standingHeartbeatMs(snapshot, state, say.shownAt ?? now);
  const afterMs = say.beatAfterMs?.(heartbeatMs) ?? heartbeatMs * BEAT_SLACK;
  return isBeatDue(state, now, afterMs) || mustTellSeen(state, snapshot) ? 'beat' : null;
}

function answers(say: ToSay, board: Board): boolean {
  // D6: a derived document that a person changed is no reason for a push.
  const { sources } = say.snapshot.board;
  return say.mayAnswer === true && sources !== null && board.status.sources !== sources && triesBoard(say);
}

/** Nobody knows what a board lacks that is too large to be read, so folding it would make pushes for ever (D8). */
function triesBoard(say: ToSay): boolean {
  return say.snapshot.board.isCut !== true && tries(say, say.snapshot.fleet.board === null ? 'main' : 'board');
}

function tries({ state, now }: ToSay, target: BoardTarget): boolean {
  return mayBeTried(state, target, now);
}

function boardChanges(say: ToSay, board: Board, message: string): readonly BoardChange[] {
  const { snapshot } = say;
  const people = peopleContent(say);
  const main = snapshot.main.commit;
  const branch = snapshot.fleet.board;
  const folded = snapshot.board.isCut === true || say.leavesBoard === true ? new Map<string, Content | null>() : board.changes;
  const frontPage = main !== null || !say.frontPage ? {} : { frontPage: say.frontPage };
  const changes: readonly BoardChange[] =
    branch === null
      ? [{ branch, base: main, files: new Map([...folded, ...people]), message, ...frontPage }]
      : [
          { branch: null, base: main, files: new Map(people), message, ...frontPage },
          { branch, base: snapshot.board.commit, files: folded, message },
        ];
  return changes.filter((change) => change.files.size > 0 && tries(say, change.branch === null ? 'main' : 'board'));
}

function peopleContent(say: ToSay): [string, Content | null][] {
  const texts = [...say.people].map(([path, text]): [string, Content] => [path, { text }]);
  return [...texts, ...(say.removed ?? []).map((path): [string, null] => [path, null])];
}

function withPeople({ files }: Board, people: readonly [string, Content | null][]): ReadonlyMap<string, Content> {
  const next = new Map(files);
  for (const [path, content] of people) {
    if (content === null) next.delete(path);
    else next.set(path, content);
  }
  return next;
}
