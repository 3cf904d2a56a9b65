// The ends of a machine's history: what a push has to add to, and what it may hold of the moves whose push was never answered. Such moves are
// the last ones of their month, so that nothing before them is read, however long the history is.
import type { Files } from '../../core/model/ledger/snapshot.ts';
import { partsOf } from '../../documents/history-part.ts';
import type { Ledger } from '../../ports.ts';

export interface HistoryKind {
  /** The part's name; null = the path of something else. */
  partOf(path: string): string | null;
  /** Under which the part goes on: where both names of it stand there, the other one is left alone. */
  pathOf(part: string): string;
  /** Whether it begins with what is moved, so that the part before it may end with it too. */
  beginsMoved(text: string): boolean;
}

/** Of each of these months the newest part by name, and those before it that are needed; null = it cannot be read. */
export async function historyEnds(
  ledger: Ledger,
  files: Files,
  months: Iterable<string>,
  { partOf, pathOf, beginsMoved }: HistoryKind,
): Promise<ReadonlyMap<string, string | null>> {
  const ids = new Map<string, string>();
  for (const [path, id] of files) {
    const part = partOf(path);
    if (part !== null && pathOf(part) === path) ids.set(part, id);
  }
  const ends = new Map<string, string | null>();
  let wanted = [...new Set(months)].map((month) => partsOf(month, ids.keys()));
  for (let at = 0; wanted.length > 0; at += 1) {
    const parts = wanted.flatMap((all) => all.slice(at, at + 1));
    const blobs = await ledger.read(parts.map((part) => ids.get(part) ?? ''));
    for (const part of parts) {
      const blob = blobs.get(ids.get(part) ?? '');
      ends.set(part, blob?.kind === 'text' ? blob.text : null);
    }
    wanted = wanted.filter((all) => {
      const text = ends.get(all[at] ?? '');
      return text === null || (text !== undefined && beginsMoved(text));
    });
  }
  return ends;
}
