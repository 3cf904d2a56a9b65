// D4: where the settings on main cannot be used, an earlier version of them is in force, and O20: an order goes on with the template that it began with.
// Both are looked for in the history of main, no further back than a part is missing, and beyond where this clone began (C5a).
import type { SeenVersions } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Blob, CommitTree } from '../../core/model/ledger/trees.ts';
import type { DocumentReader } from '../../documents/document.ts';
import { DOCUMENTS } from '../../documents/documents.ts';
import { fleetDocument } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { versionsIn } from '../../documents/templates/choose-template.ts';
import { isTooSlow } from '../../errors.ts';
import type { Ledger } from '../../ports.ts';
import type { ParseCache } from './parse-cache.ts';

/** D4: how many versions back a version that parses is looked for; further back, nothing is in force. */
const VERSIONS_MAX = 200;

/** People's documents of which a good version stays in force (D4). */
export const KEPT = DOCUMENTS.flatMap(({ path, lastGood, ...kind }) =>
  typeof path === 'string' && lastGood !== undefined ? [{ kind: { ...kind, path }, path, lastGood }] : [],
);

/** Versions of a document in main's history that are to be parsed besides the present one, by its path, newest first. */
export type Earlier = ReadonlyMap<string, readonly string[]>;

interface Here {
  readonly ledger: Ledger;
  readonly cache: ParseCache;
  /** What was read, by id; what is read here is put there. */
  readonly texts: Map<string, Blob>;
  readonly reader: DocumentReader;
  /** By path, as the viewer's journal has it. */
  readonly known: Readonly<Record<string, SeenVersions>>;
  /** C5a: fetches what this clone began without; null = what is here has to do. */
  readonly rest: Rest | null;
}

type Rest = () => Promise<boolean>;

interface EarlierVersions {
  settings(main: CommitTree | null): Promise<Earlier>;
  /** Those that orders have begun with, after `settings`. Null = nothing is wanted. `canWait`: what cannot be fetched is not there. */
  templates(snapshot: Snapshot, canWait: boolean): Promise<Earlier | null>;
  /** Which versions were found good and which bad, by path: for the journal. */
  seen(): Readonly<Record<string, SeenVersions>>;
}

export function lookingBack(here: Here): EarlierVersions {
  const { reader, rest } = here;
  const earlier = new Map<string, readonly string[]>();
  const seen: Record<string, SeenVersions> = {};
  const known = (path: string) => here.known[path] ?? NONE_SEEN;
  return {
    async settings(main) {
      for (const { kind, path, lastGood } of KEPT) {
        const entry = main?.entries.get(path);
        if (main === null || (!lastGood.isRequired && entry === undefined)) continue;
        const read = (id: string) => reader.read(kind, path, id).value;
        const after: Missing = (id, before) => lastGood.missing(read(id), before);
        // A file that was only made executable stays in force with its content.
        const present = entry?.mode === '100644' ? entry.id : null;
        const left = present === null ? null : after(present, null);
        if (left?.length === 0 && present !== null) {
          seen[path] = { good: [present], bad: [], main: main.commit };
          continue;
        }
        const asked = { path, main: main.commit, present, known: known(path), bytesMax: lastGood.bytesMax, rest };
        const near = await sinceSeen(asked, here, { left, after });
        const looked = near?.isAll ? near : await findMissing(asked, here, { left, after }, near?.ids);
        earlier.set(path, looked.ids);
        const isSpent = near?.isSpent || looked.isSpent;
        const isBad = (id: string) => known(path).bad.includes(id) || (looked.ids.includes(id) && read(id) === null);
        const good = present !== null && read(present) !== null ? [present] : [];
        seen[path] = {
          good: [...good, ...looked.used],
          bad: looked.versions.filter(isBad),
          main: isSpent ? known(path).main : main.commit,
        };
      }
      return earlier;
    },
    async templates({ wanted: left, main }, canWait) {
      if (left === undefined || main.commit === null) return null;
      const after: Missing = (id, before) => {
        const versions = versionsIn(Object.values(reader.read(fleetDocument, FLEET_PATH, id).value?.templates.byName ?? {}));
        return (before ?? []).filter((digest) => !versions.has(digest));
      };
      const { bytesMax = 0 } = fleetDocument.lastGood ?? {};
      const asked = { path: FLEET_PATH, main: main.commit, present: null, known: known(FLEET_PATH), bytesMax, rest, canWait };
      // Their digests say which they are, wherever they stand: main's history is gone through for what the journal does not know.
      const noted = await upToWhole(asked, [], here, { left, after });
      const looked = noted.isAll ? noted : await findMissing(asked, here, { left, after });
      const before = seen[FLEET_PATH] ?? NONE_SEEN;
      // They stay known when main's history has gone on for long.
      seen[FLEET_PATH] = { ...before, good: [...new Set([...before.good, ...looked.used])] };
      return new Map(earlier).set(FLEET_PATH, [...new Set([...(earlier.get(FLEET_PATH) ?? []), ...looked.ids])]);
    },
    seen: () => seen,
  };
}

/** The parts that are still missing after one more version of a document; null = that version has none of them. */
type Missing = (id: string, before: readonly string[] | null) => readonly string[] | null;

const NONE_SEEN: SeenVersions = { good: [], bad: [] };

