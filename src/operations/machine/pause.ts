// Runs `coord pause` and `coord resume`: the owner pauses this machine on its own disk, a person pauses others in fleet.yaml. Neither takes
// the other back: a machine goes on when both are over.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { PauseEdit } from '../../core/model/ledger/intention.ts';
import { listedName } from '../../core/model/machines/machine-label.ts';
import { type FleetPause, type LocalPause, PAUSE_MS } from '../../core/model/machines/pause.ts';
import type { StatusMachine } from '../../core/model/status/status.ts';
import { blobText } from '../../documents/document-text.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { formatDuration, parseDuration } from '../../documents/text/duration.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';
import { type EditReport, editOrders, freshView } from '../orders/edit-orders.ts';
import type { World } from '../sync/dependencies.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import { cleanNote } from '../sync/own-secrets.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';
import { mustNotHaveLeft } from './assert-not-left.ts';
import { machineNamed, machinesActedOn } from './machine-named.ts';

export interface PauseWish {
  /** Null = until a person takes it back. */
  readonly forMs: number | null;
  readonly note: string;
}

/** What `forMs` may be, in words. */
export const PAUSE_LENGTH = `a length of time from ${formatDuration(PAUSE_MS.min)} to ${formatDuration(PAUSE_MS.max)} such as 2h`;

/** As people write it; null = it is no such length. */
export function pauseMsIn(word: string): number | null {
  const ms = parseDuration(word);
  return ms !== null && ms >= PAUSE_MS.min && ms <= PAUSE_MS.max ? ms : null;
}

export interface OwnPauseReport {
  readonly label: string;
  /** It was so before. */
  readonly already: boolean;
  /** Of a resume: what pauses it besides, where the sync could tell. */
  readonly stillBy: readonly PausedBy[];
  readonly sync: SyncReport;
}

/** Pauses this machine, or takes that back (null): on disk first, then said. */
export async function pauseHere(world: World, folder: FleetFolder, wish: PauseWish | null): Promise<OwnPauseReport> {
  const before = await underLock(world, folder, async ({ opened, state }) => {
    await mustNotHaveLeft(opened);
    const pause: LocalPause | null =
      wish === null ? null : { at: world.clock.now(), ...wish, note: cleanNote(world, folder, wish.note) };
    if (state.pause !== pause) await opened.journal.save({ ...state, pause });
    world.step('pause-journaled');
    return { ...opened.identity, wasPaused: state.pause !== null };
  });
  const already = before.wasPaused === (wish !== null);
  const report = await sync(world, folder);
  const isPaused = report.trouble === null && report.view?.machines[String(before.machine)]?.state === 'PAUSED';
  const stillBy: readonly PausedBy[] = wish === null && isPaused ? ['people'] : [];
  return { label: `${before.machine} ${before.name}`, already, stillBy, sync: report };
}

export interface FleetPauseReport extends EditReport {
  /** `2 pc`, `the fleet`. */
  readonly label: string;
  /** Of a resume: the word was there, as far as this machine knows. */
  readonly wasPaused: boolean;
  /** Of a resume of a machine: what pauses it besides, as far as this machine knows. */
  readonly stillBy: readonly PausedBy[];
}

/**
 * `name`: fleet.yaml pauses it by its name, which only a person takes out. `unheard`: nothing that is known here, and it says PAUSED all the same: it may
 * not have synced since, or its owner paused it too. `people`: of this machine, fleet.yaml, by whichever word.
 */
export type PausedBy = 'fleet' | 'name' | 'owner' | 'unheard' | 'people';

