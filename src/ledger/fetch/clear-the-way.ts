// Git has no ref below another one. A branch that gets a name below or above its old one (F4: `board: coord` becomes `board: coord/board`) could never be
// fetched: the old one stays in the clone, because nobody asks for it any more.
import type { Clone } from '../clone/clone.ts';
import { refsBelow } from './seen-refs.ts';
import { viewOfBranch } from './shown-refs.ts';

/** Removes what an earlier fetch of another branch left in the way of these. No git where there is nothing. */
export async function clearTheWay(clone: Clone, branches: readonly string[], timeoutMs: number): Promise<void> {
  const wanted = branches.map(viewOfBranch);
  const isInTheWay = (ref: string) => wanted.some((name) => name.startsWith(`${ref}/`) || ref.startsWith(`${name}/`));
  const gone = (await refsBelow(clone.gitDir, 'refs/view/branches')).filter(isInTheWay);
  // Where that fails, so does the fetch, which says why.
  if (gone.length > 0)
    await clone.run(['update-ref', '--stdin'], timeoutMs, { input: gone.map((ref) => `delete ${ref}\n`).join('') });
}
