// Shortens the history: plans, keeps the old one in a bundle, and replaces it. Guarantees that the bundle is whole before anything is pushed, that nobody's
// push is lost, and that it is tried again where somebody else pushed meanwhile. An answer that was lost is looked for in the history itself (R5).
import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withoutRoom } from '../../core/messages/outgoing.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { HistoryShortener, ShorteningPlan } from '../../core/model/ledger/shortening.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import {
  archiveBranch,
  bundleName,
  compactionMessage,
  isBundleOf,
  isDoneFor,
  readCompaction,
} from '../../documents/machine/compaction-message.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../../machine/context.ts';
import type { Ledger } from '../../ports.ts';
import { namesIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { waitingSends } from '../messages/send.ts';
import type { World } from '../sync/dependencies.ts';
import { underLock } from '../sync/under-lock.ts';
import { lookAt } from './look-at.ts';
import { announcedBy, heldBy, mustBeCut, mustBeSeen, mustStay } from './may-shorten.ts';

/** A try fails only if somebody else pushes at the same time. */
const TRIES_MAX = 8;

export interface Shortened {
  readonly branch: string;
  readonly commit: string;
  readonly dropped: number;
  readonly kept: number;
  /** ISO 8601 UTC: what was committed before that went. */
  readonly before: string;
  /** Where the old history is. */
  readonly bundle: string;
  /** What `bundle` holds too, as it is shown; null = nothing. */
  readonly archive: { readonly at: string; readonly branch: string } | null;
  /** Earlier bundles, whole paths, which that repo holds too: they were removed. */
  readonly removed: readonly string[];
  /** What stays although it is older than what was asked for, to people: what a machine that sleeps saw last. */
  readonly heldBy: readonly string[];
}

export interface ArchivePlace {
  readonly url: string;
  readonly display: string;
}

interface Asked {
  readonly announced: string;
  readonly keepMs: number;
  readonly bundle: string | null;
  readonly archive: ArchivePlace | null;
}

interface Here {
  readonly world: World;
  readonly machine: Machine;
  readonly state: JournalState;
  readonly ledger: Ledger & HistoryShortener;
  readonly folder: FleetFolder;
  /** Main's name. */
  readonly branch: string;
  readonly asked: Asked;
}

/** Null = it was done for this announcement, by another machine. */
export function shortenHistory(world: World, folder: FleetFolder, asked: Asked): Promise<Shortened | null> {
  return underLock(world, folder, async ({ opened, lock, state }) => {
    const { journal, ledger } = opened;
    const mail = await journal.mail();
    // Messages that wait for room in their log wait for a reader, who may never come.
    const stuck = withoutRoom(state.mail, waitingSends(mail), () => 0).length;
    const waits = (await journal.intentions()).length + mail.length - stuck;
    if (waits > 0) throw new CoordError('REFUSED', `${waits} edits or messages wait here, not on the remote yet`, 'coord sync');
    return tries({
      world,
      machine: opened.cycleWith(lock).machine,
      state,
      ledger,
      folder,
      branch: opened.identity.branch,
      asked,
    });
  });
}

async function tries(here: Here): Promise<Shortened | null> {
  let kept: Kept | null = null;
  for (let count = 1; ; count += 1) {
    const snapshot = await lookAt(here.machine, here.state);
    if (await isDone(here, snapshot)) return null;
    const { plan, held } = await planned(here, snapshot).catch((error: unknown) => {
      if (kept !== null) discard(kept);
      throw error;
    });
    if (kept !== null && count > TRIES_MAX) {
      discard(kept);
      throw new CoordError('FAILED', `somebody pushed each time, ${TRIES_MAX} times: nothing was changed`, 'coord compact');
    }
    // What the first bundle has is all that goes: whoever pushed since pushed onto it.
    kept ??= await keptIn(here, snapshot, plan);
    const done = await replaced(here, snapshot, plan, kept);
    const { bundle, archive } = kept;
    const branch = snapshot.fleet.board ?? here.branch;
    if (done !== null) return { branch, ...done, bundle, archive, removed: await withoutOlder(here, bundle), heldBy: held };
  }
}

async function isDone({ ledger, asked }: Here, { fleet }: Snapshot): Promise<boolean> {
  const last = await ledger.lastShortening(fleet.board);
  const by = last === null ? null : readCompaction(last.message);
  return by !== null && isDoneFor(by, { compactAt: asked.announced, keepHistoryMs: asked.keepMs });
}

async function planned(
  here: Here,
  snapshot: Snapshot,
): Promise<{ readonly plan: ShorteningPlan; readonly held: readonly string[] }> {
  const { ledger, state, world, asked } = here;
  const { board, compactAt, keepHistoryMs } = snapshot.fleet;
  if (compactAt !== asked.announced || keepHistoryMs !== asked.keepMs) {
    const what = compactAt === null ? 'taken back' : 'changed';
    throw new CoordError('REFUSED', `nothing was changed: the announcement was ${what} meanwhile`, 'coord compact');
  }
  const nowMs = world.clock.now().wallMs;
  await mustBeSeen(ledger, snapshot, state, { compactAt: asked.announced, keepMs: asked.keepMs, nowMs });
  const stays = await mustStay(ledger, snapshot, state);
  const keep = stays.map(({ commit }) => commit);
  const plan = await ledger.planShortening({ branch: board, beforeMs: nowMs - asked.keepMs, keep });
  return { plan: mustBeCut(snapshot, stays, plan), held: heldBy(stays, plan ?? { held: [] }) };
}

interface Kept extends Pick<Shortened, 'archive'> {
  readonly bundle: string;
  /** It was not there before this command. */
  readonly isNew: boolean;
}

/** Only where a look has shown that the host still has all of it: each further try, on a newer tip, would leave one more. */
function discard({ bundle, isNew }: Pick<Kept, 'bundle' | 'isNew'>): void {
  if (isNew) rmSync(bundle, { force: true });
}

async function keptIn({ ledger, world, folder, asked }: Here, { fleet }: Snapshot, plan: ShorteningPlan): Promise<Kept> {
  const path = asked.bundle ?? join(world.home, 'history', bundleName(basename(folder.root), plan.tip));
  const isNew = !existsSync(path);
  await ledger.saveHistory(fleet.board, plan, path);
  world.step('history-kept');
  if (asked.archive === null) return { bundle: path, isNew, archive: null };
  const { url, display } = asked.archive;
  const by = await announcedBy(ledger, { compactAt: asked.announced, keepMs: asked.keepMs });
  const branch = archiveBranch(basename(folder.root), asked.announced, by?.commit ?? plan.tip);
  try {
    await ledger.archiveHistory(plan, { url, branch });
  } catch (error) {
    discard({ bundle: path, isNew });
    throw error;
  }
  world.step('history-archived');
  return { bundle: path, isNew, archive: { at: display, branch } };
}

/** One for each compaction would fill this disk. What the archive lacks, or where it cannot be asked, stays: the history is shortened already. */
async function withoutOlder({ ledger, world, folder, asked }: Here, newest: string): Promise<readonly string[]> {
  if (asked.archive === null) return [];
  const at = join(world.home, 'history');
  const older = namesIn(at).filter((name) => isBundleOf(basename(folder.root), name) && join(at, name) !== newest);
  try {
    return await ledger.dropArchived(
      older.map((name) => join(at, name)),
      asked.archive.url,
    );
  } catch {
    return [];
  }
}

/** Null = somebody else pushed meanwhile. */
async function replaced(
  { ledger, machine, state, world, asked }: Here,
  { fleet }: Snapshot,
  plan: ShorteningPlan,
  keeps: Kept,
): Promise<Pick<Shortened, 'commit' | 'dropped' | 'kept' | 'before'> | null> {
  const { machine: number, seq, beat } = state;
  const { bundle, archive } = keeps;
  const compaction = {
    announced: asked.announced,
    keepMs: asked.keepMs,
    before: plan.cutAt,
    bundle: basename(bundle),
    ...(archive === null ? {} : { archive: archive.at }),
  };
  const message = compactionMessage(compaction, { machine: number, seq, beat });
  await machine.assertLocked();
  const outcome = await ledger.shorten(fleet.board, plan, {
    ...{ message, author: `coord machine ${number}` },
    built: () => world.step('history-built'),
  });
  world.step('history-replaced');
  const { dropped, kept, cutAt: before } = plan;
  if (outcome.kind === 'accepted') return { commit: outcome.commit, dropped, kept, before };
  const after = await lookAt(machine, state);
  const last = await ledger.lastShortening(fleet.board);
  if (last?.before === plan.tip) return { commit: last.commit, dropped, kept, before };
  const tip = fleet.board === null ? after.main.commit : after.board.commit;
  if (tip !== plan.tip) return null;
  if (outcome.kind === 'unknown')
    throw new CoordError('UNREACHABLE', `nothing was changed: ${outcome.trouble.message}`, 'coord compact');
  discard(keeps);
  throw new CoordError(
    'REFUSED',
    `the host lets nobody replace ${fleet.board ?? 'main'} (${outcome.detail}): nothing was changed`,
    ALLOW,
  );
}

const ALLOW =
  'allow forced pushes there until it is done (on your own server: git config receive.denyNonFastForwards false), or coord compact --cancel';
