// Runs `coord compact`: the first time it announces, from the announced time on it does it. Guarantees that a kill at any point needs no repair: the same
// command goes on, and tells a history that was shortened for this announcement.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { DocumentEdit } from '../../core/model/ledger/intention.ts';
import type { ShorteningPlan } from '../../core/model/ledger/shortening.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { daysOf, type HistorySettings, withHistorySettings } from '../../documents/fleet/history-settings.ts';
import { type Compaction, readCompaction } from '../../documents/machine/compaction-message.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { Ledger } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type EditReport, editOrders } from '../orders/edit-orders.ts';
import type { World } from '../sync/dependencies.ts';
import { mustBeSynced, sync } from '../sync/sync.ts';
import { type Held, underLock } from '../sync/under-lock.ts';
import { lookAt } from './look-at.ts';
import { heldBy, mustBeCut, mustStay, NotSeen } from './may-shorten.ts';
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
  /** Absolute; null = in coord's home. */
  readonly bundle: string | null;
  /** A repo that gets it too, as git does and as it is shown; null = none. */
  readonly archive: ArchivePlace | null;
}

export type CompactReport =
  /** `goesBytes`: what would go, less than what was asked for; null = nothing is old enough. `heldBy`: machines for which older history stays. */
  | { readonly kind: 'nothing'; readonly keep: string; readonly goesBytes: number | null; readonly heldBy: readonly string[] }
  /** With `atLeastBytes` alone: a machine has not seen the announcement. */
  | ({ readonly kind: 'waits' } & Pick<NotSeen, 'waitsFor' | 'until'>)
  | { readonly kind: 'cancelled'; readonly was: string | null }
  /** `done`: null = it was announced before. */
  | { readonly kind: 'announced'; readonly at: string; readonly before: string; readonly done: EditReport | null }
  | ({ readonly kind: 'shortened' } & Shortened)
  /** For this announcement, by a process that was killed or by another machine. */
  | { readonly kind: 'was shortened'; readonly by: Compaction };

/** What fleet.yaml on main says, and its text. */
interface Said extends HistorySettings {
  readonly text: string;
  readonly id: string | null;
}

/** What stands there before the command does anything. */
interface Found extends Said {
  /** Of the newest compaction. */
  readonly last: Compaction | null;
  /** What is old enough by what is asked for; null = nothing. `bytes`: null = nobody asked for so much at least. */
  readonly older: { readonly bytes: number | null; readonly heldBy: readonly string[]; mustBeCut(): void } | null;
}

export async function compact(world: World, folder: FleetFolder, request: CompactRequest): Promise<CompactReport> {
  mustBeSynced(await sync(world, folder));
  if (request.isCancelled) return cancelled(world, folder);
  const found = await find(world, folder, request);
  const { compactAt, last, older } = found;
  if (compactAt !== null && last?.announced === compactAt) {
    await edit(world, folder, found, { compactAt: null });
    await releaseLanes(world, folder);
    return { kind: 'was shortened', by: last };
  }
  const keepMs = request.keepMs ?? found.keepHistoryMs;
  if (keepMs === null)
    throw new CoordError('USAGE', `how much history is to stay? ${FLEET_PATH} has no keep_history`, 'coord compact --keep 90d');
  const { atLeastBytes } = request;
  // A standing word takes no person's back.
  if (atLeastBytes !== null && compactAt !== null && keepMs !== found.keepHistoryMs)
    return { kind: 'announced', at: compactAt, before: isoTime(parseTime(compactAt) - (found.keepHistoryMs ?? 0)), done: null };
  if (older === null) return { kind: 'nothing', keep: daysOf(keepMs), goesBytes: null, heldBy: [] };
  const nowMs = world.clock.now().wallMs;
  const isAnnounced = compactAt !== null && keepMs === found.keepHistoryMs;
  if (!isAnnounced && older.bytes !== null && older.bytes < (atLeastBytes ?? 0))
    return { kind: 'nothing', keep: daysOf(keepMs), goesBytes: older.bytes, heldBy: older.heldBy };
  older.mustBeCut();
  const noticeMs = request.isNow ? 0 : atLeastBytes === null ? NOTICE_MS : STANDING_NOTICE_MS;
  const at = isAnnounced ? compactAt : isoTime(Math.ceil((nowMs + noticeMs) / MINUTE_MS) * MINUTE_MS);
  const done = isAnnounced ? null : await edit(world, folder, found, { keepHistoryMs: keepMs, compactAt: at });
  const isLanded = done === null || done.landed;
  if (!isLanded || (!request.isNow && nowMs < parseTime(at)))
    return { kind: 'announced', at, before: isoTime(parseTime(at) - keepMs), done };
  const { bundle, archive } = request;
  const shortened = await shortenHistory(world, folder, { announced: at, keepMs, bundle, archive }).catch((error: unknown) => {
    if (error instanceof NotSeen && atLeastBytes !== null) return error;
    throw error;
  });
  if (shortened instanceof NotSeen) return { kind: 'waits', waitsFor: shortened.waitsFor, until: shortened.until };
  await edit(world, folder, await say(world, folder), { compactAt: null });
  await releaseLanes(world, folder);
  return { kind: 'shortened', ...shortened };
}

