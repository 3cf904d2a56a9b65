// Gets files that stay on their machine over whatever way the fleet has to it (A3.5), into files of coord's own. What comes is what the result names, or nothing.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../../core/model/orders/artifact.ts';
import type { RunWithFiles } from '../../../core/model/orders/left-files.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError } from '../../../errors.ts';
import type { Brought } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import type { Placed } from '../system/put-files.ts';

export interface FilesElsewhere {
  readonly placed: readonly (Placed & { readonly content: { readonly path: string } })[];
  /** `at`: where it is, and what keeps it there. */
  readonly elsewhere: readonly (Artifact & { readonly at: string })[];
}

export interface Bringing {
  /** A folder for what comes. Whoever asked removes it. */
  readonly parent: string;
  /** So many bytes of a file are here. */
  came(file: Artifact, bytes: number): void;
}

/** Throws REFUSED where a machine sends something else than its result names; what has come by then is removed. */
export async function bringFiles(
  world: World,
  folder: FleetFolder,
  { machine }: RunWithFiles,
  files: readonly Artifact[],
  { parent, came }: Bringing,
): Promise<FilesElsewhere> {
  const placed: FilesElsewhere['placed'][number][] = [];
  const elsewhere: FilesElsewhere['elsewhere'][number][] = [];
  const isOwn = machine === readIdentity(folder).machine;
  const [bring] = isOwn ? [] : (await world.features()).flatMap((it) => it.bring ?? []);
  let last: Brought | null = 'whole';
  try {
    for (const file of files) {
      const { name, sha256, size, at } = file;
      const path = join(parent, randomUUID());
      // Its owner has said where it is to be had; and who did not answer once is not waited for again.
      const isAsked = bring !== undefined && at === undefined && last !== null && last !== 'silent';
      if (isAsked) last = await bring(folder, { machine, sha256, size, into: path }, (bytes) => came(file, bytes));
      if (isAsked && last === 'whole') placed.push({ name, content: { path } });
      else {
        rmSync(path, { force: true });
        elsewhere.push({ ...file, at: at ?? whereWords(machine, bring === undefined ? null : last) });
      }
      if (isAsked && last === 'other')
        throw new CoordError('REFUSED', `${visibleText(name)}: machine ${machine} sent something else than its result names`);
    }
  } catch (error) {
    removeBrought({ placed });
    throw error;
  }
  return { placed, elsewhere };
}

export function removeBrought({ placed }: Pick<FilesElsewhere, 'placed'>): void {
  for (const { content } of placed) rmSync(content.path, { force: true });
}

/** `how`: what came of it; null = the fleet has no way to it. */
function whereWords(machine: number, how: Brought | null): string {
  const it = `machine ${machine}`;
  if (how === 'silent') return `on ${it}, whose daemon does not answer over the bell`;
  if (how === 'gone') return `gone from ${it}`;
  return how === 'not allowed' ? `on ${it}, which publishes no files: coord allow artifacts there` : `on ${it}`;
}
