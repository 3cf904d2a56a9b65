// Obeys `coord instance start`, `stop` and `restart`: the wish goes on disk, outlives daemons, and this waits until the daemon has obeyed
// it. Without a daemon a service can be stopped here, but not started: only a daemon starts services, so that none runs twice.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalService, ServiceSpec, ServiceWish } from '../../../core/model/machines/local-service.ts';
import { CoordError } from '../../../errors.ts';
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { takeLock } from '../../../system/files/lock.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readServices, readServicesFile } from '../../../system/fleet/local-services.ts';
import { terminate } from '../../../system/process/process-group.ts';
import { GRACE_MS } from '../rules/service-known.ts';
import { livingProcess, readNote, writeWish } from '../system/service-files.ts';
import { noteStopped } from '../system/services-here.ts';
import { knownInstances, mustBeKnown } from './instance-list.ts';

/** SIGTERM, the grace, SIGKILL, and a little more. */
const END_MS_MAX = 2 * GRACE_MS;
/** What it may take to come up beyond the start times. */
const TURN_MS_MAX = 5_000;
const LOCK_MS_MAX = 60_000;
const POLL_MS = 50;

export interface DesiredState {
  readonly name: string;
  /** Null = no daemon looks after it; it has been ended. */
  readonly status: LocalService | null;
  /** It is what was wished. */
  readonly isDone: boolean;
}

/** `builder · CRASHED, given up: ended with exit code 3`. */
export function becameWords({ name, status, isDone }: DesiredState): string {
  const state = status === null ? (isDone ? 'ended' : 'not taken by the daemon: coord daemon restart') : status.state;
  const detail = status?.detail == null ? '' : `: ${status.detail}`;
  return `${name} · ${status?.givenUp ? `${state}, given up` : state}${detail}`;
}

type Verb = 'start' | 'stop' | 'restart';

/** `named` empty = all that coord starts. */
export async function desiredState(
  world: World,
  folder: FleetFolder,
  verb: Verb,
  named: readonly string[],
): Promise<readonly DesiredState[]> {
  mustBeKnown(folder, named);
  const { settings, names: all } = knownInstances(folder);
  // What coord started before its owner wrote managed: false can be ended like any other.
  const others = settings.services
    .filter(({ name, command }) => command === null && (verb !== 'stop' || runningOf(folder, name) === null))
    .map(({ name }) => name);
  const foreign = named.find((name) => others.includes(name));
  if (foreign !== undefined)
    throw new CoordError('REFUSED', `${foreign} has managed: false: somebody else starts and ends it`, 'coord instance list');
  const isUnreadable = (name: string) => settings.unreadable || settings.refused.includes(name);
  const unreadable = verb === 'stop' ? undefined : named.find(isUnreadable);
  if (unreadable !== undefined || (verb !== 'stop' && settings.unreadable))
    throw new CoordError(
      'FAILED',
      `${unreadable ?? 'they'} cannot be started: ${faultOf(settings.faults, unreadable)}`,
      'coord instance list',
    );
  const asked = all.filter((name) => !others.includes(name) && (verb === 'stop' || !isUnreadable(name)));
  const names = named.length > 0 ? [...new Set(named)] : asked;
  const wish: ServiceWish = {
    want: verb === 'stop' ? 'stopped' : 'running',
    restart: verb === 'restart',
    turn: world.random.uuid(),
  };
  const lock = await takeLock(join(folder.state, 'programs', 'lock', 'lock'), LOCK_MS_MAX);
  try {
    for (const name of names) writeWish(folder, name, wish);
    if (verb === 'stop') return await Promise.all(names.map((name) => stopped(folder, name, wish, isUnreadable(name))));
  } finally {
    await lock.release();
  }
  if (livingDaemon(folder) === null)
    throw new CoordError('FAILED', `noted, but no daemon runs here to start ${names.join(', ')}`, 'coord daemon start');
  return Promise.all(names.map((name) => started(folder, name, wish, startMsUpTo(settings.services, name))));
}

/** What it may take until it is up: each that stands before it in the file may take its own start time. */
export function startMsUpTo(services: readonly ServiceSpec[], name: string): number {
  const upTo = services.slice(0, services.findIndex((spec) => spec.name === name) + 1);
  const startMs = upTo.reduce((sum, spec) => sum + (spec.command === null ? 0 : spec.startMs), 0);
  return startMs + TURN_MS_MAX + GRACE_MS;
}

async function stopped(folder: FleetFolder, name: string, { turn }: ServiceWish, isUnreadable: boolean): Promise<DesiredState> {
  const untilMs = performance.now() + END_MS_MAX;
  for (;;) {
    if (livingDaemon(folder) === null) return endHere(folder, name);
    // The daemon looks after none of that name, and starts none as long as its entry is wrong.
    if (isUnreadable && runningOf(folder, name) === null && readServices(folder).every((service) => service.name !== name))
      return { name, status: null, isDone: true };
    const status = statusAfter(folder, name, turn);
    const isOver = status !== null && status.pid === null && (status.state === 'OFFLINE' || !status.managed);
    const isGone = isOver && runningOf(folder, name) === null;
    if (isGone || performance.now() > untilMs) return { name, status, isDone: isGone };
    await delay(POLL_MS);
  }
}

/** No daemon looks after it: the next one reads the wish. */
async function endHere(folder: FleetFolder, name: string): Promise<DesiredState> {
  const note = readNote(folder, name);
  const process = note === null ? null : livingProcess(folder, name, note);
  const left = note === null ? 0 : await terminate({ pgid: process?.pid ?? null, stamp: note.key }, GRACE_MS);
  if (left === 0) noteStopped(folder, name);
  return { name, status: null, isDone: left === 0 };
}

function runningOf(folder: FleetFolder, name: string) {
  const note = readNote(folder, name);
  return note === null ? null : livingProcess(folder, name, note);
}

async function started(folder: FleetFolder, name: string, { turn }: ServiceWish, waitMs: number): Promise<DesiredState> {
  const untilMs = performance.now() + waitMs;
  for (;;) {
    const status = statusAfter(folder, name, turn);
    const hasEnded = status?.hasEnded === true;
    // One that ended as its restart policy lets it has done what it was started for.
    if (status !== null && (hasEnded || (status.state !== 'STARTING' && status.state !== 'OFFLINE')))
      return { name, status, isDone: hasEnded || status.state === 'ONLINE' || status.state === 'BUSY' };
    if (performance.now() > untilMs || livingDaemon(folder) === null) return { name, status, isDone: false };
    await delay(POLL_MS);
  }
}

/** As the daemon saw it once it had read that wish; null = it has not yet. */
function statusAfter(folder: FleetFolder, name: string, turn: string): LocalService | null {
  const file = readServicesFile(folder);
  if (file?.turns[name] !== turn) return null;
  return file.programs.find((service) => service.name === name) ?? null;
}

function faultOf(faults: readonly string[], name: string | undefined): string {
  return faults.find((fault) => fault.includes(` ${name}: `)) ?? faults[0] ?? 'its entry cannot be read';
}
