// Refs of one fetch as `Trees`. Guarantees that commits seen before keep their object, so that the same question gives the same
// answer without reading; a lane or claim that is no commit is no lane and no claim.
import type { CommitTree, Trees } from '../core/model/trees.ts';
import { CloneDamage } from './clone-damage.ts';
import type { Refs } from './fetch-refs.ts';
import { kindOfRef, type Namespace } from './ref-names.ts';
import type { TreeReader } from './tree-reader.ts';

export interface TreesQuestion {
  readonly reader: TreeReader;
  readonly namespace: Namespace;
  readonly refs: Refs;
  readonly mainRef: string;
  readonly boardRef: string | null;
  readonly before: Trees | null;
}

function commitsOf(trees: Trees | null): Map<string, CommitTree> {
  const known = [trees?.main, trees?.board, ...(trees?.lanes.values() ?? [])];
  return new Map(known.filter((tree) => tree !== null && tree !== undefined).map((tree) => [tree.commit, tree]));
}

/** Reads what is new. */
export async function readTrees({ reader, namespace, refs, mainRef, boardRef, before }: TreesQuestion): Promise<Trees> {
  const seen = commitsOf(before);
  const commit = async (id: string) => seen.get(id) ?? (await reader.commit(id));
  const branch = async (ref: string | null) => {
    const id = ref === null ? undefined : refs.get(ref);
    if (id === undefined) return null;
    const tree = await commit(id);
    if (tree === null) throw new CloneDamage(`${ref} points to ${id}, which is no commit of a possible size`, false);
    return tree;
  };
  const lanes: [number, CommitTree][] = [];
  const claims: [string, { commit: string; message: string }][] = [];
  const others = [...refs].map(async ([ref, id]): Promise<void> => {
    const kind = kindOfRef(namespace, ref);
    if (kind === null) return;
    const claim = 'claim' in kind ? before?.claims.get(kind.claim) : undefined;
    const tree = claim?.commit === id ? null : await commit(id);
    if ('lane' in kind && tree !== null) lanes.push([kind.lane, tree]);
    if ('claim' in kind && claim?.commit === id) claims.push([kind.claim, claim]);
    else if ('claim' in kind && tree !== null) claims.push([kind.claim, { commit: id, message: tree.message }]);
  });
  const [main, board] = await Promise.all([branch(mainRef), branch(boardRef), ...others]);
  lanes.sort(([one], [other]) => one - other);
  claims.sort(([one], [other]) => (one < other ? -1 : 1));
  return { main: main ?? null, board: board ?? null, lanes: new Map(lanes), claims: new Map(claims) };
}
