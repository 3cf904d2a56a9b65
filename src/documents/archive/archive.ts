// archive/<yyyy-mm>.jsonl (D11): orders that have left ORDERS.json, a JSON object a line, by the month they ended in, with their entry as it stood.
// Append-only; where a month is full it goes on in a further part, as the history does. A line that is no order takes nothing else with it.
import { utf8Bytes } from '../../core/base/utf8.ts';
import type { Json } from '../../core/model/ledger/intention.ts';
import { ORDER_ID } from '../../core/model/orders/order.ts';
import { type EndState, isEndState } from '../../core/model/orders/run.ts';
import type { DocumentKind } from '../document.ts';
import { HISTORY_PART, monthOf, nextPart, partsOf } from '../history-part.ts';
import { isRecord } from '../json/is-record.ts';
import { visibleJson } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';

const PATH = new RegExp(`^archive/(${HISTORY_PART})\\.jsonl$`);

/** Coord writes it, and no cycle reads what stands there. */
export const archiveDocument: DocumentKind = { owner: 'people', path: PATH };

export interface ArchivedOrder {
  readonly id: string;
  readonly state: EndState;
  /** ISO 8601 UTC, by the clock of the machine that was last; null = it never began. */
  readonly endedAt: string | null;
  /** Absent = none, or several. */
  readonly machine?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  /** As it stood in ORDERS.json. */
  readonly entry: { readonly [field: string]: Json };
}

/** The month of an archive, or the further part of it; null = the path of something else. */
export function archivePartOf(path: string): string | null {
  return PATH.exec(path)?.[1] ?? null;
}

export function archivePath(part: string): string {
  return `archive/${part}.jsonl`;
}

function renderArchived(order: ArchivedOrder): string {
  return `${visibleJson(JSON.stringify(order))}\n`;
}

/** In the order of the lines. */
export function parseArchive(text: string): readonly ArchivedOrder[] {
  return text.split('\n', DOCUMENT_LIMITS.entriesMax).flatMap((line) => archivedIn(line) ?? []);
}

export function archivedIn(line: string): ArchivedOrder | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isArchived(value) ? value : null;
  } catch {
    return null;
  }
}

function isArchived(value: unknown): value is ArchivedOrder {
  if (!isRecord(value)) return false;
  const { id, state, endedAt, machine, exitCode, reason, entry } = value;
  return (
    typeof id === 'string' &&
    ORDER_ID.test(id) &&
    isEndState(state) &&
    (endedAt === null || typeof endedAt === 'string') &&
    [machine, exitCode].every((it) => it === undefined || Number.isInteger(it)) &&
    (reason === undefined || typeof reason === 'string') &&
    isRecord(entry) &&
    entry.id === id
  );
}

/** Of a month the newest part that stands there; null = none does. */
export function newestArchivePart(paths: Iterable<string>, month: string): string | null {
  const parts = [...paths].flatMap((path) => archivePartOf(path) ?? []);
  return partsOf(month, parts)[0] ?? null;
}

/**
 * `found`: of each month the newest part that stands there, with its text (null = it cannot be read, and nothing is added to it). Returns the parts
 * that change, with their text, and the ids of those for which there is no room.
 */
export function appendArchived(
  found: ReadonlyMap<string, string | null>,
  orders: readonly { readonly month: string; readonly order: ArchivedOrder }[],
): { readonly texts: ReadonlyMap<string, string>; readonly left: ReadonlySet<string> } {
  const before = new Map([...found].map(([part, text]) => [part, text === null ? null : withLineEnd(text)]));
  const [lines, left] = [new Map<string, string[]>(), new Set<string>()];
  const newest = new Map([...before.keys()].map((part) => [monthOf(part), part]));
  const sizes = new Map([...before].map(([part, text]) => [part, text === null ? Number.POSITIVE_INFINITY : utf8Bytes(text)]));
  for (const { month, order } of orders) {
    const line = renderArchived(order);
    const size = utf8Bytes(line);
    const isFull = (part: string) => (sizes.get(part) ?? 0) + size > DOCUMENT_LIMITS.sizeBytesMax;
    let part: string | null = newest.get(month) ?? month;
    if (isFull(part)) part = nextPart(part);
    if (part === null || isFull(part)) {
      left.add(order.id);
      continue;
    }
    newest.set(month, part);
    sizes.set(part, (sizes.get(part) ?? 0) + size);
    lines.set(part, [...(lines.get(part) ?? []), line]);
  }
  const texts = new Map([...lines].map(([part, more]) => [part, `${before.get(part) ?? ''}${more.join('')}`]));
  return { texts, left };
}

/** A last line that somebody cut off stays a line of its own. */
function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
