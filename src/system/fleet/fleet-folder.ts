// Names the files of a fleet folder (I5). Which folder a command acts on: find-fleet.ts.
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mustOwn } from '../files/folder-owner.ts';
import { mustBeFolders } from '../files/in-the-way.ts';

export interface FleetFolder {
  readonly root: string;
  /** Private state: `.coord/`. */
  readonly state: string;
  /** Which machine this is, which remote. */
  readonly identity: string;
  /** That of before, while the folder becomes another machine. */
  readonly identityLeft: string;
  readonly journal: string;
  readonly outbox: string;
  readonly runs: string;
  readonly lock: string;
  /** What `coord status` shows. */
  readonly view: string;
  /** What the owner allowed since that was left. */
  readonly allowed: string;
  /** Which files of secrets the policy named last (operations/sync/own-secrets.ts). */
  readonly secretFiles: string;
  /** What `coord inbox` shows. */
  readonly inbox: string;
  /** What `coord hook` reads: of the same, what is unread. */
  readonly unread: string;
  /** One reader at a time marks messages as read. */
  readonly inboxLock: string;
  /** What `coord sent` shows. */
  readonly sent: string;
  /** What there is to tell people of, and who was told of it; one tells at a time. */
  readonly alerts: string;
  readonly alertsTold: string;
  readonly alertsLock: string;
  /** What was parsed of specs (system/fleet/spec-shelf.ts). */
  readonly specs: string;
  /** What the projection wrote last, by path. */
  readonly projected: string;
  /** Which of them still stand so, and need not be read (system/fleet/projected-marks.ts). */
  readonly projectedMarks: string;
  /** Texts that people's edits begin from, by id (D5). */
  readonly bases: string;
  /** There while somebody waits for an order here (system/process/waited.ts). */
  readonly waited: string;
  /** Which refused edits somebody was told of. */
  readonly told: string;
  /** What was taken of saved files, and nobody was told of yet. */
  readonly saved: string;
  /** Plain files for people and agents to read: `coordination/` (C6). */
  readonly projection: string;
  /** How often cron calls here, as it was installed. */
  readonly cron: string;
  /** What the daemon says of itself. */
  readonly daemon: string;
  readonly daemonLog: string;
  /** Held by the daemon for as long as it lives. */
  readonly daemonLock: string;
}

export function fleetFolderAt(folder: string): FleetFolder {
  const root = resolve(folder);
  const state = join(root, '.coord');
  return {
    root,
    state,
    identity: join(state, 'fleet.json'),
    identityLeft: join(state, 'fleet-left.json'),
    journal: join(state, 'journal.json'),
    outbox: join(state, 'outbox'),
    runs: join(state, 'runs'),
    lock: join(state, 'lock'),
    view: join(state, 'view.json'),
    allowed: join(state, 'allowed.json'),
    secretFiles: join(state, 'secret-files.json'),
    inbox: join(state, 'inbox.json'),
    unread: join(state, 'unread'),
    inboxLock: join(state, 'inbox-lock'),
    sent: join(state, 'sent.json'),
    alerts: join(state, 'alerts.json'),
    alertsTold: join(state, 'alerts-told.json'),
    alertsLock: join(state, 'alerts-lock'),
    specs: join(state, 'specs.json'),
    projected: join(state, 'projected.json'),
    projectedMarks: join(state, 'projected-marks.json'),
    bases: join(state, 'bases.json'),
    waited: join(state, 'waited'),
    told: join(state, 'told.json'),
    saved: join(state, 'saved.json'),
    projection: join(root, 'coordination'),
    cron: join(state, 'cron.json'),
    daemon: join(state, 'daemon.json'),
    daemonLog: join(state, 'daemon.log'),
    // In a folder of its own: a process that takes a lock over from a dead owner removes what such owners left beside it.
    daemonLock: join(state, 'daemon', 'lock'),
  };
}

export function isFleetFolder(folder: FleetFolder): boolean {
  return existsSync(folder.identity);
}

/** Folders below `.coord` that a command, a run or a program makes there. The clone is no such one: it is made anew (C5). */
const FOLDERS = ['artifacts', 'bell', 'bus', 'daemon', 'hooks', 'hub', 'outbox', 'programs', 'runs'];

/** Throws REFUSED where it is another user's, and LOCAL_STATE where something else stands in the place of one of its folders. */
export function ownFolder(folder: FleetFolder): FleetFolder {
  mustOwn(folder.state, folder.identity);
  mustBeFolders(folder.projection, ...FOLDERS.map((name) => join(folder.state, name)));
  return folder;
}

/** When the remote last answered a look of this folder's, epoch milliseconds; null = never. */
export function lastFetchMs(folder: FleetFolder): number | null {
  return lastFetchIn(join(folder.state, 'clone.git'));
}

/** Git leaves the mark, and empties it while it fetches; the time until then is the one it was last accessed at (ledger/fetch/look-mark.ts). */
export function lastFetchIn(gitDir: string): number | null {
  const seen = statSync(join(gitDir, 'FETCH_HEAD'), { throwIfNoEntry: false });
  if (seen === undefined) return null;
  return seen.size === 0 ? Math.min(seen.atimeMs, seen.mtimeMs) : seen.mtimeMs;
}
