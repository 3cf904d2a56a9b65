// One program's box on disk: a file a message, in the folder that says what became of it. Every step is one rename or one link, so any
// number of processes may send and take at once without a lock, and a crash between two steps leaves the state before or after.
//   waiting/  nobody has it     handed/  a reader has it and has not confirmed it; the name says until when it may
//   taken/    confirmed; the newest stay for a sender that asks     broken/  could not be read
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUS_LIMITS, type BusMessage, type BusState } from '../../core/model/bus.ts';
import { createExclusively, createFolderDurably, moveDurably } from '../../system/durable-file.ts';
import { forgettable } from './ledger-marks.ts';
import {
  type FileName,
  type MomentFile,
  momentName,
  nextName,
  parseMessage,
  parseMomentName,
  parseName,
  renderMessage,
} from './message-file.ts';

/** Nobody is given longer than this; a name that says more is from before the clock was set back. */
export const HANDED_MS_MAX = 600_000;
/** Half a message is swept after this. */
const TEMPORARY_MS = 3_600_000;

export interface Box {
  readonly program: string;
  readonly folder: string;
}

export interface Held {
  readonly message: BusMessage;
  readonly state: 'waiting' | 'handed';
}

export interface HandedOut {
  readonly message: BusMessage;
  readonly untilMs: number;
}

interface Sight {
  readonly state: BusState;
  readonly ms: number | null;
}

export interface BoxCounts {
  readonly waiting: number;
  readonly handed: number;
  readonly bytes: number;
  /** Epoch milliseconds of the oldest that is not confirmed, and of the last confirmation. */
  readonly oldestMs: number | null;
  readonly lastTakenMs: number | null;
  /** Files that were set aside. */
  readonly broken: number;
}

export function createBox({ folder }: Box): void {
  for (const part of ['waiting', 'handed', 'taken', 'broken']) createFolderDurably(join(folder, part));
}

/** False = there is something in it, and it stays. Whoever sends to it meanwhile makes it anew, and loses nothing. */
export function removeBox(box: Box): boolean {
  const parts = ['waiting', 'handed', 'broken'].map((part) => join(box.folder, part));
  try {
    // Each only if it is empty: what a writer has put there by then keeps it.
    for (const part of parts) if (existsSync(part)) rmdirSync(part);
    rmSync(join(box.folder, 'taken'), { recursive: true, force: true });
    rmdirSync(box.folder);
    return true;
  } catch (error) {
    createBox(box);
    if (error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code))) return false;
    throw error;
  }
}

/** On disk when it returns. False = the box is full; two writers at the same moment may each still find room for the last one. */
export function put(box: Box, message: BusMessage, key: string, nowMs: number): boolean {
  const among = [...waitingIn(box), ...handedIn(box)];
  const bytes = among.reduce((sum, file) => sum + file.bytes, Buffer.byteLength(message.body));
  if (!hasRoom(among.length + 1, bytes)) return false;
  const name = nextName(message.priority, key, message.body, nowMs, among);
  return createExclusively(join(box.folder, 'waiting', name), renderMessage(message));
}

export function hasRoom(count: number, bytes: number): boolean {
  return count <= BUS_LIMITS.waitingMax && bytes <= BUS_LIMITS.waitingBytesMax;
}

/** The first one that waits, for `forMs`; of two that ask at once each gets another one. Null = nothing waits. */
export function handOut(box: Box, nowMs: number, forMs: number): HandedOut | null {
  const untilMs = nowMs + Math.min(forMs, HANDED_MS_MAX);
  takeBackExpired(box, nowMs);
  const names = namesIn(box, 'waiting');
  // Not sorted: of ten thousand, one is wanted.
  for (let name = firstAfter(names, ''); name !== null; name = firstAfter(names, name)) {
    const path = join(box.folder, 'waiting', name);
    if (name.startsWith('.')) {
      sweepHalf(path, nowMs);
      continue;
    }
    const file = parseName(name);
    const moved = join(box.folder, 'handed', momentName(untilMs, name));
    if (file !== null && !moveIfThere(path, moved)) continue;
    const message = file === null ? null : readMessage(box, moved, file);
    if (message !== null) return { message, untilMs };
    moveIfThere(file === null ? path : moved, join(box.folder, 'broken', name));
  }
  return null;
}

/** Whoever has it until then does not want it: it waits again, in its old place. Nothing, where somebody else has it by now. */
export function giveBack(box: Box, key: string, untilMs: number): void {
  const file = handedIn(box).find((it) => it.key === key && it.ms === untilMs);
  if (file !== undefined) moveIfThere(join(box.folder, 'handed', file.moved), join(box.folder, 'waiting', file.name));
}

