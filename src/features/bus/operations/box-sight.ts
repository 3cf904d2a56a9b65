// Shows what lies in a box, and changes nothing.
import { join } from 'node:path';
import type { BusMessage, BusState } from '../../../core/model/messages/bus.ts';
import { type Box, handedIn, namesIn, readMessage, straysIn, takenIn, waitingIn } from './box-files.ts';
import { parseName } from './message-file.ts';

export interface Held {
  readonly message: BusMessage;
  readonly state: 'waiting' | 'handed';
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

/** So long a program can be away and still has what is sent to all. */
const AWAY_MS_MAX = 30 * 86_400_000;

/** Nobody has read it for so long: a message waits since then, and none was given out or confirmed. */
export function isLeft(box: Box, nowMs: number): boolean {
  const sinceMs = nowMs - AWAY_MS_MAX;
  const isRead = [...handedIn(box), ...takenIn(box)].some(({ ms }) => ms >= sinceMs);
  return !isRead && waitingIn(box).some(({ stamp }) => stamp < sinceMs);
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
