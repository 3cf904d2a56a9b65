// Gets files of runs for people (A3): all of an order's into a folder, one of them, or its first bytes. From here where they are, else from the ref of their
// machine; what does not travel, from that machine itself where the fleet has a bell.
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Artifact } from '../../../core/model/orders/artifact.ts';
import type { RunWithFiles } from '../../../core/model/orders/left-files.ts';
import { listedId } from '../../../core/runs/occurrence-name.ts';
import { CoordError } from '../../../errors.ts';
import { findOrder } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readView } from '../../../operations/sync/view.ts';
import { openStream } from '../../../system/files/open-stream.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { withRecordedPath } from '../../../system/fleet/recorded-path.ts';
import { openArtifactGit } from '../adapters/artifact-git.ts';
import { type Obtained, obtain } from '../adapters/fetch-handed.ts';
import { openGettingFolder } from '../system/getting-folder.ts';
import { missingOf, type Placed, placeOf, putFiles } from '../system/put-files.ts';
import { artifactsOf } from './artifacts-of.ts';
import { type Bringing, bringFiles, type Coming, parted, removeBrought } from './bring-files.ts';

export interface Got {
  readonly names: readonly string[];
  /** What could not be had: on its machine, or at an address. */
  readonly elsewhere: readonly (Artifact & { readonly at: string })[];
}

export interface Getting {
  readonly runs: readonly RunWithFiles[];
  readonly into: string;
  readonly isForced: boolean;
  came: Bringing['came'];
}

/** Throws NOT_FOUND where no run of it left files, and where there is no such order. */
export function mustHaveLeft(folder: FleetFolder, id: string): readonly RunWithFiles[] {
  const runs = artifactsOf(folder, id);
  if (runs.length > 0) return runs;
  const view = readView(folder);
  // An occurrence is listed with what it is one of.
  const known = listedId(id);
  if (view !== null && !Object.hasOwn(view.orders, known)) findOrder(folder, view, known);
  throw new CoordError('NOT_FOUND', `no run of ${id} left files, as of the last sync`, `coord order show ${shellWord(known)}`);
}

/** All or nothing, but for what could not be had. Of an order that ran on several machines, each has a folder by its number. */
export async function getArtifacts(world: World, folder: FleetFolder, { runs, into, isForced, came }: Getting): Promise<Got> {
  const parent = openGettingFolder(folder, Date.now());
  const placed: Placed[] = [];
  const elsewhere: Got['elsewhere'][number][] = [];
  const wanted: { readonly run: RunWithFiles; readonly files: readonly Coming[] }[] = [];
  for (const run of runs) {
    const under = runs.length === 1 ? {} : { under: String(run.machine) };
    const here = await obtained(world, folder, run);
    placed.push(...here.placed.map((it) => ({ ...it, ...under })));
    const { coming, staying } = await parted(world, folder, run, here.elsewhere);
    wanted.push({ run, files: coming.map((file) => ({ name: file.name, ...under, content: file })) });
    elsewhere.push(...staying);
  }
  const afar = wanted.flatMap(({ files }) => files);
  // Before anything comes from afar: what is in the way is said at once.
  missingOf(into, placed, isForced);
  const missing = new Set(missingOf(into, afar, isForced));
  const there = afar.filter((file) => !missing.has(file));
  const come: Placed[] = [];
  const bringing: Bringing = { parent, came, placed: come, last: 'whole' };
  try {
    for (const { run, files } of wanted) {
      const brought = await bringFiles(
        world,
        folder,
        run,
        files.filter((file) => missing.has(file)),
        bringing,
      );
      elsewhere.push(...brought);
    }
    putFiles(into, [...placed, ...come], isForced);
  } finally {
    removeBrought(come);
  }
  return { names: [...placed, ...come, ...there].map((file) => join(into, placeOf(file))), elsewhere };
}

/** One of them as it comes, with its size. */
export async function oneArtifact(
  world: World,
  folder: FleetFolder,
  run: RunWithFiles,
  sha256: string,
): Promise<{ readonly name: string; readonly size: number; readonly body: Buffer | Readable }> {
  const file = run.files.find((it) => it.sha256 === sha256);
  if (file === undefined) throw new CoordError('NOT_FOUND', `no such file of ${run.order}`, null);
  const { placed } = await obtained(world, folder, { ...run, files: [file] });
  const [content] = placed.map((it) => it.content);
  if (content === undefined)
    throw new CoordError(
      'NOT_FOUND',
      `${file.name} does not travel: ${file.at ?? `it is on machine ${run.machine}`}`,
      file.at === undefined ? `coord artifacts ${shellWord(run.order)} --get` : null,
    );
  return { name: file.name, size: file.size, body: Buffer.isBuffer(content) ? content : openStream(content.path) };
}

/** The first bytes of one of them. */
export async function startOfArtifact(
  world: World,
  folder: FleetFolder,
  run: RunWithFiles,
  sha256: string,
  bytesMax: number,
): Promise<Buffer> {
  const { body } = await oneArtifact(world, folder, run, sha256);
  if (Buffer.isBuffer(body)) return body.subarray(0, bytesMax);
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(parts).subarray(0, bytesMax);
}

async function obtained(world: World, folder: FleetFolder, { machine, files }: RunWithFiles): Promise<Obtained> {
  const identity = readIdentity(folder);
  const git = await openArtifactGit(folder, identity, withRecordedPath(world.env, identity.path));
  return obtain(git, identity, folder, machine, files, openGettingFolder(folder, Date.now()));
}
