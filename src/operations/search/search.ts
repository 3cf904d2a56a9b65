// Finds words in what the last sync left in the fleet folder: orders, runs with the ends of their output, messages, notes. Nothing is kept: the
// documents are looked through for the rarest word, newest first, and an index is made of the entries that have it, to say which fit best.
// It asks nobody and takes no lock.
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { SearchHit } from '../../core/model/status/search-hit.ts';
import { archivePartOf } from '../../documents/archive/archive.ts';
import { comparedParts } from '../../documents/history-part.ts';
import { messageHistoryOf, messagesOf, ORDERS_PATH, runHistoryOf } from '../../documents/paths.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { namesIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';
import type { World } from '../sync/dependencies.ts';
import { doubtOf, viewIn, viewText } from '../sync/view.ts';
import { orderEntries } from './order-entries.ts';
import { entriesWithAll } from './read-entries.ts';
import type { SearchEntry } from './search-entry.ts';
import { beginsWord, bytesOf, wantedWords } from './wanted-words.ts';

/** Entries that are compared: of a word that stands everywhere, the newest. */
const ENTRIES_MAX = 500;
const CHARACTERS_MAX = 1_000_000;
const EXCERPT_MAX = 160;

export interface Found {
  /** The best first; of those that fit as well the newest. */
  readonly hits: readonly SearchHit[];
  /** Older ones, or ones that fit less, were left out. */
  readonly more: boolean;
}

/** All words have to be there, each as the beginning of a word. What machines say that are not believed here is left out (T5.2). Throws USAGE where there is none. */
export async function search(world: World, folder: FleetFolder, query: string, limit: number): Promise<Found> {
  const words = wantedWords(query);
  const { entries, isCut } = await entriesWith(world, folder, words);
  const ranked = await bestFirst(entries, words);
  const hits = ranked.slice(0, limit).map(({ text, run: _run, ...entry }) => ({ ...entry, excerpt: excerptOf(text, words) }));
  return { hits, more: isCut || ranked.length > limit };
}

async function entriesWith(world: World, folder: FleetFolder, words: readonly string[]) {
  const found = new Map<string, SearchEntry>();
  const view = viewIn(viewText(folder));
  const begins = words.map(beginsWord);
  let characters = 0;
  const isFull = () => found.size >= ENTRIES_MAX || characters >= CHARACTERS_MAX;
  /** False = there was no room for it. */
  const add = (entry: SearchEntry, hasRoom = true): boolean => {
    if (doubtOf(view, entry.machine) !== null) return true;
    const all = [entry.id, entry.title, entry.text].join('\n').toLowerCase();
    if (!begins.every((word) => word.test(all))) return true;
    // What says no time is told apart by its words: entries of people have no number either.
    const name = [entry.kind, entry.id, entry.machine, entry.at ?? entry.text].join(' ');
    // Of a run that has moved to the history its short record stays behind.
    if ((found.get(name)?.text.length ?? -1) >= entry.text.length) return true;
    if (!hasRoom) return false;
    found.set(name, entry);
    characters += entry.text.length;
    return true;
  };
  for (const feature of await world.features()) for (const entry of (await feature.searchable?.(folder)) ?? []) add(entry);
  // The longest is mostly the rarest.
  const patterns = [...words].sort((one, other) => other.length - one.length).map(bytesOf);
  for (const path of documentsOf(folder)) {
    const bytes = projectedBytes(folder, path);
    const entries =
      bytes === null ? [] : path === ORDERS_PATH ? orderEntries(bytes.toString('utf8')) : entriesWithAll(bytes, path, patterns);
    const mark = view?.self.signed === true && isOfNobody(path) ? { signed: false as const } : {};
    for (const entry of entries) if (!add({ ...entry, ...mark }, !isFull())) return { entries: [...found.values()], isCut: true };
    await breathe();
  }
  return { entries: [...found.values()], isCut: false };
}

/** T11.5: no key stands behind the archive and what people say. */
function isOfNobody(path: string): boolean {
  return archivePartOf(path) !== null || messagesOf(path)?.from === 0;
}

/** What is listed and what the machines say first, then the history, newest first. */
export function documentsOf({ projection }: FleetFolder): readonly string[] {
  const below = (folder: string) => namesIn(join(projection, folder)).map((name) => `${folder}/${name}`);
  const history = [...below('history').flatMap(below), ...below('archive')];
  const parts = history.flatMap((path) => partOf(path) ?? []);
  const sorted = parts.sort((one, other) => comparedParts(other.part, one.part)).map(({ path }) => path);
  return [ORDERS_PATH, ...below('results'), ...below('messages'), ...sorted];
}

/** The month of a history or of the archive, or the further part of it; null = the path of something else. */
function partOf(path: string): { readonly path: string; readonly part: string } | null {
  const machine = Number(path.split('/')[1]);
  const part = archivePartOf(path) ?? runHistoryOf(path, machine) ?? messageHistoryOf(path, machine);
  return part === null ? null : { path, part };
}

/** Loaded here alone: no other command and no daemon at rest has room for it. */
async function bestFirst(entries: readonly SearchEntry[], words: readonly string[]): Promise<readonly SearchEntry[]> {
  const { default: MiniSearch } = await import('minisearch');
  const index = new MiniSearch<SearchEntry & { readonly at: string | null; readonly key: number }>({
    idField: 'key',
    fields: ['id', 'title', 'text'],
    tokenize: (text) => text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [],
  });
  index.addAll(entries.map((entry, key) => ({ ...entry, key })));
  const found = index.search(words.join(' '), { prefix: true, combineWith: 'AND', boost: { id: 4, title: 2 } });
  return found
    .map(({ id, score }) => ({ entry: entries[Number(id)] as SearchEntry, score: Math.round(score * 10) }))
    .sort((one, other) => other.score - one.score || newestFirst(one.entry.at ?? '9', other.entry.at ?? '9'))
    .map(({ entry }) => entry);
}

function newestFirst(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? 1 : -1;
}

/** One line of it, with the first place where one of the words stands. */
function excerptOf(text: string, words: readonly string[]): string {
  const line = visibleText(text.replace(/\s+/g, ' ').trim());
  const lower = line.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const from = Math.max(0, Math.min(...places, line.length) - EXCERPT_MAX / 3);
  const start = places.length === 0 || from < 10 ? 0 : Math.floor(from);
  const cut = line.slice(start, start + EXCERPT_MAX).toWellFormed();
  return `${start > 0 ? '…' : ''}${cut}${start + EXCERPT_MAX < line.length ? '…' : ''}`;
}
