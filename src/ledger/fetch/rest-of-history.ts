// A clone begins with the newest part of main's history (C5a), so that a machine which joins an old fleet waits for days of it, not for years. The rest is
// fetched once, whole, when a question reaches beyond that part.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CoordError } from '../../errors.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { type Clone, REMOTE } from '../clone/clone.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { writePrivate } from '../git/git-home.ts';
import { troubleOf } from '../git/trouble.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { withoutChatter } from './chatter.ts';
import { isObjectId } from './ref-names.ts';

/** Years of history over a slow line: what failed is not begun anew with each look. */
const AGAIN_MS = 600_000;

/** The host has a part of it itself. */
const NO_MORE = '';

const FETCH_REST = [
  ...['fetch', '--unshallow', '--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'],
  ...['--no-recurse-submodules', '--no-write-commit-graph', '--', REMOTE],
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
  if (result.exitCode !== 0) throw new CloneDamage(troubleOf(result).message, false);
  const roots = result.stdout.toString('latin1').split('\n');
  return roots.filter((root) => cuts.has(root));
}

/** Whose history is meant. */
interface Rest {
  readonly tips: readonly string[];
  /** From which the remote can tell all that came before. */
  readonly refs: readonly string[];
}

/** Of the branches in view; of nothing where main is gone. */
export function restOfView({ last }: Pick<CloneSession, 'last'>): Rest {
  const refs = [last?.mainRef, last?.boardRef].flatMap((ref) => (ref != null && last?.refs.has(ref) ? [ref] : []));
  return { refs, tips: refs.flatMap((ref) => last?.refs.get(ref) ?? []) };
}

/**
 * Fetches all that came before what the clone has of these histories. One connection; no ref moves. False = there was nothing, or the remote has no more.
 * Throws UNREACHABLE where the remote does not give it, and for some minutes after that.
 */
export async function fetchRest(clone: Clone, { tips, refs }: Rest, times: LedgerTimeouts): Promise<boolean> {
  const cuts = async () => (await Promise.all(tips.map((tip) => cutsBelow(clone, tip, times.localMs)))).flat();
  const before = await cuts();
  if (before.length === 0 || refs.length === 0) return false;
  const failed = join(clone.gitDir, 'coord-rest-failed');
  const said = textIn(failed);
  const failedMs = statSync(failed, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (said !== null && Math.abs(Date.now() - failedMs) < AGAIN_MS) {
    if (said === NO_MORE) return false;
    throw notFetched(said);
  }
  const fetch = (more: readonly string[]) =>
    clone.run([...more, ...FETCH_REST, ...refs], times.fetchMs, { stallMs: times.networkMs });
  const judged = await fetch([]);
  // R7: what git dislikes there stays in a branch's history for good, and coord reads it as data.
  const result = judged.exitCode === 0 || judged.timedOut ? judged : await fetch(['-c', 'transfer.fsckObjects=false']);
  if (result.exitCode === 0 && !result.timedOut) {
    const after = await cuts();
    if (after.length < before.length || after.some((cut) => !before.includes(cut))) return true;
    writePrivate(failed, NO_MORE);
    return false;
  }
  await clone.repair();
  const why = troubleOf({ ...result, stderr: withoutChatter(result.stderr) }).message;
  writePrivate(failed, why);
  throw notFetched(why);
}

function notFetched(why: string): CoordError {
  return new CoordError(
    'UNREACHABLE',
    `what came before the newest part of main's history was not fetched: ${why}`,
    'coord sync',
  );
}
