// The subject of a commit, for people who read the host's list of commits: what the board does not show yet of this machine's runs and messages, results
// first, and people's edits. Guarantees that what this machine's own push brings to the board is named there, also where an earlier push could put
// it into the lane alone. Where a push brings only what others said, it names them.
import { counted, firstFew } from '../../core/base/counted.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Changes } from '../../core/model/ledger/push.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { EVERYBODY, PEOPLE, type Reader } from '../../core/model/messages/message.ts';
import { claimName } from '../../core/model/orders/claim.ts';
import type { ResultsDocument, WaitingOrder } from '../../core/model/orders/run.ts';
import type { Parsed } from '../../core/model/status/fault.ts';
import { editWords } from '../../core/orders/edit-words.ts';
import { ownerOf } from '../../documents/documents.ts';
import { parseResults } from '../../documents/machine/results.ts';
import { withSubject } from '../../documents/machine/trailers.ts';
import { parseMessageLog } from '../../documents/messages/message-log.ts';
import { messagesPath, resultsPath } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';
import type { PendingEdits } from './pending-edits.ts';

const WORDS_MAX = 3;

interface News {
  readonly state: JournalState;
  readonly edits: PendingEdits;
  readonly waiting: readonly WaitingOrder[];
}

/** Until it is known that there is something to push: it takes a read to name what that is. */
export function unnamed({ machine, name }: Self): string {
  return `${machine} ${name}: here`;
}

/** The same changes, with what they bring in their messages. */
export async function named(ledger: Ledger, self: Self, news: News, snapshot: Snapshot, changes: Changes): Promise<Changes> {
  const { state, edits, waiting } = news;
  const shown = await shownOnBoard(ledger, state, snapshot);
  const editWords = editWordsOf(edits);
  const own = [
    ...(state.leaving !== null && state.active.length === 0 ? ['left the fleet'] : []),
    ...runWords(state, shown.results, waiting),
    ...editWords,
    ...unsaidTo(state, shown.lastTo).map((reader) => `message to ${readerWords(reader)}`),
  ];
  const isNew = shown.results === undefined;
  const words = own.length > 0 ? own : isNew ? ['joined'] : othersWords(changes, state.machine);
  return {
    ...changes,
    lane: changes.lane && { ...changes.lane, message: withSubject(changes.lane.message, lineOf(self, words)) },
    boards: changes.boards.map((change) => {
      // F4: main gets what people wrote, and no more.
      const isPeoples = snapshot.fleet.board !== null && change.branch === null;
      return { ...change, message: withSubject(change.message, lineOf(self, isPeoples ? editWords : words)) };
    }),
  };
}

function lineOf(self: Self, words: readonly string[]): string {
  if (words.length === 0) return unnamed(self);
  const first = firstFew(words, WORDS_MAX);
  return `${self.machine} ${self.name}: ${first}`;
}

function editWordsOf({ going, archived }: PendingEdits): string[] {
  return [
    ...going.map(({ edit, by }) => `${editWords(edit)}${by === undefined ? '' : ` by ${by}`}`),
    ...(archived === undefined ? [] : [`archived ${counted(archived.length, 'order')}`]),
  ];
}

/** Whose documents come to the board, where none of this machine's does. */
function othersWords({ boards }: Changes, machine: number): string[] {
  const owners = boards.flatMap(({ files }) => [...files.keys()].map(ownerOf));
  const numbers = new Set(owners.flatMap((owner) => (owner?.kind === 'machine' ? [owner.machine] : [])));
  return numbers.has(machine) ? [] : [...numbers].sort((one, other) => one - other).map((other) => `news of ${other}`);
}

function runWords(
  { active, ended }: JournalState,
  shown: ResultsDocument | undefined,
  waiting: readonly WaitingOrder[],
): string[] {
  const isSaid = ({ order, generation, state }: WaitingOrder) =>
    shown?.waiting.some((it) => it.order === order && it.generation === generation && it.state === state) === true;
  const begun = new Set((shown?.running ?? []).map(claimName));
  const over = new Set([...(shown?.ended ?? []), ...(shown?.older ?? [])].map(claimName));
  const ends = ended.filter((run) => !over.has(claimName(run)));
  const justEnded = new Set(ends.map(({ order }) => order));
  const starts = active.filter((run) => !begun.has(claimName(run)) && !justEnded.has(run.order));
  const blocked = waiting.filter((it) => it.state === 'BLOCKED' && it.hold !== true && !isSaid(it));
  return [
    ...ends.map((run) => `${run.order} ${run.asks === true ? 'BLOCKED' : run.state}`),
    ...starts.map(({ order }) => `${order} started`),
    ...blocked.map(({ order }) => `${order} BLOCKED`),
  ];
}

/** Whom this machine has written what the board does not show yet. */
function unsaidTo({ mail }: JournalState, lastTo: ReadonlyMap<Reader, number>): Reader[] {
  return Object.entries(mail.sent).flatMap(([reader, { messages }]) =>
    (messages.at(-1)?.number ?? 0) > (lastTo.get(reader) ?? 0) ? [reader] : [],
  );
}

function readerWords(reader: Reader): string {
  if (reader === EVERYBODY) return 'everybody';
  return reader === PEOPLE ? 'people' : reader;
}

/** What the board shows of this machine. The lane's documents are known; the board's own are read only where they are others. */
async function shownOnBoard(
  ledger: Ledger,
  { machine, mail }: JournalState,
  { board, machines, mail: letters }: Snapshot,
): Promise<{ readonly results: ResultsDocument | undefined; readonly lastTo: ReadonlyMap<Reader, number> }> {
  const known = machines.get(machine);
  const behind = (path: string) => {
    const id = board.files.get(path);
    return id === undefined || id === known?.files.get(path) ? null : id;
  };
  const results = resultsPath(machine);
  const logs = Object.keys(mail.sent).map((reader) => [reader, messagesPath(machine, reader)] as const);
  const ids = [results, ...logs.map(([, path]) => path)].flatMap((path) => behind(path) ?? []);
  // D8: nobody knows what stands on a board that was not read to its end, so what the lane says counts.
  const isRead = board.isCut !== true;
  const blobs = ids.length === 0 ? null : await ledger.read(ids);
  const read = <T, K>(parse: (text: string, path: string) => Parsed<T>, path: string, same: K): T | K | undefined => {
    if (isRead && !board.files.has(path)) return undefined;
    const blob = blobs?.get(behind(path) ?? '');
    return (blob?.kind === 'text' ? parse(blob.text, path).value : null) ?? same;
  };
  const lastTo = logs.map(([reader, path]): [Reader, number] => {
    const shown = read(parseMessageLog, path, letters.machines.get(machine)?.get(reader));
    return [reader, shown?.at(-1)?.number ?? 0];
  });
  return { results: read(parseResults, results, known?.results), lastTo: new Map(lastTo) };
}
