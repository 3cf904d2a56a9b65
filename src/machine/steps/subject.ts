// The subject of a commit, for people who read the host's list of commits: what main does not show yet of this machine's runs and messages, results first,
// and people's edits. Guarantees that a fact is named by the commit that brings it to main, also where an earlier push could put it into the lane alone.
import { counted } from '../../core/base/counted.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { EVERYBODY, PEOPLE, type Reader } from '../../core/model/messages/message.ts';
import { claimName } from '../../core/model/orders/claim.ts';
import type { ResultsDocument, WaitingOrder } from '../../core/model/orders/run.ts';
import type { Parsed } from '../../core/model/status/fault.ts';
import { editWords } from '../../core/orders/edit-words.ts';
import { parseResults } from '../../documents/machine/results.ts';
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

export async function subjectOf(ledger: Ledger, { machine, name }: Self, news: News, snapshot: Snapshot): Promise<string> {
  const { state, edits, waiting } = news;
  const shown = await shownOnBoard(ledger, state, snapshot);
  const words = [
    ...runWords(state, shown.results, waiting),
    ...edits.going.map(({ edit, by }) => `${editWords(edit)}${by === undefined ? '' : ` by ${by}`}`),
    ...(edits.archived === undefined ? [] : [`archived ${counted(edits.archived.length, 'order')}`]),
    ...unsaidTo(state, shown.lastTo).map((reader) => `message to ${readerWords(reader)}`),
  ];
  const isLeaving = state.leaving !== null && state.active.length === 0;
  const otherwise = isLeaving ? 'left the fleet' : 'here';
  const first = words.slice(0, WORDS_MAX).join(', ') + (words.length > WORDS_MAX ? ` and ${words.length - WORDS_MAX} more` : '');
  return `${machine} ${name}: ${first === '' ? otherwise : first}`;
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
  const blobs = ids.length === 0 ? null : await ledger.read(ids);
  const read = <T, K>(parse: (text: string, path: string) => Parsed<T>, path: string, same: K): T | K | undefined => {
    if (!board.files.has(path)) return undefined;
    const blob = blobs?.get(behind(path) ?? '');
    // What nobody can read there counts as what the lane says.
    return (blob?.kind === 'text' ? parse(blob.text, path).value : null) ?? same;
  };
  const lastTo = logs.map(([reader, path]): [Reader, number] => {
    const shown = read(parseMessageLog, path, letters.machines.get(machine)?.get(reader));
    return [reader, shown?.at(-1)?.number ?? 0];
  });
  return { results: read(parseResults, results, known?.results), lastTo: new Map(lastTo) };
}
