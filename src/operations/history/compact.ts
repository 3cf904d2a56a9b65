// Runs `coord compact`: the first time it announces, from the announced time on it does it. Guarantees that a kill at any point needs no repair: the same
// command goes on, and tells a history that was shortened for this announcement.
import { basename } from 'node:path';
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { DocumentEdit } from '../../core/model/ledger/intention.ts';
import { daysOf, type HistorySettings, withHistorySettings } from '../../documents/fleet/history-settings.ts';
import { type Compaction, isBundleName, isDoneFor } from '../../documents/machine/compaction-message.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type EditReport, editOrders } from '../orders/edit-orders.ts';
import type { World } from '../sync/dependencies.ts';
import { mustBeSynced, sync } from '../sync/sync.ts';
import { type Found, findHistory, lookUp, type Said, withdraw } from './find-history.ts';
import { NotSeen } from './may-shorten.ts';
import { releaseLanes } from './release-lanes.ts';
import { type ArchivePlace, type Shortened, shortenHistory } from './shorten-history.ts';

/** Between the announcement and the day: whoever looks once a day sees it. */
const NOTICE_MS = 86_400_000;
/** Of a standing word: an order that comes each day finds it over the next time. */
const STANDING_NOTICE_MS = NOTICE_MS - 3_600_000;
const MINUTE_MS = 60_000;

export interface CompactRequest {
  /** Null = as fleet.yaml says. */
  readonly keepMs: number | null;
  /** No day is waited for, because every machine has seen the announcement. */
  readonly isNow: boolean;
  readonly isCancelled: boolean;
  /** A standing word: nothing is announced before so much would go, and who has not seen the announcement is waited for. Null = it is done whatever goes. */
  readonly atLeastBytes: number | null;
  /** Absolute, with a name that the commit can hold; null = in coord's home. */
  readonly bundle: string | null;
  /** A repo that gets it too, as git does and as it is shown; null = none. */
  readonly archive: ArchivePlace | null;
}

export type CompactReport =
  /** `goesBytes`: what would go, less than what was asked for; null = nothing is old enough. `heldBy`: what holds older history, as what a machine saw last. */
  | { readonly kind: 'nothing'; readonly keep: string; readonly goesBytes: number | null; readonly heldBy: readonly string[] }
  /** With `atLeastBytes` alone: a machine has not seen the announcement. */
  | ({ readonly kind: 'waits' } & Pick<NotSeen, 'waitsFor' | 'machine' | 'until'>)
  /** `done`: null = main has no announcement. */
  | { readonly kind: 'cancelled'; readonly was: string | null; readonly done: EditReport | null }
  /** `done`: null = it was announced before. */
  | { readonly kind: 'announced'; readonly at: string; readonly before: string; readonly done: EditReport | null }
  | ({ readonly kind: 'shortened' } & Shortened & Stands)
  /** For this announcement, by a process that was killed or by another machine. */
  | WasShortened;

type WasShortened = { readonly kind: 'was shortened'; readonly by: Compaction } & Stands;

interface Stands {
  /** Why the announcement could not be taken down; null = it was. */
  readonly stands: string | null;
}

export async function compact(world: World, folder: FleetFolder, request: CompactRequest): Promise<CompactReport> {
  if (request.bundle !== null) mustBeNameable(basename(request.bundle));
  mustBeSynced(await sync(world, folder));
  if (request.isCancelled) return cancelled(world, folder);
  const before = await findHistory(world, folder, request);
  if (before.last === null || !isDoneFor(before.last, before)) return goOn(world, folder, request, before);
  const report = await finished(world, folder, before.last);
  // Another length is a word of its own.
  const isOther = request.keepMs !== null && request.keepMs !== before.keepHistoryMs;
  return isOther && report.stands === null ? goOn(world, folder, request, await findHistory(world, folder, request)) : report;
}

/** Throws USAGE. */
function mustBeNameable(bundle: string): void {
  if (isBundleName(bundle)) return;
  const expected = 'expected a file name of letters A to Z, digits, dots, - and _, 200 at most';
  const found = `--bundle: ${expected}, found ${JSON.stringify(bundle)}`;
  throw new CoordError('USAGE', found, 'coord compact --bundle old-history.bundle');
}

