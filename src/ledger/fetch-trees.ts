// From one fetch to `Trees`, and back to those of an earlier process. Guarantees the same object while nothing moved (C3), and that
// a view is remembered only once it was read whole.
import type { Trees } from '../core/model/trees.ts';
import type { Fetched } from '../ports.ts';
import { CloneDamage } from './clone-damage.ts';
import { type CloneSession, renewClone } from './clone-session.ts';
import { fetchRefs, sameRefs } from './fetch-refs.ts';
import type { LedgerTimeouts } from './ledger-options.ts';
import { readTrees } from './read-trees.ts';
import { branchRef, isBoardBranch, type Namespace } from './ref-names.ts';
import { loadSeen, saveSeen } from './seen-refs.ts';

export interface FleetView {
  readonly namespace: Namespace;
  readonly mainRef: string;
  readonly times: LedgerTimeouts;
}

/** Throws `CloneDamage` where the remote answers and the clone does not follow. */
export async function fetchTrees(session: CloneSession, view: FleetView, board: string | null, formatsMax = 1): Promise<Fetched> {
  const { home, clone, treeReader } = session;
  const { namespace, mainRef, times } = view;
  // A name that is no branch cannot exist; it must not reach a refspec either.
  const boardRef = board !== null && isBoardBranch(board) ? branchRef(board) : null;
  const last = session.last?.mainRef === mainRef && session.last.boardRef === boardRef ? session.last : null;
  const timeoutMs = (await clone.isEmpty()) ? times.cloneMs : times.networkMs;
  const branches = boardRef === null || boardRef === mainRef ? [mainRef] : [mainRef, boardRef];
  const answer = await fetchRefs({ home, clone, namespace, branches, last, timeoutMs });
  if (answer.kind === 'unreachable') {
    // What SIGKILL left of a fetch that hung.
    await clone.mend();
    return answer;
  }
  if (answer.kind === 'format') {
    if (formatsMax <= 0) throw new CloneDamage(`the remote has ids of ${answer.format}`, true);
    await renewClone(session, answer.format);
    return fetchTrees(session, view, board, formatsMax - 1);
  }
  const { refs, absent } = answer;
  const same = last !== null && sameRefs(last.refs, refs);
  const before = session.last?.trees ?? null;
  const trees = same ? last.trees : await readTrees({ reader: treeReader, namespace, refs, mainRef, boardRef, before });
  session.last = { mainRef, boardRef, refs, absent, trees };
  if (!same) await saveSeen(clone.gitDir, session.last);
  return { kind: 'fetched', trees };
}

/** What the last fetch showed, also one of an earlier process; null where there was none, or its objects are gone. */
export async function recallTrees(session: CloneSession, { mainRef, namespace }: FleetView): Promise<Trees | null> {
  if (session.last !== null) return session.last.trees;
  const seen = await loadSeen(session.clone.gitDir);
  if (seen === null || seen.mainRef !== mainRef) return null;
  try {
    const trees = await readTrees({ reader: session.treeReader, namespace, before: null, ...seen });
    session.last = { ...seen, trees };
    return trees;
  } catch (error) {
    // Mended by the next fetch; there is no connection here.
    if (error instanceof CloneDamage) return null;
    throw error;
  }
}
