// Builds the commits of a cycle in the clone with one fast-import (C4). Nobody else sees them before the push.
import type { Changes, RefUpdate } from '../core/model/push.ts';
import { CoordError } from '../errors.ts';
import { CloneDamage } from './clone-damage.ts';
import type { CloneSession } from './clone-session.ts';
import { fastImportStream, parseMarks } from './fast-import-stream.ts';
import { branchRef, claimRef, laneRef, mustBeBoardBranch, type Namespace } from './ref-names.ts';
import { troubleOf } from './trouble.ts';

/** A ref update, and the parent that its commit was built upon. */
export interface Written {
  readonly update: RefUpdate;
  readonly parent: string | null;
}

type Wanted = Pick<RefUpdate, 'what' | 'ref' | 'expected'> & { readonly parent: string | null };

/** In the order of the stream (fast-import-stream.ts). */
function wantedOf({ lane, boards, claims = [] }: Changes, namespace: Namespace, mainRef: string): Wanted[] {
  const wanted: Wanted[] = boards.map(({ branch, base }) => {
    const ref = branch === null ? mainRef : branchRef(mustBeBoardBranch(branch));
    return { what: ref === mainRef ? 'main' : 'board', ref, expected: base, parent: base };
  });
  if (lane !== null) {
    wanted.unshift({ what: 'lane', ref: laneRef(namespace, lane.machine), expected: lane.expected, parent: lane.parent });
  }
  for (const claim of claims) {
    if (claim.kind === 'create')
      wanted.push({ what: 'claim', ref: claimRef(namespace, claim.name), expected: null, parent: null });
  }
  return wanted;
}

function deletionsOf({ claims = [] }: Changes, namespace: Namespace): Written[] {
  return claims.flatMap((claim): Written[] =>
    claim.kind === 'delete'
      ? [
          {
            update: { what: 'claim', ref: claimRef(namespace, claim.name), commit: null, expected: claim.commit },
            parent: null,
          },
        ]
      : [],
  );
}

/** Throws `CloneDamage` where fast-import fails for anything but a full disk. */
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
    // A stream that was cut off builds nothing.
    '--done',
    // The ids come out of standard output.
    '--cat-blob-fd=1',
  ];
  const result = await session.clone.run(args, where.timeoutMs, fastImportStream(changes, where.nowMs));
  if (result.exitCode !== 0 || result.timedOut) {
    const trouble = troubleOf(result);
    if (trouble.code === 'DISK')
      throw new CoordError('LOCAL_STATE', `nothing can be written: ${trouble.message}`, 'coord doctor');
    throw new CloneDamage(trouble.message, false);
  }
  const ids = parseMarks(result.stdout.toString('latin1'), wanted.length);
  const written = wanted.map(({ parent, ...update }, index) => ({ update: { ...update, commit: ids[index] ?? '' }, parent }));
  return [...written, ...deletions];
}
