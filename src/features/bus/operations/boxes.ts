// Lists the boxes of this machine and the programs that are known here: those in instances.yaml, and those that ever read their box or were
// written to with `--keep`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isProgramName } from '../../../core/messages/program-address.ts';
import { BUS_LIMITS } from '../../../core/model/messages/bus.ts';
import { CoordError, errorCode } from '../../../errors.ts';
import { mustBeFolders } from '../../../system/files/in-the-way.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readServices } from '../../../system/fleet/local-services.ts';
import { createBox, PARTS, removeBox } from './box.ts';
import type { Box } from './box-files.ts';
import { isLeft } from './box-sight.ts';

export const busRoot = (folder: FleetFolder) => join(folder.state, 'bus');

/** Throws LOCAL_STATE where something else stands in the place of the box or of a part of it. */
export function boxOf(folder: FleetFolder, program: string): Box {
  if (!isProgramName(program)) throw badName(program);
  const box = { program, folder: join(busRoot(folder), program) };
  mustBeFolders(busRoot(folder), box.folder, ...PARTS.map((part) => join(box.folder, part)));
  return box;
}

/** A program that reads its box, or is written to, is known from then on. Throws REFUSED if there are too many; existing boxes stay usable. */
export function openBox(folder: FleetFolder, program: string): Box {
  const box = boxOf(folder, program);
  if (!existsSync(box.folder)) mustHaveRoom(folder, program);
  createBox(box);
  return box;
}

/** Those that its owner named have room always. */
function mustHaveRoom(folder: FleetFolder, program: string): void {
  const { boxesMax } = BUS_LIMITS;
  if (boxNames(folder).length < boxesMax || readServices(folder).some(({ name }) => name === program)) return;
  const message = `there are ${boxesMax} boxes here already, and ${program} has none: no more are made for names that are not in .coord/instances.yaml`;
  throw new CoordError('REFUSED', message, 'coord bus forget <program> --with-messages, for one that is not needed');
}

/** Throws NOT_FOUND, and FAILED where anything lies in its box that is to stay. */
export function forgetBox(folder: FleetFolder, program: string, withMessages = false): void {
  const box = boxOf(folder, program);
  if (!boxNames(folder).includes(program)) throw new CoordError('NOT_FOUND', `${program} has no box here`, 'coord bus');
  if (removeBox(box, withMessages)) return;
  const message = `the box of ${program} is not empty: messages wait, or could not be read`;
  throw new CoordError('FAILED', message, `coord bus forget ${shellWord(program)} --with-messages, to lose them`);
}

/** Who is told what is said to all: those that the owner named, and those whose box somebody reads. One that cannot be looked into is among them. */
export function programsToTell(folder: FleetFolder, nowMs: number): readonly string[] {
  const named = new Set(readServices(folder).map(({ name }) => name));
  const isReader = (program: string) => {
    try {
      return named.has(program) || !isLeft(boxOf(folder, program), nowMs);
    } catch {
      return true;
    }
  };
  return knownPrograms(folder).filter(isReader);
}

/** By name. */
export function knownPrograms(folder: FleetFolder): readonly string[] {
  const named = readServices(folder).map(({ name }) => name);
  return [...new Set([...named, ...boxNames(folder)])].filter(isProgramName).sort();
}

export function boxNames(folder: FleetFolder): readonly string[] {
  try {
    return readdirSync(busRoot(folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isProgramName(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** An id of the bus, taken apart; null = it is none. */
export function splitId(id: string): { readonly program: string; readonly key: string } | null {
  const at = id.indexOf('.');
  const program = id.slice(0, Math.max(0, at));
  return isProgramName(program) ? { program, key: id.slice(at + 1) } : null;
}

export function badName(found: string): CoordError {
  const expected = 'expected a small letter, then small letters, digits, - or _, 64 at most, and not all';
  return new CoordError('USAGE', `${JSON.stringify(found)} is no name of a program: ${expected}`, 'coord bus');
}