/** C5a: nothing of the history is looked at, which may have to be fetched for hours: one edit takes back what is in its way. */
async function cancelled(world: World, folder: FleetFolder): Promise<CompactReport> {
  const said = await say(world, folder);
  if (said.compactAt !== null) await edit(world, folder, said, { compactAt: null });
  return { kind: 'cancelled', was: said.compactAt };
}

function say(world: World, folder: FleetFolder): Promise<Said> {
  return underLock(world, folder, async (held) => saidBy(held.opened.ledger, await snapshotOf(held)));
}

function find(world: World, folder: FleetFolder, { keepMs, atLeastBytes }: CompactRequest): Promise<Found> {
  return underLock(world, folder, async (held) => {
    const { ledger } = held.opened;
    const waits = (await held.opened.journal.intentions()).some(({ edit }) => edit.kind === 'document' && edit.id === FLEET_PATH);
    if (waits) throw new CoordError('REFUSED', `an edit of ${FLEET_PATH} waits here, not on the remote yet`, 'coord sync');
    const snapshot = await snapshotOf(held);
    const { board } = snapshot.fleet;
    await ledger.fetchRest(true);
    const last = await ledger.lastShortening(board);
    const said = await saidBy(ledger, snapshot);
    const beforeMs = world.clock.now().wallMs - (keepMs ?? said.keepHistoryMs ?? 0);
    // What has to stay is no reason to announce anything.
    const keep = await mustStay(ledger, snapshot, held.state);
    const plan = await ledger.planShortening({ branch: board, beforeMs, keep });
    const bytesOf = (it: ShorteningPlan) => (it.dropped > 0 ? ledger.bytesToGo(board, it) : 0);
    const older =
      plan === null
        ? null
        : {
            bytes: atLeastBytes === null ? null : await bytesOf(plan),
            heldBy: heldBy(snapshot, plan),
            mustBeCut: () => void mustBeCut(snapshot, plan),
          };
    return { ...said, last: last === null ? null : readCompaction(last.message), older };
  });
}

function snapshotOf({ opened, lock, state }: Held): Promise<Snapshot> {
  return lookAt(opened.cycleWith(lock).machine, state);
}

async function saidBy(ledger: Pick<Ledger, 'read'>, { fleet, main }: Snapshot): Promise<Said> {
  const id = main.files.get(FLEET_PATH) ?? null;
  const blob = id === null ? undefined : (await ledger.read([id])).get(id);
  const text = blob?.kind === 'text' ? blob.text : '';
  return { keepHistoryMs: fleet.keepHistoryMs, compactAt: fleet.compactAt, id, text };
}

/** Whoever has changed the rest of the document meanwhile keeps it. */
async function edit(world: World, folder: FleetFolder, found: Said, wanted: Partial<HistorySettings>): Promise<EditReport> {
  const { text, id, keepHistoryMs, compactAt } = found;
  const edited = withHistorySettings(text, { keepHistoryMs, compactAt, ...wanted });
  if (edited === null)
    throw new CoordError('FAILED', `${FLEET_PATH} does not let coord change keep_history and compact_at`, `edit ${FLEET_PATH}`);
  const document: DocumentEdit = { kind: 'document', id: FLEET_PATH, text: edited, from: id };
  return editOrders(world, folder, [document]);
}
