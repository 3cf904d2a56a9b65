// A clone begins with the newest part of main's history (C5a), so that a machine which joins an old fleet waits for days of it, not for years. The rest is
// fetched once, whole, when a question reaches beyond that part.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime, minuteTime } from '../../core/base/time.ts';
import { CoordError } from '../../errors.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { type Clone, REMOTE } from '../clone/clone.ts';
import { unanswered } from '../clone/clone-damage.ts';
import { sweepLeftovers } from '../clone/clone-locks.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { forgetGivenUp } from '../clone/given-up.ts';
import type { GitResult } from '../git/run-git.ts';
import { troubleOf } from '../git/trouble.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { withoutChatter } from './chatter.ts';
import { isObjectId, kindOfRef, type Namespace } from './ref-names.ts';

/** Years of history over a slow line: what failed is not begun anew with each look. */
const AGAIN_MS = 600_000;

/** The host has a part of it itself. */
const NO_MORE = '';

/** Of a fetch that moves no ref. */
const QUIETLY = [
  ...['--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules'],
  ...['--no-write-commit-graph', '--', REMOTE],
];

/** Commits whose parents the clone does not have; git keeps them so. */
export function cutsIn({ gitDir }: Pick<Clone, 'gitDir'>): ReadonlySet<string> {
  return new Set((textIn(join(gitDir, 'shallow')) ?? '').split('\n').filter(isObjectId));
}

/** Commits where the history of `tip` ends in this clone, and goes on outside it. Throws `CloneDamage` if the clone cannot tell. */
export async function cutsBelow(clone: Clone, tip: string, timeoutMs: number): Promise<readonly string[]> {
  const cuts = cutsIn(clone);
  if (cuts.size === 0) return [];
  const result = await clone.run(['rev-list', '--max-parents=0', tip, '--'], timeoutMs);
  if (result.exitCode !== 0) throw unanswered(result);
  const roots = result.stdout.toString('latin1').split('\n');
  return roots.filter((root) => cuts.has(root));
}

/** Whose history is meant. */
export interface Rest {
  readonly tips: readonly string[];
  /** From which the remote can tell all that came before. */
  readonly refs: readonly string[];
}

/** Of the branches in view; of nothing where main is gone. */
export function restOfView({ last }: Pick<CloneSession, 'last'>): Rest {
  const refs = [last?.mainRef, last?.boardRef].flatMap((ref) => (ref != null && last?.refs.has(ref) ? [ref] : []));
  return { refs, tips: refs.flatMap((ref) => last?.refs.get(ref) ?? []) };
}

/** Of the lanes in view too: each brings the main that its machine saw. */
export function restOfAll({ last }: Pick<CloneSession, 'last'>, namespace: Namespace): Rest {
  const isMeant = (ref: string) => ref === last?.mainRef || ref === last?.boardRef || isLane(namespace, ref);
  const found = [...(last?.refs ?? [])].filter(([ref]) => isMeant(ref));
  return { refs: found.map(([ref]) => ref), tips: found.map(([, id]) => id) };
}

export function isLane(namespace: Namespace, ref: string): boolean {
  const kind = kindOfRef(namespace, ref);
  return kind !== null && 'lane' in kind;
}

/**
 * Fetches all that came before what the clone has of these histories. One connection; no ref moves. False = there was nothing, or the remote has no more.
 * Throws UNREACHABLE where the remote does not give it, and for some minutes after that, unless a person waits for it (`isAsked`).
 */
export async function fetchRest(clone: Clone, { tips, refs }: Rest, times: LedgerTimeouts, isAsked = false): Promise<boolean> {
  const cuts = async () => (await Promise.all(tips.map((tip) => cutsBelow(clone, tip, times.localMs)))).flat();
  const before = await cuts();
  if (before.length === 0 || refs.length === 0) return false;
  const said = isAsked ? null : failedLately(clone);
  if (said === NO_MORE) return false;
  if (said !== null)
    throw notFetched(`${said} (${minuteTime(isoTime(writtenMs(failedNote(clone))))}; asked for again ten minutes later)`);
  const result = await askForRest(clone, refs, times);
  if (cameWhole(result)) {
    note(cameNote(clone), '');
    forgetGivenUp(clone);
    const after = await cuts();
    if (after.length < before.length || after.some((cut) => !before.includes(cut))) return true;
    if (!isAsked) note(failedNote(clone), NO_MORE);
    return false;
  }
  const why = wordsOf(result);
  if (!isAsked) note(failedNote(clone), why);
  throw notFetched(why);
}

/** One connection for what came before, of the histories of these refs of the remote. */
export function askForRest(clone: Clone, refs: readonly string[], times: LedgerTimeouts): Promise<GitResult> {
  return askFor(clone, '--unshallow', refs, times);
}

/** One connection that deepens or cuts what the clone has of these refs; no ref moves. */
export async function askFor(clone: Clone, what: string, refs: readonly string[], times: LedgerTimeouts): Promise<GitResult> {
  const fetch = (more: readonly string[]) =>
    clone.run([...more, 'fetch', what, ...QUIETLY, ...refs], times.fetchMs, { stallMs: times.networkMs });
  // The caller has the cycle's lock (C7): what holds this up is of a git that was killed.
  await sweepLeftovers(clone.gitDir, performance.timeOrigin);
  const judged = await fetch([]);
  // R7: what git dislikes there stays in a branch's history for good, and coord reads it as data.
  const result = judged.exitCode === 0 || judged.timedOut ? judged : await fetch(['-c', 'transfer.fsckObjects=false']);
  if (!cameWhole(result)) await clone.repair();
  return result;
}

export const cameWhole = ({ exitCode, timedOut }: GitResult): boolean => exitCode === 0 && !timedOut;

export const wordsOf = (result: GitResult): string => troubleOf({ ...result, stderr: withoutChatter(result.stderr) }).message;

const failedNote = ({ gitDir }: Clone): string => join(gitDir, 'coord-rest-failed');
/** When the rest came, by its time. */
export const cameNote = ({ gitDir }: Clone): string => join(gitDir, 'coord-rest-came');

/** Why it failed within the last minutes; null = it did not. */
function failedLately(clone: Clone): string | null {
  return Math.abs(Date.now() - writtenMs(failedNote(clone))) < AGAIN_MS ? textIn(failedNote(clone)) : null;
}

export const writtenMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function note(path: string, text: string): void {
  try {
    writeDurably(path, text);
  } catch {
    // A full disk: it is tried again with the next look.
  }
}

/** `hint`: by default what asks at once. */
export function notFetched(why: string, hint = 'coord timeline --whole'): CoordError {
  return new CoordError('UNREACHABLE', `what came before the newest part of main's history was not fetched: ${why}`, hint);
}