/** Confirms it, also after its time; on disk when it returns. False = there is none of this id here, or not any more. */
export function confirm(box: Box, key: string, nowMs: number): boolean {
  // It can move between the look and the rename, from one folder to the other and back.
  for (let look = 0; look < 10; look += 1) {
    const handed = handedIn(box).find((file) => file.key === key);
    const file = handed ?? waitingIn(box).find((waiting) => waiting.key === key);
    if (file === undefined) return takenIn(box).some((taken) => taken.key === key);
    const from = handed === undefined ? join(box.folder, 'waiting', file.name) : join(box.folder, 'handed', handed.moved);
    if (moveDurably(from, join(box.folder, 'taken', momentName(nowMs, file.name)))) {
      sweep(box);
      return true;
    }
  }
  return false;
}

/** In the order in which they would be taken. Changes nothing. */
export function held(box: Box, countMax: number): readonly Held[] {
  const waiting = waitingIn(box).map((file) => ({ file, path: join('waiting', file.name), state: 'waiting' as const }));
  const handed = handedIn(box).map((file) => ({ file, path: join('handed', file.moved), state: 'handed' as const }));
  const all = [...waiting, ...handed].sort((a, b) => (a.file.name < b.file.name ? -1 : 1)).slice(0, countMax);
  return all.flatMap(({ file, path, state }) => {
    const message = readMessage(box, join(box.folder, path), file);
    return message === null ? [] : [{ message, state }];
  });
}

/** `ms`: of the confirmation. Null = not known here, or not any more. */
export function stateOf(box: Box, key: string): Sight | null {
  // One that moves from folder to folder in the midst of a look is found by the next.
  return lookFor(box, key) ?? lookFor(box, key);
}

function lookFor(box: Box, key: string): Sight | null {
  if (handedIn(box).some((file) => file.key === key)) return { state: 'handed', ms: null };
  if (waitingIn(box).some((file) => file.key === key)) return { state: 'waiting', ms: null };
  const taken = takenIn(box).find((file) => file.key === key);
  if (taken !== undefined) return { state: 'taken', ms: taken.ms };
  const isBroken = namesIn(box, 'broken').some((name) => parseName(name)?.key === key);
  return isBroken ? { state: 'broken', ms: null } : null;
}

export function countsOf(box: Box): BoxCounts {
  const [waiting, handed] = [waitingIn(box), handedIn(box)];
  const all = [...waiting, ...handed];
  return {
    waiting: waiting.length,
    handed: handed.length,
    bytes: all.reduce((sum, file) => sum + file.bytes, 0),
    oldestMs: all.length === 0 ? null : Math.min(...all.map((file) => file.stamp)),
    lastTakenMs: takenIn(box).at(-1)?.ms ?? null,
    broken: namesIn(box, 'broken').length + straysIn(box).length,
  };
}

function takeBackExpired(box: Box, nowMs: number): void {
  for (const { ms, moved, name } of handedIn(box)) {
    if (ms > nowMs && ms <= nowMs + HANDED_MS_MAX) continue;
    moveIfThere(join(box.folder, 'handed', moved), join(box.folder, 'waiting', name));
  }
}

function firstAfter(names: readonly string[], after: string): string | null {
  let first: string | null = null;
  for (const name of names) if (name > after && (first === null || name < first)) first = name;
  return first;
}

/** What was confirmed and need not be known any more; the newest stay. */
function sweep(box: Box): void {
  const mayForget = forgettable(dirname(box.folder));
  let bytes = 0;
  for (const [index, file] of takenIn(box).toReversed().entries()) {
    bytes += file.bytes;
    const fits = index < BUS_LIMITS.takenMax && bytes <= BUS_LIMITS.takenBytesMax;
    if (!fits && mayForget(file.key)) rmSync(join(box.folder, 'taken', file.moved), { force: true });
  }
}

/** What a writer left that was killed. */
function sweepHalf(path: string, nowMs: number): void {
  const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
  if (nowMs - writtenMs > TEMPORARY_MS) rmSync(path, { force: true });
}

/** What lies there and is neither a message nor a writer's half of one. */
function straysIn(box: Box): readonly string[] {
  return namesIn(box, 'waiting').filter((name) => !name.startsWith('.') && parseName(name) === null);
}

const waitingIn = (box: Box): readonly FileName[] => namesIn(box, 'waiting').flatMap((name) => parseName(name) ?? []);
const handedIn = (box: Box) => movedIn(box, 'handed');
/** Oldest first. */
const takenIn = (box: Box) => [...movedIn(box, 'taken')].sort((a, b) => a.ms - b.ms);

function movedIn(box: Box, part: string): readonly MomentFile[] {
  return namesIn(box, part).flatMap((name) => parseMomentName(name) ?? []);
}

function namesIn(box: Box, part: string): readonly string[] {
  try {
    return readdirSync(join(box.folder, part));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readMessage(box: Box, path: string, file: FileName): BusMessage | null {
  try {
    return parseMessage(readFileSync(path, 'utf8'), `${box.program}.${file.key}`);
  } catch {
    // Gone, or not to be read: the others go on.
    return null;
  }
}

function moveIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
