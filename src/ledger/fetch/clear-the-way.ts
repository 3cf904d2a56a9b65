// Refs of the clone that no fetch asks for any more. Git has no ref below another one: a branch that gets a name below or above its old one (F4: `board:
// coord` becomes `board: coord/board`) could never be fetched. And each of them holds the history of its day: no packing would free it (C5, R3b).
import type { Clone } from '../clone/clone.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { refsBelow } from './seen-refs.ts';
import { viewOfBranch } from './shown-refs.ts';

/** R7: where lanes and claims are kept that were asked for by name. */
export const KEPT = 'refs/view/kept';

/** Removes what an earlier fetch of another branch left in the way of these. No git where there is nothing. */
export async function clearTheWay(clone: Clone, branches: readonly string[], timeoutMs: number): Promise<void> {
  const wanted = branches.map(viewOfBranch);
  const isInTheWay = (ref: string) => wanted.some((name) => name.startsWith(`${ref}/`) || ref.startsWith(`${name}/`));
  // Where that fails, so does the fetch, which says why.
  await dropRefs(clone, (await refsBelow(clone.gitDir, 'refs/view/branches')).filter(isInTheWay), timeoutMs);
}

/**
 * After a fetch of everything, of these branches: what was kept by name goes, and boards that the fleet has left. A branch that is missing from the remote
 * stays, for a main that is gone is put back from here (R3a). No git where there is nothing.
 */
export async function dropUnasked(clone: Clone, branches: readonly string[], timeoutMs: number): Promise<void> {
  const wanted = new Set(branches.map(viewOfBranch));
  const boards = (await refsBelow(clone.gitDir, 'refs/view/branches')).filter((ref) => !wanted.has(ref));
  await dropRefs(clone, [...boards, ...(await refsBelow(clone.gitDir, KEPT))], timeoutMs);
}

/**
 * What this machine wrote last stands on the main of that day (C4): a machine that writes no main for months would keep it here. What is in view stays, for a
 * push that no fetch has shown yet has no other name here. Nor goes any while main is gone: it may be what is put back (R3a).
 */
export async function dropDrafts({ clone, last }: Pick<CloneSession, 'clone' | 'last'>, timeoutMs: number): Promise<void> {
  if (last === null || !last.refs.has(last.mainRef)) return;
  const shown = new Set(last.refs.values());
  const listed = await clone.run(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/draft'], timeoutMs);
  const drafts = listed.stdout
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '));
  const gone = drafts.flatMap(([id = '', ref]) => (ref === undefined || shown.has(id) ? [] : [ref]));
  await dropRefs(clone, gone, timeoutMs);
}

/** Loose and packed. What could not be removed is left for the next time. */
export async function dropRefs(clone: Clone, refs: readonly string[], timeoutMs: number): Promise<void> {
  // A lock that a killed git left is no ref, and git would then remove none of them.
  const gone = refs.filter((ref) => !ref.endsWith('.lock'));
  if (gone.length > 0)
    await clone.run(['update-ref', '--stdin'], timeoutMs, { input: gone.map((ref) => `delete ${ref}\n`).join('') });
}
