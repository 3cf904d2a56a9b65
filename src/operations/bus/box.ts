// One program's box on disk: a file a message, in the folder that says what became of it. Every step is one rename or one link, so any
// number of processes may send and take at once without a lock, and a crash between two steps leaves the state before or after.
//   waiting/  nobody has it     handed/  a reader has it and has not confirmed it; the name says until when it may
//   taken/    confirmed; the newest stay for a sender that asks     broken/  could not be read
import { existsSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUS_LIMITS, type BusMessage } from '../../core/model/bus.ts';
import { createExclusively, createFolderDurably, moveDurably } from '../../system/durable-file.ts';
import { type Box, handedIn, moveIfThere, namesIn, readMessage, takenIn, waitingIn } from './box-files.ts';
import { forgettable } from './ledger-marks.ts';
import { momentName, nextName, parseName, renderMessage } from './message-file.ts';

/** Nobody is given longer than this; a name that says more is from before the clock was set back. */
export const HANDED_MS_MAX = 600_000;
/** Half a message is swept after this. */
const TEMPORARY_MS = 3_600_000;

export interface Terms {
  /** So long it is the reader's to confirm. */
  readonly forMs: number;
  /** A stream of the daemon's: it ends with it. */
  readonly isStream: boolean;
}

export interface HandedOut {
  readonly message: BusMessage;
  readonly untilMs: number;
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

/** The first one that waits; of two that ask at once each gets another one. Null = nothing waits. */
export function handOut(box: Box, nowMs: number, { forMs, isStream }: Terms): HandedOut | null {
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
    const moved = join(box.folder, 'handed', momentName(untilMs, name, isStream));
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

/** Streams have ended with the daemon that they were of: what they had waits again. */
export function giveBackStreams(box: Box): void {
  for (const { isStreams, moved, name } of handedIn(box))
    if (isStreams) moveIfThere(join(box.folder, 'handed', moved), join(box.folder, 'waiting', name));
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
