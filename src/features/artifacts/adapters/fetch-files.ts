// Gets files that another machine's run left (A3), into memory: by the ids that its result names, so that nothing of its ref is read but those blobs.
// Each has the size and the SHA-256 that the result says, or is refused. A host that gives no single object is asked for the whole ref.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACT_LIMITS, type Artifact } from '../../../core/model/orders/artifact.ts';
import { CoordError } from '../../../errors.ts';
import { artifactsRef } from '../../../ledger/fetch/ref-names.ts';
import { inScratch } from '../../../ledger/git/scratch-folder.ts';
import { troubleOf } from '../../../ledger/git/trouble.ts';
import { createObjectReader } from '../../../ledger/objects/object-reader.ts';
import type { Identity } from '../../../system/fleet/identity-file.ts';
import { packBytes } from '../../../system/git/pack-bytes.ts';
import { type ArtifactGit, ensureRepo } from './artifact-git.ts';

/** By SHA-256. */
export type Contents = ReadonlyMap<string, Buffer>;

const FETCH = ['fetch', '--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules'];
const NETWORK = { stallMs: 60_000, timeoutMs: 600_000 };
const READ_MS = 60_000;
/** Beside the files themselves. */
const OVERHEAD_BYTES = 1024 * 1024;

/** `parent`: of a folder for what comes. Throws why not all of them can be had: UNREACHABLE, NOT_FOUND, or REFUSED for what is not what the result says. */
export async function fetchFiles(
  git: ArtifactGit,
  { namespace }: Pick<Identity, 'namespace'>,
  machine: number,
  files: readonly Artifact[],
  parent: string,
): Promise<Contents> {
  const wanted = byId(files);
  mustBeSmall([...wanted.values()].flat());
  const [first] = wanted.keys();
  if (first === undefined) return new Map();
  return inScratch(async (scratch) => {
    const gitDir = join(scratch, 'files.git');
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    if (!(await ensureRepo(git, gitDir, first.length === 64 ? 'sha256' : 'sha1')))
      throw new CoordError('LOCAL_STATE', `${gitDir} cannot be written`, 'coord doctor');
    const limit = (bytesMax: number) => ({ ...NETWORK, isTooMuch: () => packBytes(gitDir) > bytesMax });
    const bytes = [...wanted.values()].reduce((sum, its) => sum + Math.max(...its.map(({ size }) => size)), 0);
    const some = await git.run(gitDir, [...FETCH, '--', git.url, ...wanted.keys()], limit(bytes + OVERHEAD_BYTES));
    if (some.isOverLines) throw refused(machine, 'its files are larger than it says');
    if (some.exitCode !== 0) {
      const ref = artifactsRef(namespace, machine);
      const whole = await git.run(gitDir, [...FETCH, '--', git.url, ref], limit(2 * ARTIFACT_LIMITS.refBytesMax));
      if (whole.isOverLines) throw refused(machine, 'its ref is larger than any is');
      if (whole.exitCode !== 0) throw notHad(machine, troubleOf(whole));
    }
    return readFiles(git, gitDir, machine, wanted);
  }, parent);
}

/** Several names may have one content: what the result says of each is looked at. */
function byId(files: readonly Artifact[]): ReadonlyMap<string, readonly Artifact[]> {
  const all = new Map<string, Artifact[]>();
  for (const file of files) if (file.id !== undefined) all.set(file.id, [...(all.get(file.id) ?? []), file]);
  return all;
}

async function readFiles(
  git: ArtifactGit,
  gitDir: string,
  machine: number,
  wanted: ReadonlyMap<string, readonly Artifact[]>,
): Promise<Contents> {
  const reader = createObjectReader({ gitDir, environment: git.home.environment }, READ_MS);
  const contents = new Map<string, Buffer>();
  try {
    for (const [id, its] of wanted) {
      const info = await reader.info(id);
      const other = its.find(({ size }) => info === null || info.type !== 'blob' || info.sizeBytes !== size);
      if (info === null) throw new CoordError('NOT_FOUND', `${other?.name} is not at the ref of machine ${machine} any more`);
      if (other !== undefined) throw refused(machine, `${other.name} is not what its result says`);
      const body = (await reader.contents(id))?.body ?? Buffer.alloc(0);
      const hash = createHash('sha256').update(body).digest('hex');
      const changed = its.find(({ sha256 }) => sha256 !== hash);
      if (changed !== undefined) throw refused(machine, `${changed.name} has another SHA-256 than its result says`);
      contents.set(hash, body);
    }
    return contents;
  } finally {
    reader.close();
  }
}

/** A result is another machine's word. */
function mustBeSmall(files: readonly Artifact[]): void {
  const { travelsBytesMax, runTravelsBytesMax } = ARTIFACT_LIMITS;
  const large = files.find(({ size }) => size > travelsBytesMax);
  if (large !== undefined)
    throw new CoordError('REFUSED', `${large.name} has ${large.size} bytes; what travels has ${travelsBytesMax} at most`);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > runTravelsBytesMax)
    throw new CoordError('REFUSED', `${bytes} bytes; what travels of a run has ${runTravelsBytesMax} at most`);
}

const refused = (machine: number, what: string) => new CoordError('REFUSED', `machine ${machine}: ${what}`);

function notHad(machine: number, { code, message }: ReturnType<typeof troubleOf>): CoordError {
  const isGone = /couldn't find remote ref|not our ref/i.test(message);
  return isGone
    ? new CoordError('NOT_FOUND', `machine ${machine} has no such files at its ref, not yet or not any more`)
    : new CoordError(code === 'DISK' ? 'LOCAL_STATE' : 'UNREACHABLE', message, 'coord doctor');
}
