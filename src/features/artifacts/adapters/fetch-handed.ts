// Gets a run the files of the orders that it comes after (A4), each of them below a folder of the run's own. Fails closed: what travels must be there,
// with the hashes of its result. What does not travel is there where it was left here, and is said where it is not.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../../core/base/counted.ts';
import { type Artifact, type ArtifactsReport, comingTo, type HandedFiles } from '../../../core/model/orders/artifact.ts';
import { CoordError } from '../../../errors.ts';
import { openStream } from '../../../system/files/open-stream.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type Identity, readIdentity } from '../../../system/fleet/identity-file.ts';
import { filesHere, storePaths } from '../system/artifact-store.ts';
import { type Placed, putFiles } from '../system/put-files.ts';
import { type ArtifactGit, openArtifactGit } from './artifact-git.ts';
import { fetchFiles } from './fetch-files.ts';

export interface Handing {
  readonly fleet: FleetFolder;
  readonly files: readonly HandedFiles[];
  /** Of the run: one folder for each is made in it. */
  readonly folder: string;
  readonly person: Readonly<Record<string, string>>;
  say(text: string): void;
}

/** For one run. */
const BYTES_MAX = 64 * 1024 * 1024;

export async function fetchHanded({ fleet, files, folder, person, say }: Handing): Promise<ArtifactsReport> {
  const lacking = files.flatMap((it) => lackOf(it) ?? []);
  if (lacking[0] !== undefined) return lacking[0];
  const identity = readIdentity(fleet);
  const bytes = files.flatMap((it) => it.files).reduce((sum, { id, size }) => sum + (id === undefined ? 0 : size), 0);
  if (bytes > BYTES_MAX)
    return { problem: `files of earlier orders: they have ${bytes} bytes together, ${BYTES_MAX} at most`, notes: [] };
  const git = await openArtifactGit(fleet, identity, person);
  const coming = comingTo(folder);
  mkdirSync(coming, { recursive: true, mode: 0o700 });
  for (const handed of files) {
    const { order, machine, isAbsent } = handed;
    if (isAbsent === true) continue;
    try {
      const { placed, elsewhere } = await obtain(git, identity, fleet, machine, handed.files, coming);
      putFiles(join(folder, handed.as), placed);
      for (const { name, at } of elsewhere) say(`${name} of ${order} does not travel: ${at ?? `it is on machine ${machine}`}`);
    } catch (error) {
      if (!(error instanceof CoordError)) throw error;
      return { problem: `${notHad(order)}: ${error.message}`, notes: [] };
    }
  }
  return { problem: null, notes: [] };
}

const notHad = (order: string): string => `the files of ${order} cannot be had`;

/** A1.5, A4.4: why nobody can tell which files it left; null = its result does. An order that goes on may tell it later, one that has ended does not. */
function lackOf({ order, machine, unlisted, notCompleted, ofChain }: HandedFiles): ArtifactsReport | null {
  const lack = (why: string): ArtifactsReport => ({ problem: `${notHad(order)}: ${why}`, notes: [] });
  if (notCompleted !== undefined) return lack(`it has not COMPLETED on machine ${machine} in generation ${notCompleted}`);
  if (unlisted === undefined) return null;
  const result = `the result of machine ${machine} does not`;
  const known =
    unlisted === 'unknown'
      ? `${result} say which it left`
      : `${counted(unlisted, 'file')}, which ${result} list any more after all its later runs`;
  return { ...lack(known), again: order, ...(ofChain === true ? { goesOn: true } : {}) };
}

export interface Obtained {
  readonly placed: readonly Placed[];
  /** What does not travel and is not here. */
  readonly elsewhere: readonly Artifact[];
}

/** From here where they are, else from the ref of their machine. Throws a CoordError where one that travels cannot be had. */
export async function obtain(
  git: ArtifactGit,
  identity: Identity,
  fleet: FleetFolder,
  machine: number,
  files: readonly Artifact[],
  parent: string,
): Promise<Obtained> {
  const here =
    machine === identity.machine
      ? filesHere(storePaths(fleet), new Set(files.map(({ sha256 }) => sha256)))
      : new Map<string, string>();
  for (const [sha256, path] of here) if ((await hashOf(path)) !== sha256) here.delete(sha256);
  const fetched = await fetchFiles(
    git,
    identity,
    machine,
    files.filter(({ sha256, id }) => id !== undefined && !here.has(sha256)),
    parent,
  );
  const placed: Placed[] = [];
  const elsewhere: Artifact[] = [];
  for (const file of files) {
    const path = here.get(file.sha256);
    const content = path === undefined ? fetched.get(file.sha256) : { path };
    if (content === undefined && file.id !== undefined)
      throw new CoordError('NOT_FOUND', `${file.name} of machine ${machine} did not come, though it travels`);
    if (content === undefined) elsewhere.push(file);
    else placed.push({ name: file.name, content, x: file.x });
  }
  return { placed, elsewhere };
}

/** Null = it is gone by now. */
async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of openStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
