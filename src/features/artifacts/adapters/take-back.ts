// Deletes the ref that holds files of this machine (A2), as its people purge the folder: with a lease on what this folder pushed. What somebody else put
// there since is theirs. What the host or the network refuses is said, and stops nobody from leaving.
import { join } from 'node:path';
import type { TakenBack } from '../../../core/model/ledger/taken-back.ts';
import { CoordError } from '../../../errors.ts';
import { cloneDirOf, cloneFormat } from '../../../ledger/clone/clone.ts';
import { artifactsRef } from '../../../ledger/fetch/ref-names.ts';
import { PUSH } from '../../../ledger/push/push-refs.ts';
import { readPushReport } from '../../../ledger/push/push-report.ts';
import { takeLock } from '../../../system/files/lock.ts';
import { storePaths } from '../system/artifact-store.ts';
import { isHalted } from '../system/halted.ts';
import { readPushed, writePushed } from '../system/pushed-ref.ts';
import { ensureRepo, idOnRemote, openArtifactGit } from './artifact-git.ts';
import type { Publishing } from './publish.ts';

type Asked = Pick<Publishing, 'folder' | 'identity' | 'person' | 'networkMs'>;

/** Null = this folder has pushed none. Said again, it finds it gone. */
export async function takeBackRef(asked: Asked): Promise<TakenBack | null> {
  const { folder, identity, networkMs } = asked;
  const paths = storePaths(folder);
  const { commit, tried } = readPushed(paths);
  const ours = [commit, tried].filter((one) => one !== null);
  if (ours.length === 0) return null;
  const ref = artifactsRef(identity.namespace, identity.machine);
  if (isHalted(folder)) return { ref, why: 'this machine has halted, and pushes nothing' };
  const lock = await takeLock(join(paths.root, 'lock', 'lock'), networkMs).catch(() => null);
  if (lock === null) return { ref, why: 'another process works with it' };
  try {
    const why = await deleted(asked, ref, ours);
    // Whoever comes back to this folder brings up all of it anew.
    if (why === null) writePushed(paths, { ...readPushed(paths), names: [], commit: null, tried: null });
    return { ref, why };
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return { ref, why: error.message };
  } finally {
    await lock.release();
  }
}

/** Of a machine that was removed. Its files outlive it: what comes after its orders may need them. Null = there is none, or no answer. */
export async function refLeftBehind({ folder, identity, person, networkMs }: Asked, machine: number): Promise<TakenBack | null> {
  const ref = artifactsRef(identity.namespace, machine);
  try {
    const there = await idOnRemote(await openArtifactGit(folder, identity, person), ref, networkMs);
    return 'why' in there || there.id === null ? null : { ref, why: 'a later order may need them' };
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return null;
  }
}

/** Null = it is gone; else why it is not. */
async function deleted(
  { folder, identity, person, networkMs }: Asked,
  ref: string,
  ours: readonly string[],
): Promise<string | null> {
  const git = await openArtifactGit(folder, identity, person);
  const there = await idOnRemote(git, ref, networkMs);
  if ('why' in there) return there.why;
  if (there.id === null) return null;
  if (!ours.includes(there.id)) return 'somebody else has written there since';
  const { git: gitDir } = storePaths(folder);
  if (!(await ensureRepo(git, gitDir, cloneFormat(cloneDirOf(folder.state))))) return 'its repository cannot be written';
  const lease = `--force-with-lease=${ref}:${there.id}`;
  const result = await git.run(gitDir, [...PUSH, lease, '--', git.url, `:${ref}`], { timeoutMs: networkMs });
  const report = readPushReport(result, [ref]);
  const outcome = report.kind === 'answered' ? report.refs.get(ref) : undefined;
  if (outcome?.kind === 'accepted') return null;
  // R5: what no answer told, the ref tells.
  const now = await idOnRemote(git, ref, networkMs);
  if ('id' in now && now.id === null) return null;
  if (outcome !== undefined) return outcome.detail;
  return report.kind === 'unknown' ? report.trouble.message : 'no answer';
}
