// Makes `Trees` of one fetch, or of what an earlier process fetched. Guarantees the same object while nothing moved (C3), and that a view is remembered
// only after it was read whole.
import type { PushReport, RefUpdate } from '../../core/model/ledger/push.ts';
import type { Trees } from '../../core/model/ledger/trees.ts';
import { isTooSlow } from '../../errors.ts';
import type { Fetched, PushedMain, ReadFirst } from '../../ports.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import { type CloneSession, type LastFetch, renewClone } from '../clone/clone-session.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { leadsOn } from '../objects/main-versions.ts';
import { readTrees } from '../objects/read-trees.ts';
import { fetchRefs } from './fetch-refs.ts';
import { branchRef, isBoardBranch, kindOfRef, laneRef, type Namespace } from './ref-names.ts';
import { saveSeen, seenIn, seenMark } from './seen-refs.ts';
import { type Refs, sameShown } from './shown-refs.ts';

interface Asked {
  readonly board: string | null;
  readonly first?: ReadFirst | undefined;
  readonly pushed?: PushedMain | undefined;
}

export interface FleetView {
  readonly namespace: Namespace;
  readonly mainRef: string;
  readonly beginCommits: number;
  readonly times: LedgerTimeouts;
}

/** Throws `CloneDamage` if the remote answers and the clone cannot follow. */
export async function fetchTrees(session: CloneSession, view: FleetView, asked: Asked, formatsMax = 1): Promise<Fetched> {
  const { board, first, pushed } = asked;
  const { home, clone, treeReader } = session;
  const { namespace, mainRef, times, beginCommits } = view;
  // An invalid branch name cannot exist, and must not reach a refspec.
  const boardRef = board !== null && isBoardBranch(board) ? branchRef(board) : null;
  const kept = (await newestHere(session)) ?? (await keptByName(session, view));
  const last = kept?.mainRef === mainRef && kept.boardRef === boardRef ? kept : null;
  const branches = boardRef === null || boardRef === mainRef ? [mainRef] : [mainRef, boardRef];
  const answer = await fetchRefs({ home, clone, namespace, branches, last, times, first, beginCommits });
  if (answer.kind === 'unreachable') {
    // Removes what a killed fetch left.
    await clone.repair();
    return answer;
  }
  if (answer.kind === 'format') {
    if (formatsMax <= 0) throw new CloneDamage(`the remote has ids of ${answer.format}`, true);
    await renewClone(session, answer.format);
    return fetchTrees(session, view, asked, formatsMax - 1);
  }
  const { kind: _refs, ...told } = answer;
  const mainBefore = pushed === undefined ? undefined : await mainBeforePush(session, view, told.refs, pushed);
  const answered =
    mainBefore === undefined || pushed === undefined ? told : { ...told, refs: new Map(told.refs).set(mainRef, pushed.commit) };
  const same = last !== null && sameShown(last, answered);
  const before = session.last?.trees ?? null;
  const shown = { mainRef, boardRef, ...answered };
  const trees = same ? last.trees : await readTrees({ reader: treeReader, namespace, before, ...shown });
  session.last = { ...shown, trees, mark: same ? last.mark : saveSeen(clone.gitDir, shown) };
  return mainBefore === undefined ? { kind: 'fetched', trees } : { kind: 'fetched', trees, mainBefore };
}

/**
 * C4a: the main that is shown, where it stood before this machine's own push (null = there was none); undefined = it did not, or the pushed one is
 * lost with the clone.
 */
async function mainBeforePush(
  { clone, reader }: CloneSession,
  { namespace, mainRef, times }: FleetView,
  shown: Refs,
  { commit: newer, machine, later }: PushedMain,
): Promise<string | null | undefined> {
  const older = shown.get(mainRef);
  if (older === newer || later.includes(shown.get(laneRef(namespace, machine)) ?? '')) return undefined;
  if ((await reader.info(newer)) === null) return undefined;
  if (older === undefined) return null;
  const leads = (from: string, to: string) => leadsOn({ clone, reader }, { older: from, newer: to, timeoutMs: times.localMs });
  // Mostly another machine has pushed onto it.
  return !(await leads(newer, older)) && (await leads(older, newer)) ? older : undefined;
}

/** R7: refs that were found to be bad are remembered, so that not every process looks for them again. */
async function keptByName(session: CloneSession, view: FleetView): Promise<LastFetch | null> {
  if (seenIn(seenMark(session.clone.gitDir))?.byName !== true) return null;
  return (await recallTrees(session, view)) === null ? null : session.last;
}

/** C4a: the view in this process's memory, if no other process of this machine has fetched or pushed since. */
async function newestHere({ clone, last }: CloneSession): Promise<LastFetch | null> {
  return last !== null && last.mark === seenMark(clone.gitDir) ? last : null;
}

/**
 * Takes an accepted push into the view without another fetch: an accepted ref stands where it was moved to (C4a). If the new commits cannot be read, the
 * view stays as the fetch showed it.
 */
export async function noteAccepted(
  session: CloneSession,
  { namespace }: FleetView,
  updates: readonly RefUpdate[],
  report: PushReport,
): Promise<void> {
  const { last } = session;
  if (last === null || report.kind === 'unknown') return;
  const inView = (ref: string) => ref === last.mainRef || ref === last.boardRef || kindOfRef(namespace, ref) !== null;
  const accepted = updates.filter(({ ref }) => inView(ref) && report.refs.get(ref)?.kind === 'accepted');
  if (accepted.length === 0) return;
  const refs = new Map(last.refs);
  for (const { ref, commit } of accepted) {
    if (commit === null) refs.delete(ref);
    else refs.set(ref, commit);
  }
  const { trees: before, mark: _mark, ...rest } = last;
  const moved = {
    ...rest,
    refs,
    absent: new Set([...last.absent].filter((ref) => !refs.has(ref))),
    unread: new Map([...last.unread].filter(([ref]) => !accepted.some((update) => update.ref === ref))),
  };
  try {
    const trees = await readTrees({ reader: session.treeReader, namespace, before, ...moved });
    session.last = { ...moved, trees, mark: saveSeen(session.clone.gitDir, moved) };
  } catch (error) {
    // The host has taken the push: whatever keeps this from being read, the view stays as it was.
    if (!(error instanceof CloneDamage) && !isTooSlow(error)) throw error;
  }
}

/** The last fetch with the pushes since, by any process of this machine; null = there was none, or its objects are gone. */
export async function recallTrees(session: CloneSession, { mainRef, namespace }: FleetView): Promise<Trees | null> {
  const kept = await newestHere(session);
  if (kept !== null) return kept.trees;
  const mark = seenMark(session.clone.gitDir);
  const seen = seenIn(mark);
  if (seen === null || seen.mainRef !== mainRef) return null;
  try {
    const trees = await readTrees({ reader: session.treeReader, namespace, before: session.last?.trees ?? null, ...seen });
    session.last = { ...seen, trees, mark };
    return trees;
  } catch (error) {
    // The next fetch repairs it; here is no connection.
    if (error instanceof CloneDamage) return null;
    throw error;
  }
}