interface Asked {
  readonly path: string;
  /** The commit whose history is meant. */
  readonly main: string;
  /** The version that is there now, which was looked at; null = none was. */
  readonly present: string | null;
  /** C5a: fetches what this clone began without; null = what is here has to do. */
  readonly rest: Rest | null;
  /** Where that fails, what is here has to do until the next look; absent = it throws. */
  readonly canWait?: boolean;
  readonly known: SeenVersions;
  /** How much text of versions that nobody has looked at yet is read at once. */
  readonly bytesMax: number;
}

interface Found {
  /** Versions in main's history, newest first, without the present one. */
  readonly versions: readonly string[];
  /** Which of them were looked at, as far back as a part was missing. */
  readonly ids: readonly string[];
  /** Which of those had one. */
  readonly used: readonly string[];
  /** There was too much to look at all: the next look goes on. */
  readonly isSpent: boolean;
}

interface Looked extends Omit<Found, 'versions'> {
  /** No older version in main's history would be looked at. */
  readonly isOver: boolean;
  /** Nothing is missing any more. */
  readonly isAll: boolean;
}

/**
 * What main has had since the look that the journal tells of, and then what was in force at that look. By its date, a version of a side that was merged
 * since may be newer, and never was main. Null = that look is not in main's history.
 */
async function sinceSeen(
  asked: Asked,
  here: Pick<Here, 'ledger' | 'texts'>,
  missing: { readonly left: readonly string[] | null; readonly after: Missing },
): Promise<(Found & Pick<Looked, 'isAll'>) | null> {
  const { path, main, present, known } = asked;
  if (known.main === undefined) return null;
  const since = known.main === main ? [] : await here.ledger.versionsSince(known.main, path, VERSIONS_MAX);
  if (since === null) return null;
  const shown = since.filter((id) => id !== present);
  const versions = [...new Set([...shown, ...known.bad])].slice(0, VERSIONS_MAX);
  return { versions, ...(await upToWhole(asked, shown, here, missing)) };
}

/**
 * C5a: where main's history has not all of it, what this clone began without is looked into before the journal is gone by: what is good there is newer
 * than what this machine knew.
 */
async function findMissing(
  asked: Asked,
  here: Pick<Here, 'ledger' | 'cache' | 'texts'>,
  missing: { readonly left: readonly string[] | null; readonly after: Missing },
  first: readonly string[] = [],
): Promise<Found> {
  const { path, main, present, rest } = asked;
  const { ledger, cache } = here;
  let isGivenUp = false;
  const unlessWaited = (error: unknown): readonly string[] => {
    isGivenUp = asked.canWait === true && isTooSlow(error);
    if (isGivenUp) return [];
    throw error;
  };
  const look = async () => {
    const all = await cache.versions(path, main, () => ledger.versions(path, VERSIONS_MAX)).catch(unlessWaited);
    const versions = [...first, ...all].filter((id) => id !== present);
    const { isOver, isAll: _isAll, ...found } = await upToWhole(asked, versions, here, missing);
    return { isOver: isOver || isGivenUp || all.length >= VERSIONS_MAX, found: { versions, ...found } };
  };
  // Another process of this machine may have fetched the rest since.
  const isOld = cache.knowsVersions(path, main);
  const { isOver, found } = await look();
  if (isOver || rest === null || cache.hasAllVersions(path, main)) return found;
  const came = asked.canWait === true ? await rest().catch(() => null) : await rest();
  if (came === true || (isOld && came !== null)) cache.forgetVersions();
  const { found: ofAll } = await look();
  if (came !== null) cache.noteAllVersions(path);
  return ofAll;
}

/**
 * First what main's history shows, then what the journal knew to be good, which may be gone from there: it is found however many bad versions lie
 * between. Versions that are known to be unreadable are not looked at again.
 */
async function upToWhole(
  { known, bytesMax }: Asked,
  versions: readonly string[],
  { ledger, texts }: Pick<Here, 'ledger' | 'texts'>,
  missing: { readonly left: readonly string[] | null; readonly after: Missing },
): Promise<Looked> {
  const [ids, used]: [string[], string[]] = [[], []];
  const good = new Set(known.good);
  const shown = new Set(versions.filter((id) => !known.bad.includes(id)));
  const sizes = await ledger.sizes([...shown, ...good]);
  let { left } = missing;
  let bytesLeft = bytesMax;
  const lookAt = async (id: string) => {
    const size = sizes.get(id) ?? null;
    // A version that was in force before main was rewritten may be gone.
    if (size === null || (bytesLeft <= 0 && !good.has(id))) return;
    // Too large to be read, so it cannot be in force; its text is not needed.
    const blob: Blob | undefined =
      size > bytesMax ? { kind: 'unreadable', why: `${size} bytes` } : (await ledger.read([id])).get(id);
    if (blob !== undefined) texts.set(id, blob);
    ids.push(id);
    const now = missing.after(id, left);
    if (countOf(now) < countOf(left)) used.push(id);
    left = now;
    if (!good.has(id)) bytesLeft -= blob?.kind === 'text' ? blob.text.length : 0;
  };
  for (const id of shown) if (left?.length !== 0) await lookAt(id);
  const isOver = left?.length === 0 || bytesLeft <= 0;
  const isSpent = isOver && left?.length !== 0;
  for (const id of good) if (left?.length !== 0 && !shown.has(id)) await lookAt(id);
  return { ids, used, isOver, isSpent, isAll: left?.length === 0 };
}

const countOf = (missing: readonly string[] | null) => missing?.length ?? Number.POSITIVE_INFINITY;
