// The epochs of a sender (B2): each is above all earlier ones of this folder, and where the folder was lost, the clock and chance keep one from
// being used twice.
import { randomBytes } from 'node:crypto';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { textIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { bellPaths, makeBellFolder } from './bell-folder.ts';

const COUNT_MAX = 0xffff_ffff;

/** 16 hexadecimal digits: a count that only grows, and 32 bits of chance. A new one for each connection. */
export function nextEpoch(folder: FleetFolder, nowMs: number): string {
  const { epoch } = bellPaths(folder);
  const text = textIn(epoch) ?? '';
  const last = /^[0-9a-f]{8}$/.test(text) ? Number.parseInt(text, 16) : 0;
  const count = Math.min(COUNT_MAX, Math.max(last + 1, Math.floor(nowMs / 1000)));
  const word = count.toString(16).padStart(8, '0');
  makeBellFolder(folder);
  writeDurably(epoch, word);
  return `${word}${randomBytes(4).toString('hex')}`;
}
