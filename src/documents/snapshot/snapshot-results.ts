// What a machine says of its runs, from the documents that hold it: results/<N>.json, and those that it goes on in.
import type { Files } from '../../core/model/ledger/snapshot.ts';
import type { OlderRun, ResultsDocument } from '../../core/model/orders/run.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentKind, DocumentReader } from '../document.ts';
import { type ResultsHead, resultsDocument } from '../machine/results.ts';
import { type ResultsPage, resultsPageDocument } from '../machine/results-pages.ts';
import { resultsPagePath, resultsPath } from '../paths.ts';

export interface ReadResults {
  /** What of it can be read; null = not even the first document, though there is one. */
  readonly results: ResultsDocument | null;
  /** Nothing is missing. */
  readonly isWhole: boolean;
}

/** A machine without the document has run nothing yet. */
export function resultsIn(number: number, files: Files, reader: DocumentReader, faults: Fault[]): ReadResults {
  const path = resultsPath(number);
  const tell = (document: string, expected: string, found: string) =>
    void faults.push({ document, line: null, column: null, level: 'fault', expected, found });
  const read = <T extends { readonly machine: number }>(at: string, kind: DocumentKind<T>): T | null => {
    const id = files.get(at);
    if (id === undefined) {
      tell(at, `a document that ${path} goes on in`, 'no such file');
      return null;
    }
    const { value, faults: found } = reader.read(kind, at, id);
    faults.push(...found);
    if (value === null || value.machine === number) return value;
    tell(at, `machine ${number}`, `machine ${value.machine}`);
    return null;
  };
  if (!files.has(path)) return { results: null, isWhole: true };
  const head = read(path, resultsDocument);
  if (head === null) return { results: null, isWhole: false };
  if (head.pages === undefined) return { results: head, isWhole: true };
  const pages = Array.from({ length: head.pages }, (_, at) => read(resultsPagePath(number, at + 1), resultsPageDocument));
  return {
    results: joined(
      head,
      pages.flatMap((page) => page ?? []),
    ),
    isWhole: pages.every((page) => page !== null),
  };
}

const known = new WeakMap<ResultsHead, { readonly pages: readonly ResultsPage[]; readonly results: ResultsDocument }>();

/** The same documents give the very results that they gave before (C1). */
function joined(head: ResultsHead, pages: readonly ResultsPage[]): ResultsDocument {
  const before = known.get(head);
  if (before?.pages.length === pages.length && pages.every((page, at) => page === before.pages[at])) return before.results;
  const { pages: _count, ...rest } = head;
  const older = pages.reduceRight<readonly OlderRun[]>((after, page) => page.older.concat(after), head.older);
  const results = { ...rest, older };
  known.set(head, { pages, results });
  return results;
}
