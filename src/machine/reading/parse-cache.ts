// Parsed documents by the id of their content: a running process parses only what changed (C4). It forgets what the newest snapshot did not ask for,
// so it never grows beyond one fleet.
import { guarded } from '../../core/base/guarded.ts';
import type { Blob } from '../../core/model/ledger/trees.ts';
import type { ParsedOutline } from '../../core/model/orders/spec.ts';
import type { Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind, DocumentReader } from '../../documents/document.ts';
import { isSpec } from '../../documents/documents.ts';
import { OVER_BUDGET, readKey, type Wanted } from '../../documents/snapshot/read-budget.ts';
import type { SpecShelf } from '../../ports.ts';
import { HistoryCache } from './history-cache.ts';

export class ParseCache {
  readonly histories = new HistoryCache();
  readonly #shelf: SpecShelf | null;
  /** What lies there; null = nobody has wanted a spec yet. */
  #shelved: ReadonlyMap<string, ParsedOutline> | null = null;
  #parsed = new Map<string, unknown>();
  #sizes: ReadonlyMap<string, number | null> = new Map();
  #versions = new Map<string, { readonly main: string; readonly ids: readonly string[]; isWhole: boolean }>();

  constructor(shelf: SpecShelf | null = null) {
    this.#shelf = shelf;
  }

  /** Versions of documents in the history of this main: looked up again only when main has moved. */
  async versions(path: string, main: string, find: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const known = this.#versions.get(path);
    if (known?.main === main) return known.ids;
    const ids = await find();
    this.#versions.set(path, { main, ids, isWhole: false });
    return ids;
  }

  knowsVersions(path: string, main: string): boolean {
    return this.#versions.get(path)?.main === main;
  }

  /** C5a: there is nothing more of that history to be had. */
  hasAllVersions(path: string, main: string): boolean {
    return this.knowsVersions(path, main) && this.#versions.get(path)?.isWhole === true;
  }

  noteAllVersions(path: string): void {
    const known = this.#versions.get(path);
    if (known !== undefined) known.isWhole = true;
  }

  /** More of the history is here now. */
  forgetVersions(): void {
    this.#versions.clear();
  }

  /** Ids whose text has to be read first. */
  missing(wanted: Iterable<Wanted>, over: ReadonlySet<string>): string[] {
    const all = [...wanted];
    if (all.some(([path]) => isSpec(path))) this.#takeFromShelf();
    const isMissing = (key: string) => !this.#parsed.has(key) && !over.has(key);
    return all.filter(([path, id]) => isMissing(readKey(path, id))).map(([, id]) => id);
  }

  /** The size of each in bytes: asked for once, and forgotten when it is not wanted any more. */
  async sizes(
    ids: ReadonlySet<string>,
    ask: (ids: readonly string[]) => Promise<ReadonlyMap<string, number | null>>,
  ): Promise<ReadonlyMap<string, number | null>> {
    const known = this.#sizes;
    const asked = await ask([...ids].filter((id) => !known.has(id)));
    this.#sizes = new Map([...ids].map((id) => [id, known.get(id) ?? asked.get(id) ?? null]));
    return this.#sizes;
  }

  /** Begins a reading: `settle` forgets what it did not ask for. */
  open(texts: ReadonlyMap<string, Blob>, over: ReadonlySet<string>): { reader: DocumentReader; settle: () => void } {
    const used = new Map<string, unknown>();
    const read = <T>(kind: DocumentKind<T>, path: string, id: string): Parsed<T> => {
      const key = readKey(path, id);
      if (over.has(key)) return unreadableDocument(path, OVER_BUDGET);
      const blob = texts.get(id);
      const known = used.get(key) ?? this.#parsed.get(key) ?? parseBlob(blob, kind, path);
      // What the repo lacked now is asked for again.
      if (blob !== undefined || this.#parsed.has(key)) used.set(key, known);
      return known as Parsed<T>;
    };
    return {
      reader: { read },
      settle: () => {
        this.#parsed = used;
        this.#putOnShelf();
      },
    };
  }

  #takeFromShelf(): void {
    if (this.#shelf === null || this.#shelved !== null) return;
    this.#shelved = this.#shelf.load();
    for (const [key, parsed] of this.#shelved) if (!this.#parsed.has(key)) this.#parsed.set(key, parsed);
  }

  /** Keeps only what was read whole: what the clone lacked may be there the next time. */
  #putOnShelf(): void {
    const before = this.#shelved;
    if (this.#shelf === null || before === null) return;
    const outlines = new Map<string, ParsedOutline>();
    for (const [key, parsed] of this.#parsed)
      if (isSpec(key.slice(0, key.indexOf(' '))) && wasRead(parsed as ParsedOutline)) outlines.set(key, parsed as ParsedOutline);
    if (outlines.size === before.size && [...outlines.keys()].every((key) => before.has(key))) return;
    this.#shelf.save(outlines);
    this.#shelved = outlines;
  }
}

/** A fault without a place may come from the clone, and not from the text. */
function wasRead({ value, faults }: ParsedOutline): boolean {
  return value !== null || faults.every(({ line }) => line !== null);
}

function parseBlob<T>(blob: Blob | undefined, { parse }: DocumentKind<T>, path: string): Parsed<T> {
  const unreadable = (why: string) => unreadableDocument<T>(path, why);
  if (blob === undefined) return unreadable('nothing: its content is missing from the repo');
  if (blob.kind !== 'text') return unreadable(blob.why);
  if (parse === undefined) return unreadable('a document that no machine reads');
  return guarded(() => withFewFaults(parse(blob.text, path), path), unreadable);
}

function unreadableDocument<T>(document: string, found: string): Parsed<T> {
  return {
    value: null,
    faults: [{ document, line: null, column: null, level: 'fault', expected: 'a readable text document', found }],
  };
}

/** Faults that are listed of one document; the others are counted. A text of 1 MiB can have a hundred thousand. */
const FAULTS_MAX = 100;

function withFewFaults<T>(parsed: Parsed<T>, document: string): Parsed<T> {
  const { faults } = parsed;
  if (faults.length <= FAULTS_MAX) return parsed;
  // Faults before warnings: they say what is not obeyed.
  const first = [...faults].sort((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning')).slice(0, FAULTS_MAX);
  const level = faults.some((fault) => fault.level === 'fault') ? 'fault' : 'warning';
  const found = `${faults.length - FAULTS_MAX} more than are shown`;
  return { ...parsed, faults: [...first, { document, line: null, column: null, level, expected: 'none of these', found }] };
}
