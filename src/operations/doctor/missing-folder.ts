// Finds a fleet folder of this computer whose `.coord` is gone. The policy still knows the folder, and the projection still says which
// machine it was.

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import { parseMachineDocument } from '../../documents/machine/machine-document.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import { computerId } from '../../system/fleet/computer.ts';
import { fleetFolderAt, isFleetFolder } from '../../system/fleet/fleet-folder.ts';
import { knownRoots } from '../../system/fleet/known-roots.ts';
import type { World } from '../sync/dependencies.ts';
import { type Finding, problem } from './check.ts';

/** Null = neither the current folder nor one above it was one. */
export function missingFolder(world: World): Finding | null {
  const known = new Set(knownRoots(world.home));
  for (let at = resolve(world.cwd); ; at = dirname(at)) {
    if (known.has(at) && !isFleetFolder(fleetFolderAt(at)))
      return problem(`${at} was one, and its .coord is gone`, wayBack(world, at));
    if (at === dirname(at)) return null;
  }
}

function wayBack(world: World, root: string): string {
  return `coord join <url> ${shellWord(root)} --as ${machineThere(world, root) ?? '<its number>'}`;
}

/** By the documents that lie there: the one of this computer. */
function machineThere(world: World, root: string): number | null {
  const { projection } = fleetFolderAt(root);
  const names = existsSync(projection) ? readdirSync(projection).filter((name) => /^COMPUTER_\d+\.md$/.test(name)) : [];
  const documents = names.map((name) => parseMachineDocument(readIfThere(join(projection, name)) ?? '', name).value);
  const mine = documents.filter((document) => document?.id === computerId(world.home) && document.state !== 'LEFT');
  return mine.length === 1 ? (mine[0]?.machine ?? null) : null;
}