/** A person's word for another machine, or for all (null). Goes to fleet.yaml as any edit of a person goes to main (D5). */
export async function pauseByFleet(
  world: World,
  folder: FleetFolder,
  who: string | null,
  wish: PauseWish | null,
): Promise<FleetPauseReport> {
  const view = await freshView(world, folder);
  const named = who === null ? null : machineNamed(who, machinesActedOn(view));
  const machine = named?.number ?? null;
  // This one is told how it comes back (I4). What fleet.yaml says of another may still be taken out.
  if (named?.hasLeft && wish !== null && machine !== view.self.machine)
    throw new CoordError('NOT_FOUND', `machine ${who} has left the fleet`, 'coord machines');
  const id = machine === null ? 'fleet' : String(machine);
  const edit: PauseEdit =
    wish === null
      ? { kind: 'resume', id }
      : {
          kind: 'pause',
          id,
          until: wish.forMs === null ? null : isoTime(world.clock.now().wallMs + wish.forMs),
          note: cleanNote(world, folder, wish.note),
        };
  const label = machine === null ? 'the fleet' : listedName(id, view.machines);
  const paused = pausedIn(folder, world.clock.now().wallMs);
  const edited = await editOrders(world, folder, [edit]);
  const wasPaused = !edited.landed || paused.some(({ who: one }) => one === id);
  const shown = edited.view.machines[id];
  if (machine === null || wish !== null || shown === undefined) return { ...edited, label, wasPaused, stillBy: [] };
  const seen = shown.state === 'PAUSED' ? await wordsSeenBy(world, folder, machine) : null;
  return { ...edited, label, wasPaused, stillBy: stillBy({ id, machine: shown, paused, seen, wasPaused }) };
}

/** The words of fleet.yaml that hold now, as the last sync left it. */
function pausedIn(folder: FleetFolder, nowMs: number): readonly FleetPause[] {
  const text = projectedBytes(folder, FLEET_PATH)?.toString('utf8') ?? '';
  const paused = parseFleet(text).value?.paused ?? [];
  return paused.filter(({ until }) => until === null || parseTime(until) > nowMs);
}

interface StillAsked {
  readonly id: string;
  readonly machine: StatusMachine;
  /** The words that held before this one was taken out. */
  readonly paused: readonly FleetPause[];
  /** Those that the machine knew of when it last said something, over or not; null = nobody knows. */
  readonly seen: readonly FleetPause[] | null;
  readonly wasPaused: boolean;
}

/** Without its word `id`. That its owner paused it too is known where what it says of its pause is not what any word said that it had seen. */
function stillBy({ id, machine, paused, seen, wasPaused }: StillAsked): readonly PausedBy[] {
  const name = machine.name.toLowerCase();
  const words: readonly PausedBy[] = [
    ...(paused.some(({ who }) => who === 'fleet') ? (['fleet'] as const) : []),
    ...(paused.some(({ who }) => who === name) ? (['name'] as const) : []),
  ];
  if (machine.state !== 'PAUSED') return words;
  const untilSaid = machine.pausedUntil ?? null;
  const isOwners = seen?.every(({ who, until }) => ![id, 'fleet', name].includes(who) || until !== untilSaid) ?? false;
  if (isOwners) return [...words, 'owner'];
  return words.length === 0 && !wasPaused ? ['unheard'] : words;
}

/** Changes of fleet.yaml that are looked through for the version that a machine saw last. */
const CHANGES_MAX = 100;

/**
 * What `paused` of fleet.yaml said on the main that the machine's lane stands on (R0). Null = nobody can tell. Under the lock: the history that it
 * looks through may have to be fetched (C5a).
 */
async function wordsSeenBy(world: World, folder: FleetFolder, machine: number): Promise<readonly FleetPause[] | null> {
  try {
    return await underLock(world, folder, ({ opened }) => wordsIn(opened.ledger, machine));
  } catch (error) {
    // The word is out of fleet.yaml, whatever can be told besides.
    if (error instanceof CoordError) return null;
    throw error;
  }
}

async function wordsIn(ledger: OpenMachine['ledger'], machine: number): Promise<readonly FleetPause[] | null> {
  const trees = await ledger.lastSeen();
  const saw = trees?.lanes.get(machine)?.parent ?? null;
  // A history that was shortened may hold what stands for that commit, and not the commit (R3b).
  if (saw === null || trees?.main == null || !(await ledger.follows(saw, trees.main.commit))) return null;
  const { commits, isCut } = await ledger.history({ paths: [FLEET_PATH], countMax: CHANGES_MAX, sinceMs: null });
  for (const { commit, changes } of commits) {
    if (!(await ledger.follows(commit, saw))) continue;
    const id = changes.get(FLEET_PATH)?.after ?? null;
    if (id === null) return [];
    const text = await blobText(ledger, id);
    const said = text === null ? null : parseFleet(text).value;
    // D4: what cannot be read changed nothing.
    if (said !== null) return said.paused;
  }
  return isCut ? null : [];
}
