// Reads and moves the files in the folders of a box. Another process may move a file at any moment.
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { BusMessage } from '../../../core/model/messages/bus.ts';
import { errorCode } from '../../../errors.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { type FileName, type MomentFile, parseMessage, parseMomentName, parseName } from './message-file.ts';

export interface Box {
  readonly program: string;
  readonly folder: string;
}

/** What lies there and is neither a message nor a writer's half of one. */
export function straysIn(box: Box): readonly string[] {
  return namesIn(box, 'waiting').filter((name) => !name.startsWith('.') && parseName(name) === null);
}

export const waitingIn = (box: Box): readonly FileName[] => namesIn(box, 'waiting').flatMap((name) => parseName(name) ?? []);
export const handedIn = (box: Box) => movedIn(box, 'handed');
/** Oldest first. */
export const takenIn = (box: Box) => [...movedIn(box, 'taken')].sort((a, b) => a.ms - b.ms);

function movedIn(box: Box, part: string): readonly MomentFile[] {
  return namesIn(box, part).flatMap((name) => parseMomentName(name) ?? []);
}

export function namesIn(box: Box, part: string): readonly string[] {
  try {
    return readdirSync(join(box.folder, part));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Null = gone, or no message of ours. Throws what may be otherwise the next time: too many open files, a disk that does not answer. */
export function readMessage(box: Box, path: string, file: FileName): BusMessage | null {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'EINVAL'].includes(errorCode(error))) return null;
    throw error;
  }
  return parseMessage(text, `${box.program}.${file.key}`);
}

export function moveIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
