// Reads and writes the files of the local services (L1, L2): `.coord/instances.yaml`, and below `.coord/programs/` the wishes, and for each
// service its log and the note of its process. system/fleet/local-services.ts has what the daemon saw last of all of them.
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  SERVICE_NAME,
  type ServiceKnown,
  type ServiceSettings,
  type ServiceSpec,
  type ServiceWish,
} from '../../../core/model/machines/local-service.ts';
import { errorCode, errorMessage } from '../../../errors.ts';
import { writeDurably, writeWhole } from '../../../system/files/durable-file.ts';
import { jsonIn, namesIn, readIfThere } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { bootId, identityIn, isSeenLiving, type NotedProcess } from '../../../system/process/process-identity.ts';
import { NO_SERVICES, parseInstances } from '../documents/instances.ts';

/** `note.json` of a program: written before each start, so that what runs is found again. */
export interface ServiceNote {
  /** Marks all its processes, and names the file in which the process says its number. */
  readonly key: string | null;
  /** With which it was started last. */
  readonly spec: ServiceSpec | null;
  /** Null = not known yet, or it has ended. */
  readonly process: NotedProcess | null;
  readonly known: ServiceKnown;
}

export function instancesPath(folder: FleetFolder): string {
  return join(folder.state, 'instances.yaml');
}

export function wishesPath(folder: FleetFolder): string {
  return join(folder.state, 'programs', 'wishes');
}

export function serviceFolder(folder: FleetFolder, name: string): string {
  return join(folder.state, 'programs', 'by-name', name);
}

function notePath(folder: FleetFolder, name: string): string {
  return join(serviceFolder(folder, name), 'note.json');
}

function wishPath(folder: FleetFolder, name: string): string {
  return join(wishesPath(folder), `${name}.json`);
}

export function serviceLogPath(folder: FleetFolder, name: string): string {
  return join(serviceFolder(folder, name), 'log');
}

/** In which the process of that key says its number, or somebody that it never will. */
export function pidPath(folder: FleetFolder, name: string, key: string): string {
  return join(serviceFolder(folder, name), `pid-${key}`);
}

/** Null = there is no such file. */
export function readInstances(folder: FleetFolder): ServiceSettings | null {
  const path = instancesPath(folder);
  try {
    const text = readIfThere(path);
    return text === null ? null : parseInstances(text, { path, home: homedir() });
  } catch (error) {
    const faults = [`${path}: ${errorMessage(error)}`];
    return { ...NO_SERVICES, unreadable: true, faults };
  }
}

/**
 * Null = there is none, or none that can be understood: nothing of it is known to run. Throws what else keeps it from being read,
 * because what runs would be started a second time.
 */
export function readNote(folder: FleetFolder, name: string): ServiceNote | null {
  const text = readIfThere(notePath(folder, name));
  if (text === null) return null;
  try {
    const note = JSON.parse(text) as ServiceNote | null;
    return typeof note?.known?.state === 'string' ? note : null;
  } catch {
    return null;
  }
}

/** Throws where there is no `.coord`: a fleet folder that is away is not made anew at its old place. */
export function makeServiceFolder(folder: FleetFolder, name: string): void {
  const path = serviceFolder(folder, name);
  if (existsSync(path)) return;
  for (const each of [dirname(dirname(path)), dirname(path), path])
    try {
      mkdirSync(each, { mode: 0o700 });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
}

export function writeNote(folder: FleetFolder, name: string, note: ServiceNote, durably: boolean): void {
  makeServiceFolder(folder, name);
  const write = durably ? writeDurably : writeWhole;
  write(notePath(folder, name), `${JSON.stringify(note, null, 1)}\n`);
}

/** Names of the programs of which there is a note. Of one that was taken out of the file only the log is there. */
export function notedServices(folder: FleetFolder): readonly string[] {
  const names = namesIn(join(folder.state, 'programs', 'by-name')).filter((name) => SERVICE_NAME.test(name));
  return names.filter((name) => existsSync(notePath(folder, name)));
}

/** From here on nothing of it is known. */
export function forgetService(folder: FleetFolder, name: string): void {
  rmSync(notePath(folder, name), { force: true });
  rmSync(wishPath(folder, name), { force: true });
}

const FORGOTTEN_MS = 30 * 86_400_000;

/** Of programs that were taken out of the file, also the log: what nobody has written there for 30 days. */
export function sweepForgotten(folder: FleetFolder, nowMs: number): void {
  for (const name of namesIn(join(folder.state, 'programs', 'by-name'))) {
    if (!SERVICE_NAME.test(name) || existsSync(notePath(folder, name))) continue;
    const [at, log] = [serviceFolder(folder, name), serviceLogPath(folder, name)];
    const changedMs = Math.max(...[at, log].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
    if (nowMs - changedMs > FORGOTTEN_MS) rmSync(at, { recursive: true, force: true });
  }
}

/** The living process that coord started; null = it runs no more, or never did. Throws where that cannot be seen now. */
export function livingProcess(folder: FleetFolder, name: string, note: ServiceNote): NotedProcess | null {
  const process = note.process ?? (note.key === null ? null : ownWord(folder, name, note.key, note.known.boot));
  return process !== null && isSeenLiving(process) ? process : null;
}

/** What the process said of itself before it became the program (start-service.ts). */
function ownWord(folder: FleetFolder, name: string, key: string, boot: string): NotedProcess | null {
  const [pid, ...said] = (readIfThere(pidPath(folder, name, key)) ?? '').split('\n');
  const identity = said.includes('end') ? identityIn(said[0] ?? '') : null;
  return boot !== bootId() || identity === null ? null : { pid: Number(pid), identity, boot };
}

export function readWish(folder: FleetFolder, name: string): ServiceWish | null {
  const wish = jsonIn(wishPath(folder, name)) as ServiceWish | null;
  return typeof wish?.turn === 'string' && (wish.want === 'running' || wish.want === 'stopped') ? wish : null;
}

export function writeWish(folder: FleetFolder, name: string, wish: ServiceWish): void {
  mkdirSync(wishesPath(folder), { recursive: true, mode: 0o700 });
  writeDurably(wishPath(folder, name), `${JSON.stringify(wish)}\n`);
}
