// Builds the commits of a cycle in the clone with one fast-import (C4). Nobody else sees them before the push.
import type { Changes, RefUpdate } from '../../core/model/ledger/push.ts';
import { CoordError } from '../../errors.ts';
import { unanswered } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { branchRef, claimRef, laneRef, mustBeBoardBranch, type Namespace } from '../fetch/ref-names.ts';
import { troubleOf } from '../git/trouble.ts';
import { fastImportStream, parseMarks } from './fast-import-stream.ts';

/** A ref update, and the parent that its commit was built upon. */
export interface Written {
  readonly update: RefUpdate;
  readonly parent: string | null;
}

/** A commit to be built, and what is to be pushed once its id is known. */
interface Wanted {
  readonly parent: string | null;
  update(commit: string): RefUpdate;
}

/** In the order of the stream (fast-import-stream.ts). */
function wantedOf({ lane, boards, claims = [] }: Changes, namespace: Namespace, mainRef: string): Wanted[] {
  const wanted: Wanted[] = [];
  if (lane !== null) {
    const { machine, expected, parent } = lane;
    wanted.push({ parent, update: (commit) => ({ what: 'lane', ref: laneRef(namespace, machine), commit, expected }) });
  }
  for (const { branch, base } of boards) {
    const ref = branch === null ? mainRef : branchRef(mustBeBoardBranch(branch));
    const what = ref === mainRef ? 'main' : 'board';
    wanted.push({ parent: base, update: (commit) => ({ what, ref, commit, expected: base }) });
  }
  for (const claim of claims) {
    if (claim.kind === 'delete') continue;
    const { name, over: expected = null } = claim;
    wanted.push({
      parent: null,
      update: (commit) => ({ what: 'claim', name, ref: claimRef(namespace, name), commit, expected }),
    });
  }
  return wanted;
}

function deletionsOf({ claims = [] }: Changes, namespace: Namespace): Written[] {
  return claims.flatMap((claim): Written[] => {
    if (claim.kind === 'create') return [];
    const { name, commit: expected } = claim;
    return [{ update: { what: 'claim', name, ref: claimRef(namespace, name), commit: null, expected }, parent: null }];
  });
}

/** Throws `CloneDamage` if fast-import fails for any reason except a full disk. */
export async function writeCommits(
  session: CloneSession,
  changes: Changes,
  where: { readonly namespace: Namespace; readonly mainRef: string; readonly nowMs: number; readonly timeoutMs: number },
): Promise<Written[]> {
  const wanted = wantedOf(changes, where.namespace, where.mainRef);
  const deletions = deletionsOf(changes, where.namespace);
  if (wanted.length === 0) return deletions;
  const args = [
    'fast-import',
    '--quiet',
    // refs/draft/… is overwritten each time.
    '--force',
    // A stream that was cut off makes no commit.
    '--done',
    // The ids are printed on standard output.
    '--cat-blob-fd=1',
  ];
  const result = await session.clone.run(args, where.timeoutMs, { input: fastImportStream(changes, where.nowMs) });
  if (result.exitCode !== 0 || result.timedOut) {
    const trouble = troubleOf(result);
    if (trouble.code === 'DISK')
      throw new CoordError('LOCAL_STATE', `nothing can be written: ${trouble.message}`, 'coord doctor');
    throw unanswered(result);
  }
  const ids = parseMarks(result.stdout.toString('latin1'), wanted.length);
  const written = wanted.map(({ parent, update }, index) => ({ update: update(ids[index] ?? ''), parent }));
  return [...written, ...deletions];
}