async function goOn(world: World, folder: FleetFolder, request: CompactRequest, found: Found): Promise<CompactReport> {
  const { compactAt, last, keepMs, older, announcedMs } = found;
  if (keepMs === null)
    throw new CoordError('USAGE', `how much history is to stay? ${FLEET_PATH} has no keep_history`, 'coord compact --keep 90d');
  if (older === null) return { kind: 'nothing', keep: daysOf(keepMs), goesBytes: null, heldBy: [] };
  const nowMs = world.clock.now().wallMs;
  if (compactAt === null || announcedMs === null) {
    const { bytes, heldBy } = older;
    if (bytes !== null && bytes < (request.atLeastBytes ?? 0))
      return { kind: 'nothing', keep: daysOf(keepMs), goesBytes: bytes, heldBy };
    older.mustBeCut();
    const noticeMs = request.isNow ? 0 : request.atLeastBytes === null ? NOTICE_MS : STANDING_NOTICE_MS;
    const atMs = Math.ceil((nowMs + noticeMs) / MINUTE_MS) * MINUTE_MS;
    // One announcement, one compaction: two of them in a minute have two names.
    const at = isoTime(atMs + (last?.announced === isoTime(atMs) ? MINUTE_MS : 0));
    const done = await edit(world, folder, found, { keepHistoryMs: keepMs, compactAt: at });
    if (done.landed && request.isNow) return shortened(world, folder, request, { announced: at, keepMs });
    return { kind: 'announced', at, before: isoTime(parseTime(at) - keepMs), done };
  }
  // An announcement that waited for a host may have come after its time: people have their day all the same.
  const fromMs = Math.max(parseTime(compactAt), announcedMs + STANDING_NOTICE_MS);
  // What could not be taken down afterwards is refused before.
  edited(found, { compactAt: null });
  if (request.isNow || nowMs >= fromMs) return shortened(world, folder, request, { announced: compactAt, keepMs });
  return { kind: 'announced', at: isoTime(fromMs), before: isoTime(fromMs - keepMs), done: null };
}

async function shortened(
  world: World,
  folder: FleetFolder,
  { bundle, archive, atLeastBytes }: CompactRequest,
  asked: { readonly announced: string; readonly keepMs: number },
): Promise<CompactReport> {
  try {
    const done = await shortenHistory(world, folder, { ...asked, bundle, archive });
    if (done !== null) return { kind: 'shortened', ...done, stands: await takenDown(world, folder, asked) };
    const { last } = await lookUp(world, folder);
    if (last !== null) return finished(world, folder, last);
    throw new CoordError('FAILED', 'another machine shortened the history, which cannot be read here', 'coord sync');
  } catch (error) {
    if (!(error instanceof NotSeen) || atLeastBytes === null) throw error;
    return { kind: 'waits', waitsFor: error.waitsFor, machine: error.machine, until: error.until };
  }
}

/** What a process that was killed, or another machine, has left to do. */
async function finished(world: World, folder: FleetFolder, by: Compaction): Promise<WasShortened> {
  return { kind: 'was shortened', by, stands: await takenDown(world, folder, by) };
}

/** After it was done. Returns why the announcement stands all the same; null = it does not, or it is another one. */
async function takenDown(
  world: World,
  folder: FleetFolder,
  by: Pick<Compaction, 'announced' | 'keepMs'>,
): Promise<string | null> {
  try {
    await releaseLanes(world, folder);
    const said = await lookUp(world, folder);
    if (!isDoneFor(by, said)) return null;
    const { landed } = await edit(world, folder, said, { compactAt: null });
    return landed ? null : 'it waits here for the remote';
  } catch (error) {
    if (error instanceof CoordError) return error.message;
    throw error;
  }
}

/** C5a: nothing of the history is looked at, which may have to be fetched for hours: one edit takes back what is in its way. */
async function cancelled(world: World, folder: FleetFolder): Promise<CompactReport> {
  const waited = await withdraw(world, folder);
  const said = await lookUp(world, folder);
  const { last } = said;
  if (last !== null && isDoneFor(last, said)) return finished(world, folder, last);
  const done = said.compactAt === null ? null : await edit(world, folder, said, { compactAt: null });
  return { kind: 'cancelled', was: said.compactAt ?? waited, done };
}

/** Throws FAILED. */
function edited({ text, keepHistoryMs, compactAt }: Said, wanted: Partial<HistorySettings>): string {
  const after = withHistorySettings(text, { keepHistoryMs, compactAt, ...wanted });
  if (after !== null) return after;
  throw new CoordError('FAILED', `${FLEET_PATH} does not let coord change keep_history and compact_at`, `edit ${FLEET_PATH}`);
}

/** Whoever has changed the rest of the document meanwhile keeps it. */
async function edit(world: World, folder: FleetFolder, found: Said, wanted: Partial<HistorySettings>): Promise<EditReport> {
  const document: DocumentEdit = { kind: 'document', id: FLEET_PATH, text: edited(found, wanted), from: found.id };
  return editOrders(world, folder, [document]);
}
