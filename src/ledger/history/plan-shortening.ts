// Where a history is cut: the newest commit of its first parents that is old enough, and that leaves everything in which a machine may still have to find
// itself. Nothing is changed.
import type { ShorteningPlan, ShorteningQuestion } from '../../core/model/ledger/shortening.ts';
import { leadsOn } from '../objects/main-versions.ts';
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
  const isNew = ({ atMs }: Pick<Dated, 'atMs'>) => atMs > beforeMs && atMs <= nowMs;
  const lastNew = line.findLastIndex(isNew);
  const onLine = Math.max(newestOld, 1 + lastNew);
  const old = Math.max(onLine, await placeOfMerged(session, line, onLine, isNew));
  const isDoubtful = doubtIn(line, beforeMs);
  const doubt = datedOf(isDoubtful(lastNew) ? line[lastNew] : undefined);
  if (old >= line.length && doubt.dated === undefined) return null;
  const places = await Promise.all(
    [...new Set(keep)].map(async (commit) => [commit, await placeOf(session, commit, tip)] as const),
  );
  const missing = places.flatMap(([commit, place]) => (place === null ? [commit] : []));
  const furthest = places.reduce<number>((most, [, place]) => Math.max(most, place ?? 0), 0);
  // What is older than all that is new for sure holds history too, whatever becomes of a date that may be wrong.
  const sure =
    doubt.dated === undefined ? old : Math.max(newestOld, 1 + line.findLastIndex((it, place) => isNew(it) && !isDoubtful(place)));
  const held = places.flatMap(([commit, place]) => (place !== null && place > sure ? [commit] : []));
  if (old >= line.length) return { ...EMPTY, tip, held, ...doubt };
  // What stays may stand on a side that this line leads to at its very end.
  const { id: cut, atMs } = line[Math.min(line.length - 1, Math.max(old, furthest))] ?? { id: tip, atMs: nowMs };
  const [all, kept] = [await countOf(session, [tip]), await countOf(session, [tip, `^${cut}`])];
  const dropped = all - kept - 1;
  if (dropped <= 0 && missing.length === 0)
    return held.length === 0 && doubt.dated === undefined ? null : { ...EMPTY, tip, held, ...doubt };
  const cutAt = new Date(Math.min(atMs, nowMs)).toISOString();
  return { tip, cut, cutAt, dropped, kept: kept + 1, held, missing, ...doubt };
}

interface Dated {
  readonly id: string;
  readonly atMs: number;
}

/** The furthest place from which something came off the line that is new and was merged below `from`: all that came after that stays. */
async function placeOfMerged(
  session: HistorySession,
  line: readonly Dated[],
  from: number,
  isNew: (commit: Pick<Dated, 'atMs'>) => boolean,
): Promise<number> {
  const cut = line[from];
  if (cut === undefined) return 0;
  const [merge] = await gitLines(session, ['rev-list', '--first-parent', '--merges', '--max-count=1', cut.id, '--']);
  if (merge === undefined) return 0;
  const places = new Map(line.map(({ id }, place) => [id, place]));
  let furthest = 0;
  for (const said of await gitLines(session, ['log', '--topo-order', '--reverse', '--format=%H %ct %P', cut.id, '--'])) {
    const [id = '', seconds, ...parents] = said.split(' ');
    if (places.has(id)) continue;
    const place = Math.min(...parents.filter(Boolean).map((parent) => places.get(parent) ?? line.length - 1), line.length - 1);
    places.set(id, place);
    if (isNew({ atMs: Number(seconds) * 1000 })) furthest = Math.max(furthest, place);
  }
  return furthest;
}

/** Of each place, whether what stands there looks newer than most of what came after it: nobody can tell whose clock was wrong, so it holds that, and is named. */
function doubtIn(line: readonly Dated[], beforeMs: number): (place: number) => boolean {
  let count = 0;
  const oldAbove = line.map(({ atMs }) => {
    const above = count;
    count += atMs <= beforeMs ? 1 : 0;
    return above;
  });
  return (place) => place > 0 && 2 * (oldAbove[place] ?? 0) > place;
}

function datedOf(holder: Dated | undefined): Pick<ShorteningPlan, 'dated'> {
  return holder === undefined ? {} : { dated: { commit: holder.id, at: new Date(holder.atMs).toISOString() } };
}

const EMPTY = { cut: '', cutAt: '', dropped: 0, kept: 0, missing: [] };

/** How many commits of the first parents are newer than all that `commit` leads on from; null = this history does not hold it. */
async function placeOf(session: HistorySession, commit: string, tip: string): Promise<number | null> {
  const there =
    (await session.reader.info(commit))?.type === 'commit' &&
    (await leadsOn(session, { older: commit, newer: tip, timeoutMs: session.timeoutMs }));
  const held = there ? commit : await standInFor(session, commit, tip);
  return held === null ? null : countOf(session, ['--first-parent', tip, `^${held}`]);
}

async function countOf(session: HistorySession, revisions: readonly string[]): Promise<number> {
  const [count] = await gitLines(session, ['rev-list', '--count', ...revisions, '--']);
  return Number(count);
}
