// Where a history is cut: the newest commit of its first parents that is old enough, and that leaves everything in which a machine may still have to find
// itself. Nothing is changed.
import type { ShorteningPlan, ShorteningQuestion } from '../../core/model/ledger/shortening.ts';
import { gitLines, type HistorySession, standInFor } from './continues.ts';

/** Null = nothing is older. */
export async function planShortening(
  session: HistorySession,
  tip: string,
  { beforeMs, keep, nowMs }: Pick<ShorteningQuestion, 'beforeMs' | 'keep'> & { readonly nowMs: number },
): Promise<ShorteningPlan | null> {
  const lines = await gitLines(session, ['log', '--first-parent', '--format=%H %ct', tip, '--']);
  const line = lines.map((it) => it.split(' ')).map(([id = '', seconds]) => ({ id, atMs: Number(seconds) * 1000 }));
  const newestOld = line.findIndex(({ atMs }) => atMs <= beforeMs);
  if (newestOld < 0) return null;
  // A clock that was far behind makes nothing old that is above what is not; one that is ahead of now holds nothing.
  const old = Math.max(newestOld, 1 + line.findLastIndex(({ atMs }) => atMs > beforeMs && atMs <= nowMs));
  if (old >= line.length) return null;
  const places = await Promise.all(
    [...new Set(keep)].map(async (commit) => [commit, await placeOf(session, commit, tip)] as const),
  );
  const missing = places.flatMap(([commit, place]) => (place === null ? [commit] : []));
  const furthest = places.reduce<number>((most, [, place]) => Math.max(most, place ?? 0), 0);
  const held = places.flatMap(([commit, place]) => (place !== null && place > old ? [commit] : []));
  // What stays may stand on a side that this line leads to at its very end.
  const { id: cut, atMs } = line[Math.min(line.length - 1, Math.max(old, furthest))] ?? { id: tip, atMs: nowMs };
  const [all, kept] = [await countOf(session, [tip]), await countOf(session, [tip, `^${cut}`])];
  const dropped = all - kept - 1;
  if (dropped <= 0 && missing.length === 0) return held.length === 0 ? null : { ...EMPTY, tip, held };
  return { tip, cut, cutAt: new Date(Math.min(atMs, nowMs)).toISOString(), dropped, kept: kept + 1, held, missing };
}

const EMPTY = { cut: '', cutAt: '', dropped: 0, kept: 0, missing: [] };

/** How many commits of the first parents are newer than all that `commit` leads on from; null = this history does not hold it. */
async function placeOf(session: HistorySession, commit: string, tip: string): Promise<number | null> {
  const there = (await session.reader.info(commit))?.type === 'commit' && (await isIn(session, commit, tip));
  const held = there ? commit : await standInFor(session, commit, tip);
  return held === null ? null : countOf(session, ['--first-parent', tip, `^${held}`]);
}

async function isIn({ clone, timeoutMs }: HistorySession, older: string, newer: string): Promise<boolean> {
  return (await clone.run(['merge-base', '--is-ancestor', older, newer], timeoutMs)).exitCode === 0;
}

async function countOf(session: HistorySession, revisions: readonly string[]): Promise<number> {
  const [count] = await gitLines(session, ['rev-list', '--count', ...revisions, '--']);
  return Number(count);
}
