// Keeps one program's box on disk: a file a message, in the folder of its state. Each step is one rename or one link, so any number of
// processes may send and take at once without a lock, and a crash leaves the state before or after a step.
//   waiting/  nobody has it     handed/  a reader has it and has not confirmed it; the name says until when it may
//   taken/    confirmed; the newest stay for a sender that asks     broken/  could not be read
import { existsSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUS_LIMITS, type BusMessage } from '../../../core/model/messages/bus.ts';
import { errorCode, isShortage } from '../../../errors.ts';
import { createExclusively, createFolderDurably, moveDurably } from '../../../system/files/durable-file.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { type Box, handedIn, isMissing, moveIfThere, namesIn, readMessage, takenIn, waitingIn } from './box-files.ts';
import { stateOf } from './box-sight.ts';
import { forgettable } from './ledger-marks.ts';
import { type FileName, momentName, nextName, parseName, renderMessage } from './message-file.ts';

export const PARTS = ['waiting', 'handed', 'taken', 'broken'];
/** Nobody is given longer than this; a name that says so much more is from before the clock was set back. */
export const HANDED_MS_MAX = 600_000;
/** By so much a clock is set back every day, and that gives nobody a message twice. */
const CLOCK_SLACK_MS = 60_000;
/** Half a message is swept after this. */
const TEMPORARY_MS = 3_600_000;
/** After this time an unreadable file blocks nobody any more: a disk that was away or slow is back by then. */
const UNREAD_MS = 60_000;
const UNREAD = '.unread-';

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

export function createBox(box: Box): void {
  if (!existsSync(box.folder)) putBack(box);
  makeFolders(box);
}

function makeFolders({ folder }: Box): void {
  for (const part of PARTS) createFolderDurably(join(folder, part));
}

/**
 * False = there is something in it, and it stays, unless it is to go `withMessages`. It is taken out of everybody's way in one step and looked at
 * there: who writes to it or reads it meanwhile makes it anew, and what was written until then comes back.
 */
export function removeBox(box: Box, withMessages: boolean): boolean {
  const aside = asideOf(box);
  // Of one that was killed in the midst of this.
  putBack(box);
  if (!moveIfThere(box.folder, aside)) return true;
  const mayGo =
    withMessages || ['waiting', 'handed', 'broken'].every((part) => namesIn({ ...box, folder: aside }, part).length === 0);
  if (mayGo) rmSync(aside, { recursive: true, force: true });
  else putBack(box);
  return mayGo;
}

/** No name of a program. */
const asideOf = ({ folder, program }: Box) => join(dirname(folder), `.forgotten-${program}`);

/** As a whole, or file for file where somebody else has made the box anew by now. */
function putBack(box: Box): void {
  const aside = asideOf(box);
  if (!existsSync(aside)) return;
  try {
    if (moveIfThere(aside, box.folder)) return;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
  }
  makeFolders(box);
  for (const part of PARTS)
    for (const name of namesIn({ ...box, folder: aside }, part))
      moveIfThere(join(aside, part, name), join(box.folder, part, name));
  for (const part of PARTS) removeIfEmpty(join(aside, part));
  removeIfEmpty(aside);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another one who does the same has it, or will.
  }
}

/** On disk when it returns. False = the box is full; two writers at the same moment may each still find room for the last one. */
export function put(box: Box, message: BusMessage, key: string, nowMs: number): boolean {
  try {
    return putNow(box, message, key, nowMs);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // The box was forgotten at this moment, with the message in it or without.
    createBox(box);
    return stateOf(box, key) !== null || putNow(box, message, key, nowMs);
  }
}

function putNow(box: Box, message: BusMessage, key: string, nowMs: number): boolean {
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
      // A reader may ask once a day: what is noted of a message stays as long as that.
      if (!name.startsWith(UNREAD) || !names.includes(name.slice(UNREAD.length))) sweepHalf(path, nowMs);
      continue;
    }
    const file = parseName(name);
    const moved = join(box.folder, 'handed', momentName(untilMs, name, isStream));
    if (file !== null && !moveIfThere(path, moved)) continue;
    const message = file === null ? null : readOrPutBack(box, file, moved, nowMs);
    if (message !== null) {
      if (names.includes(UNREAD + name)) rmSync(join(box.folder, 'waiting', UNREAD + name), { force: true });
      return { message, untilMs };
    }
    moveIfThere(file === null ? path : moved, join(box.folder, 'broken', name));
  }
  return null;
}

/** What cannot be read now waits again, in its place, and nothing overtakes it for a while. Null = to be set aside. */
function readOrPutBack(box: Box, file: FileName, moved: string, nowMs: number): BusMessage | null {
  try {
    return readMessage(box, moved, file);
  } catch (error) {
    if (!isShortage(error) && Math.abs(nowMs - unreadSince(box, file, nowMs)) >= UNREAD_MS) return null;
    moveIfThere(moved, join(box.folder, 'waiting', file.name));
    throw error;
  }
}

/** When it could not be read first, noted in a hidden file, which is swept as half a message is once the message is gone. */
function unreadSince(box: Box, { name }: FileName, nowMs: number): number {
  const note = join(box.folder, 'waiting', UNREAD + name);
  try {
    if (createExclusively(note, String(nowMs))) return nowMs;
    return Number.parseInt(readText(note), 10) || nowMs;
  } catch {
    // A full disk: it blocks on, as if this were the first time.
    return nowMs;
  }
}

/** Its reader does not want it: it waits again, in its old place. Does nothing if another reader has it by now. */
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
    // The newest stay: what was confirmed by a clock that was ahead must not make this one the oldest.
    const takenMs = Math.max(
      nowMs,
      ...takenIn(box)
        .slice(-1)
        .map(({ ms }) => ms + 1),
    );
    if (moveDurably(from, join(box.folder, 'taken', momentName(takenMs, file.name)))) {
      sweep(box);
      return true;
    }
  }
  return false;
}

function takeBackExpired(box: Box, nowMs: number): void {
  for (const { ms, moved, name } of handedIn(box)) {
    if (ms > nowMs && ms <= nowMs + HANDED_MS_MAX + CLOCK_SLACK_MS) continue;
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
