// Reads entries out of documents around the places where a word stands, and nothing else of them: a year of a fleet is 60 MB.
import { archivedIn, archivePartOf } from '../../documents/archive/archive.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { parseMessageHistory } from '../../documents/messages/message-history.ts';
import { parseMessageLog } from '../../documents/messages/message-log.ts';
import { messagesOf } from '../../documents/paths.ts';
import { orderEntry } from './order-entries.ts';
import type { SearchEntry } from './search-entry.ts';
import { nextBegin } from './wanted-words.ts';

/** Null = it is no entry. */
type ReadEntry = (block: string, path: string) => SearchEntry | null;

/** Where entries begin in a document: at each line, or at headings of a kind. */
interface Layout {
  readonly heading: string;
  /** A number stands behind it, or it is a line of a text. */
  readonly isNumbered?: true;
  readonly read: ReadEntry;
}

function layoutOf(path: string): Layout | null {
  if (/^(?:results|history)\/[^/]+(?:\/[^/]+)?\.jsonl?$/.test(path)) return { heading: '\n', read: runIn };
  if (archivePartOf(path) !== null) return { heading: '\n', read: archivedOrderIn };
  if (/^history\/[0-9]+\/messages-[^/]+\.md$/.test(path)) return { heading: '\n## to ', read: movedMessageIn };
  const log = messagesOf(path);
  if (log === null) return null;
  return log.from === 0 ? { heading: '\n## ', read: messageIn } : { heading: '\n## ', isNumbered: true, read: messageIn };
}

/** Where the entry around a place begins and ends. */
function blockAround(text: string, at: number, { heading, isNumbered }: Layout): readonly [from: number, to: number] {
  const isStart = (place: number) => isNumbered !== true || /[0-9]/.test(text.charAt(place + heading.length));
  let from = text.lastIndexOf(heading, at);
  while (from > 0 && !isStart(from)) from = text.lastIndexOf(heading, from - 1);
  let to = text.indexOf(heading, Math.max(at, from + 1));
  while (to !== -1 && !isStart(to)) to = text.indexOf(heading, to + 1);
  return [from + 1, to === -1 ? text.length : to];
}

/** The entries in which all of these stand, the last first: they are the newest. */
export function* entriesWithAll(bytes: Buffer, path: string, patterns: readonly RegExp[]): Iterable<SearchEntry> {
  const layout = layoutOf(path);
  const [rarest, ...others] = patterns;
  if (layout === null || rarest === undefined) return;
  const text = bytes.toString('latin1');
  const blocks: (readonly [from: number, to: number])[] = [];
  rarest.lastIndex = 0;
  for (let seen = rarest.exec(text); seen !== null; seen = rarest.exec(text)) {
    // Parsed for what stands inside other words, a history would take seconds.
    const begin = nextBegin(text, seen.index);
    if (begin > seen.index) {
      rarest.lastIndex = begin;
      continue;
    }
    const [from, to] = blockAround(text, seen.index, layout);
    const block = text.slice(from, to);
    if (others.every((pattern) => block.search(pattern) >= 0)) blocks.push([from, to]);
    rarest.lastIndex = Math.max(to, seen.index + 1);
  }
  for (const [from, to] of blocks.reverse()) {
    const entry = layout.read(bytes.toString('utf8', from, to), path);
    if (entry !== null) yield entry;
  }
}

/** A line of results/<N>.json or of the history. */
function runIn(block: string, path: string): SearchEntry | null {
  const line = block.trim().replace(/,$/, '');
  if (!line.startsWith('{')) return null;
  const run = jsonIn(line);
  if (!isRecord(run) || typeof run.order !== 'string' || typeof run.state !== 'string') return null;
  const [, machine] = /^(?:results|history)\/([0-9]+)/.exec(path) ?? [];
  const outputs = isRecord(run.outputs) ? Object.entries(run.outputs).map(([name, value]) => `${name}=${String(value)}`) : [];
  const reason = wordIn(run.reason);
  const { generation, attempt } = run;
  const isNumbered = typeof generation === 'number' && typeof attempt === 'number';
  return {
    kind: 'run',
    id: run.order,
    machine: Number(machine),
    at: wordIn(run.finishedAt) || wordIn(run.startedAt) || null,
    title: [run.state, ...(reason === '' ? [] : [reason])].join(': '),
    text: [wordIn(run.tail), ...outputs].join('\n').trim(),
    ...(isNumbered ? { run: { generation, attempt, tail: wordIn(run.tail) } } : {}),
  };
}

/** A line of the archive (D11). */
function archivedOrderIn(line: string): SearchEntry | null {
  const archived = archivedIn(line);
  const entry = archived === null ? null : orderEntry(archived.entry);
  if (archived === null || entry === null) return null;
  const { state, endedAt, machine = null } = archived;
  return { ...entry, machine, at: endedAt, title: [state, entry.title].filter((it) => it !== '').join(': ') };
}

function movedMessageIn(block: string, path: string): SearchEntry | null {
  const [message] = parseMessageHistory(block);
  const [, from] = /^history\/([0-9]+)/.exec(path) ?? [];
  return message === undefined ? null : entryOf(Number(from), message.reader, message);
}

function messageIn(block: string, path: string): SearchEntry | null {
  const log = messagesOf(path);
  if (log === null) return null;
  // People's words have no number: their heading says what it wants.
  const [message] = parseMessageLog(block, path).value ?? [];
  if (message !== undefined) return entryOf(log.from, log.to, message);
  if (log.from !== 0) return null;
  const body = block.replace(/^## /, '').trim();
  return body === '' ? null : { kind: 'message', id: `0→${log.to}`, machine: null, at: null, title: '', text: body };
}

function entryOf(from: number, to: string, { number, at, body }: { number: number; at: string; body: string }): SearchEntry {
  return { kind: 'message', id: `${from}→${to} #${number}`, machine: from === 0 ? null : from, at, title: '', text: body };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
