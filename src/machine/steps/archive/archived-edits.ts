// The edit that moves ended orders from ORDERS.json to the archive (D11), with all that people say of them elsewhere.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { EndState } from '../../../core/model/orders/run.ts';
import { endedAt } from '../../../core/orders/order-end.ts';
import type { EndedEntry } from '../../../core/status/ended-entries.ts';
import { type ArchivedOrder, appendArchived, archivePath, newestArchivePart } from '../../../documents/archive/archive.ts';
import { documentText, standingText } from '../../../documents/document-text.ts';
import { DOCUMENTS } from '../../../documents/documents.ts';
import { removeEntries } from '../../../documents/orders/at-once/apply-each.ts';
import type { plainEntries } from '../../../documents/orders/plain-entries.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import type { Ledger } from '../../../ports.ts';
import { withOrdersText } from '../apply-edits.ts';
import type { PendingEdits } from '../pending-edits.ts';

/** ORDERS.json as it stands. */
export interface ArchivedFrom {
  readonly text: string;
  readonly entries: ReturnType<typeof plainEntries>;
  /** ISO 8601 UTC: whatever goes was placed before. */
  readonly placedBefore: string;
  /** Of the archive, what is removed (D12): paths. */
  readonly over: readonly string[];
}

/** `next`: null = it cannot be done safely. `left`: those for which the archive has no room; where there are some, nothing is done. */
export async function archivedEdits(
  ledger: Ledger,
  edits: PendingEdits,
  { text, entries, placedBefore, over }: ArchivedFrom,
  gone: readonly EndedEntry[],
): Promise<{ readonly next: PendingEdits | null; readonly left: ReadonlySet<string> }> {
  const { main, orders } = edits.snapshot;
  // What never began stands with what is archived beside it.
  const beside = latestEnd(gone) ?? placedBefore;
  const archived = gone.flatMap(({ id, before }): { month: string; order: ArchivedOrder }[] => {
    const entry = entries.get(id);
    const ended = endedAt(before);
    const month = (ended ?? beside).slice(0, 7);
    return entry === undefined ? [] : [{ month, order: { ...factsOf(id, before), endedAt: ended, entry } }];
  });
  const texts = new Map<string, string | null>();
  const standing = pathsOn(main);
  for (const month of new Set(archived.map((it) => it.month))) {
    const part = newestArchivePart(standing, month);
    if (part === null) continue;
    const there = await standingText(ledger, main, archivePath(part));
    texts.set(part, there.kind === 'text' ? there.text : null);
  }
  const added = appendArchived(texts, archived);
  const { left } = added;
  const ids = archived.map(({ order }) => order.id);
  const outcome = removeEntries(text, ids);
  if (left.size > 0 || ids.length === 0 || outcome.kind !== 'edited') return { next: null, left };
  const steps = orders.orders.flatMap(({ id, step }) => (step != null && ids.includes(step.chain) ? [id] : []));
  const people = new Map([
    [ORDERS_PATH, outcome.text],
    ...(await othersWithout(ledger, edits.snapshot, new Set([...ids, ...steps]))),
  ]);
  for (const [part, more] of added.texts) people.set(archivePath(part), more);
  const removed = over.filter((path) => !people.has(path));
  return {
    next: { ...edits, people, removed, archived: ids, snapshot: withTexts(edits.snapshot, people, removed, ledger) },
    left,
  };
}

/** Where something stands, whatever it is. */
function pathsOn({ files, unread }: Snapshot['main']): readonly string[] {
  if (unread === undefined || unread === 'all') return [...files.keys()];
  return [...files.keys(), ...[...unread.at].map((path) => path.replace(/\/$/, ''))];
}

function factsOf(id: string, { state, machine, exitCode, reason }: EndedEntry['before']) {
  return {
    id,
    state: state as EndState,
    ...(machine === undefined ? {} : { machine }),
    ...(exitCode == null ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Null = none of them has one. */
function latestEnd(gone: readonly EndedEntry[]): string | null {
  return (
    gone
      .flatMap(({ before }) => endedAt(before) ?? [])
      .toSorted()
      .at(-1) ?? null
  );
}

/** What else people say of these orders goes with them. */
async function othersWithout(ledger: Ledger, snapshot: Snapshot, ids: ReadonlySet<string>): Promise<[string, string][]> {
  const changed: [string, string][] = [];
  for (const { path, without } of DOCUMENTS) {
    if (without === undefined || typeof path !== 'string') continue;
    const before = await documentText(ledger, snapshot.main.files, path);
    const after = before === null ? null : without(before, ids);
    if (after !== null && after !== before) changed.push([path, after]);
  }
  return changed;
}

function withTexts(
  snapshot: Snapshot,
  people: ReadonlyMap<string, string>,
  removed: readonly string[],
  ledger: Ledger,
): Snapshot {
  const next = withOrdersText(snapshot, people.get(ORDERS_PATH) ?? '', ledger);
  const files = new Map(next.main.files);
  for (const path of removed) files.delete(path);
  for (const [path, text] of people) files.set(path, ledger.idOf(text));
  return { ...next, main: { ...next.main, files } };
}
