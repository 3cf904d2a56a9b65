// Reads what people did on main, commit by commit: orders, and messages that they wrote on the host. A machine's commit carries the edits
// of its own people (R6 tells it by its trailers).
import { parseTime } from '../../core/base/time.ts';
import { type EditedAt, orderEvents } from '../../core/history/timeline.ts';
import type { OrderEdit } from '../../core/model/ledger/intention.ts';
import type { FileChange, MainCommit, MainHistory } from '../../core/model/ledger/main-history.ts';
import type { Editor, FaultEvent, TimelineEvent } from '../../core/model/status/timeline.ts';
import { archivePartOf, parseArchive } from '../../documents/archive/archive.ts';
import { trailersOf } from '../../documents/machine/trailers.ts';
import { parsePeopleLog } from '../../documents/messages/people-log.ts';
import { diffOrders } from '../../documents/orders/orders-diff.ts';
import { messagesOf, ORDERS_PATH } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';

const NO_ORDERS_TEXT = '{"orders":[]}';

export interface EditsQuestion {
  readonly ledger: Ledger;
  readonly history: MainHistory;
  /** The history begins with main's first commit: what stood before it was nothing. */
  readonly isWhole: boolean;
  /** Present orders, for edits that do not name these. */
  readonly known: Parameters<typeof orderEvents>[2];
  isWanted(event: TimelineEvent): boolean;
  /** Commits before the one that brought the last of so many are not looked at. */
  readonly limit: number;
  /** ISO 8601 UTC; null = from the beginning. */
  readonly since: string | null;
  /** Versions of ORDERS.json that do not even name it need no second look. */
  readonly order: string | null;
}

/** Oldest first. */
export async function editEvents(question: EditsQuestion): Promise<readonly TimelineEvent[]> {
  const found: TimelineEvent[] = [];
  // Newest commits first, because no more than the limit is needed; git's times are whole seconds, so the order of commits counts.
  for (const [index, commit] of question.history.commits.entries()) {
    if (found.length >= question.limit) break;
    if (question.since !== null && parseTime(commit.at) < parseTime(question.since)) continue;
    const edited: EditedAt = { at: commit.at, by: editorOf(commit), commit: commit.commit };
    for (const [path, change] of commit.changes) {
      const events =
        path === ORDERS_PATH
          ? await ordersChange(question, index, commit, change, edited)
          : messagesOf(path)?.from === 0
            ? await newMessages(question.ledger, path, change, edited)
            : [];
      found.unshift(...events.filter((event) => question.isWanted(event)));
    }
  }
  return found;
}

function editorOf({ author, message }: MainCommit): Editor {
  const { machine } = trailersOf(message);
  return machine === null ? { person: author } : { machine };
}

async function ordersChange(
  question: EditsQuestion,
  index: number,
  { changes }: MainCommit,
  change: FileChange,
  edited: EditedAt,
): Promise<readonly TimelineEvent[]> {
  const fault = (text: string): FaultEvent[] => [{ kind: 'fault', document: ORDERS_PATH, text, ...edited }];
  if (change.after === null) return fault('there is no such file any more');
  const after = await textOf(question.ledger, change.after);
  if ('why' in after) return fault(after.why);
  const before = change.before === null ? null : await textOf(question.ledger, change.before);
  const { order, known } = question;
  const told = async (edits: readonly OrderEdit[]) => {
    const isShorter = edits.some(({ kind }) => kind === 'remove');
    return orderEvents(edits, edited, known, isShorter ? await archivedBy(question.ledger, changes) : new Set());
  };
  if (order !== null && before !== null && 'text' in before && !before.text.includes(order) && !after.text.includes(order))
    return [];
  if (before !== null && 'text' in before) {
    const diff = diffOrders(before.text, after.text);
    if (diff.kind === 'edits') return await told(diff.edits);
  }
  const base = await readableBefore(question, index);
  const diff = diffOrders(base ?? NO_ORDERS_TEXT, after.text);
  if (diff.kind === 'unclear') return fault(diff.reason);
  if (base === null && diff.edits.length > 0) return fault('what changed is not known: the version before it cannot be read');
  return await told(diff.edits);
}

/** D11: the lines that a commit put behind what stood in the archive. */
async function archivedBy(ledger: Ledger, changes: MainCommit['changes']): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const [path, { before, after }] of changes) {
    if (archivePartOf(path) === null || after === null) continue;
    const [was, is] = [before === null ? { text: '' } : await textOf(ledger, before), await textOf(ledger, after)];
    if ('text' in was && 'text' in is && is.text.startsWith(was.text))
      for (const { id } of parseArchive(is.text.slice(was.text.length))) ids.add(id);
  }
  return ids;
}

/** D4: the newest version before this commit that can be read; null = it lies before the commits that are looked at. */
async function readableBefore({ ledger, history, isWhole }: EditsQuestion, from: number): Promise<string | null> {
  for (const { changes } of history.commits.slice(from)) {
    const id = changes.get(ORDERS_PATH)?.before ?? null;
    const blob = id === null ? null : await textOf(ledger, id);
    if (blob !== null && 'text' in blob && diffOrders(blob.text, blob.text).kind === 'edits') return blob.text;
  }
  return isWhole ? NO_ORDERS_TEXT : null;
}

/** M3: entries that were not there before. */
async function newMessages(
  ledger: Ledger,
  path: string,
  change: FileChange,
  { at, by }: EditedAt,
): Promise<readonly TimelineEvent[]> {
  const entries = async (id: string | null) => {
    const blob = id === null ? { text: '' } : await textOf(ledger, id);
    return 'text' in blob ? parsePeopleLog(blob.text, path).value : null;
  };
  const [before, after] = [await entries(change.before), await entries(change.after)];
  const to = messagesOf(path)?.to;
  // A message that cannot be read is a fault of the board; its content is not told.
  if (before === null || after === null || to === undefined) return [];
  const nameOf = ({ content, occurrence }: { content: string; occurrence: number }) => `${occurrence} ${content}`;
  const known = new Set(before.map(nameOf));
  return after
    .filter((entry) => !known.has(nameOf(entry)))
    .map(({ priority, body: text }) => ({ kind: 'message', at, by, to, number: null, priority, text }));
}

async function textOf(ledger: Ledger, id: string): Promise<{ readonly text: string } | { readonly why: string }> {
  const blob = (await ledger.read([id])).get(id);
  if (blob?.kind === 'text') return { text: blob.text };
  return { why: blob === undefined ? 'it cannot be read' : `it cannot be read: ${blob.why}` };
}
