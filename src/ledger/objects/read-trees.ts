// Refs of one fetch as `Trees`. Guarantees that known commits keep their object, so that the same question gives the same answer without reading. A
// lane or claim that cannot be read is there all the same: a lane without documents, a claim of nobody (R7).
import { type CommitTree, MAIN, type OddRef, type Trees } from '../../core/model/ledger/trees.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import { branchRef, kindOfRef, type Namespace, pathOfRef } from '../fetch/ref-names.ts';
import type { ShownRefs } from '../fetch/shown-refs.ts';
import type { TreeReader } from './tree-reader.ts';

export interface TreesQuestion extends Pick<ShownRefs, 'refs' | 'unread' | 'strange'> {
  readonly reader: TreeReader;
  readonly namespace: Namespace;
  readonly mainRef: string;
  readonly boardRef: string | null;
  readonly before: Trees | null;
}

function commitsOf(trees: Trees | null): Map<string, CommitTree> {
  // A claim that was not read has no message.
  const lanes = [...(trees?.lanes.values() ?? [])].filter(({ entries }) => entries !== EMPTY.entries);
  const known = [trees?.main, trees?.board, ...lanes];
  return new Map(known.filter((tree) => tree !== null && tree !== undefined).map((tree) => [tree.commit, tree]));
}

/** Reads what is new. */
export async function readTrees(question: TreesQuestion): Promise<Trees> {
  const { reader, namespace, refs, mainRef, boardRef, before } = question;
  const seen = commitsOf(before);
  const oddBefore = new Set(before?.odd?.map(({ ref }) => ref));
  const commit = async (id: string) => seen.get(id) ?? (await reader.commit(id));
  const branch = async (ref: string | null) => {
    const id = ref === null ? undefined : refs.get(ref);
    if (id === undefined) return null;
    // The branches are always needed, and a commit message of a megabyte is sent as a few bytes.
    const tree = seen.get(id) ?? (await reader.anyCommit(id));
    if (tree === null) throw new CloneDamage(`${ref} points to ${id}, which is no commit`, false);
    return tree;
  };
  const lanes: [number, CommitTree][] = [];
  const claims: [string, { commit: string; message: string }][] = [];
  const oddAt = (ref: string, why: OddRef['why']): OddRef => ({ ref, path: pathOfRef(namespace, ref), why });
  const odd: OddRef[] = question.strange.map((ref) => oddAt(ref, 'unknown'));
  const stand = (kind: RefKind, id: string, tree: CommitTree | null) => {
    const { message } = tree ?? EMPTY;
    if ('lane' in kind) lanes.push([kind.lane, tree ?? { ...EMPTY, commit: id }]);
    else claims.push([kind.claim, { commit: id, message }]);
  };
  const others = [...refs].map(async ([ref, id]): Promise<void> => {
    const kind = kindOfRef(namespace, ref);
    if (kind === null) return;
    const claim = 'claim' in kind && !oddBefore.has(ref) ? before?.claims.get(kind.claim) : undefined;
    if ('claim' in kind && claim?.commit === id) claims.push([kind.claim, claim]);
    else {
      const tree = await commit(id);
      stand(kind, id, tree);
      if (tree === null) odd.push(oddAt(ref, 'unreadable'));
    }
  });
  for (const [ref, { id, bad }] of question.unread) {
    const kind = kindOfRef(namespace, ref);
    if (kind === null) continue;
    stand(kind, id, null);
    odd.push(oddAt(ref, bad ? 'unreadable' : 'beyond'));
  }
  const [main, board] = await Promise.all([branch(mainRef), branch(boardRef), ...others]);
  lanes.sort(([one], [other]) => one - other);
  claims.sort(([one], [other]) => (one < other ? -1 : 1));
  odd.sort((one, other) => (one.ref < other.ref ? -1 : 1));
  const shown = {
    main: main ?? null,
    ...mainNameOf(mainRef),
    board: board ?? null,
    lanes: new Map(lanes),
    claims: new Map(claims),
  };
  return odd.length === 0 ? shown : { ...shown, odd };
}

function mainNameOf(ref: string): Pick<Trees, 'mainName'> {
  return ref === branchRef(MAIN) ? {} : { mainName: ref.slice(branchRef('').length) };
}

type RefKind = NonNullable<ReturnType<typeof kindOfRef>>;

/** The commit of a ref that cannot be read. */
const EMPTY: Omit<CommitTree, 'commit'> = { parent: null, message: '', entries: new Map() };
