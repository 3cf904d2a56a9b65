// A clone begins with the newest part of main's history (C5a), so that a machine which joins an old fleet waits for days of it, not for years. The rest is
// fetched once, whole, when a question reaches beyond that part. Guarantees that no answer rests on the part alone where the rest could change it.
import { join } from 'node:path';
import { CoordError } from '../../errors.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { type Clone, REMOTE } from '../clone/clone.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { troubleOf } from '../git/trouble.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { withoutChatter } from './chatter.ts';
import { isObjectId } from './ref-names.ts';

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

/**
 * Fetches all that came before what the clone has of these histories. One connection; no ref moves. False = there was nothing. Throws UNREACHABLE where the
 * remote does not give it.
 */
export async function fetchRest(
  { clone, last }: Pick<CloneSession, 'clone' | 'last'>,
  { localMs, networkMs, fetchMs }: LedgerTimeouts,
): Promise<boolean> {
  const branches = [last?.mainRef, last?.boardRef].flatMap((ref) => (ref != null && last?.refs.has(ref) ? [ref] : []));
  const tips = branches.flatMap((ref) => last?.refs.get(ref) ?? []);
  const cuts = await Promise.all(tips.map((tip) => cutsBelow(clone, tip, localMs)));
  if (cuts.every((those) => those.length === 0)) return false;
  const fetch = (more: readonly string[]) => clone.run([...more, ...FETCH_REST, ...branches], fetchMs, { stallMs: networkMs });
  const judged = await fetch([]);
  // R7: what git dislikes there stays in a branch's history for good, and coord reads it as data.
  const result = judged.exitCode === 0 || judged.timedOut ? judged : await fetch(['-c', 'transfer.fsckObjects=false']);
  if (result.exitCode === 0 && !result.timedOut) return true;
  await clone.repair();
  const why = troubleOf({ ...result, stderr: withoutChatter(result.stderr) }).message;
  throw new CoordError('UNREACHABLE', `what came before the newest part of main's history was not fetched: ${why}`, 'coord sync');
}
