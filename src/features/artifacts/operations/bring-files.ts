// Gets files that stay on their machine over whatever way the fleet has to it (A3.4), into files of coord's own. What comes is what the result names, or nothing.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACT_LIMITS, type Artifact } from '../../../core/model/orders/artifact.ts';
import type { RunWithFiles } from '../../../core/model/orders/left-files.ts';
import type { Brought } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import type { Placed } from '../system/put-files.ts';

/** One that may come. */
export type Coming = Pick<Placed, 'name' | 'under'> & { readonly content: Artifact };
/** One that does not: `at` says where it is, and what keeps it there. */
export type Staying = Artifact & { readonly at: string };

export interface Bringing {
  /** A folder for what comes. */
  readonly parent: string;
  /** What has come so far is put here: `removeBrought` removes it. */
  readonly placed: Placed[];
  /** So many bytes of a file are here. */
  came(file: Artifact, bytes: number): void;
  /** What came of the last file, maybe of another machine: where this computer has no way, none is asked any more. */
  last: Brought | null;
}

/** Which of the files that do not travel its machine is asked for. */
export async function parted(
  world: World,
  folder: FleetFolder,
  { machine }: RunWithFiles,
  files: readonly Artifact[],
): Promise<{ readonly coming: readonly Artifact[]; readonly staying: readonly Staying[] }> {
  const isOwn = machine === readIdentity(folder).machine;
  const hasWay = !isOwn && (await wayOf(world)) !== undefined;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  // Its owner has said where it is to be had; and no run leaves more than that.
  const mayCome = ({ at }: Artifact) => hasWay && at === undefined && bytes <= ARTIFACT_LIMITS.runBytesMax;
  const staying = files.filter((file) => !mayCome(file)).map((file) => ({ ...file, at: file.at ?? whereWords(machine, null) }));
  return { coming: files.filter(mayCome), staying };
}

/** Returns what did not come. */
export async function bringFiles(
  world: World,
  folder: FleetFolder,
  { machine }: RunWithFiles,
  files: readonly Coming[],
  bringing: Bringing,
): Promise<readonly Staying[]> {
  const bring = await wayOf(world);
  const staying: Staying[] = [];
  const { parent, placed, came } = bringing;
  let last = isOfHere(bringing.last) ? bringing.last : 'whole';
  for (const { content: file, ...place } of files) {
    const path = join(parent, randomUUID());
    const { sha256, size } = file;
    try {
      // Who did not answer once is not waited for again.
      if (bring !== undefined && !isInVain(last))
        last = await bring(folder, { machine, sha256, size, into: path }, (bytes) => came(file, bytes));
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    if (last === 'whole') placed.push({ ...place, content: { path }, x: file.x });
    else {
      rmSync(path, { force: true });
      staying.push({ ...file, at: whereWords(machine, last) });
    }
  }
  bringing.last = last;
  return staying;
}

const isOfHere = (last: Brought | null): boolean => last === null || last === 'unconnected';

export function removeBrought(placed: readonly Placed[]): void {
  for (const { content } of placed) if ('path' in content) rmSync(content.path, { force: true });
}

async function wayOf(world: World) {
  return (await world.features()).flatMap((it) => it.bring ?? [])[0];
}

const isInVain = (last: Brought | null): boolean => isOfHere(last) || last === 'silent' || last === 'busy';

/** `how`: what came of it; null = the fleet has no way to it. */
function whereWords(machine: number, how: Brought | null): string {
  const it = `on machine ${machine}`;
  switch (how) {
    case 'silent':
      return `${it}, whose daemon does not answer over the bell`;
    case 'busy':
      return `${it}, which gives files to others now; try again later`;
    case 'unconnected':
      return `${it}; the bell cannot be reached from here: coord bell`;
    case 'not allowed':
      return `${it}, which publishes no files: coord allow artifacts there`;
    case 'gone':
      return `gone from machine ${machine}`;
    case 'other':
      return `${it}, which sends something else than its result names`;
    default:
      return it;
  }
}
