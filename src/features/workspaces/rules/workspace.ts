// Says what a workspace adds to the end of its run (O16). Pure.
import type { EndedRun, ExitRecord } from '../../../core/model/orders/run.ts';
import { CHANGED_NOTHING } from '../../../core/model/orders/workspace.ts';
import { framed, withWays } from '../../../core/status/ways.ts';

type Verdict = Pick<EndedRun, 'state' | 'reason' | 'told' | 'code' | 'exitCode' | 'outputs' | 'asks'>;

/** What the run itself failed of comes first; what its workspace failed of makes it FAILED. `order`: as ORDERS.json lists it. */
export function withWorkspace<T extends Verdict>(verdict: T, said: ExitRecord['workspace'], order: string): T {
  if (said === undefined) return verdict;
  const isGood = verdict.state === 'COMPLETED';
  const problem = said.problem === CHANGED_NOTHING.problem && !isGood ? null : said.problem;
  const notes = said.notes.filter((note) => note !== CHANGED_NOTHING.note || isGood);
  const isOwnEnd = verdict.state === 'CANCELLED' || verdict.reason !== null || verdict.exitCode !== null;
  const isFailed = problem !== null && (isGood || !isOwnEnd);
  const asks = isFailed && said.asks;
  const { reason, told } = verdict;
  // What else is to be known of a success is no reason of a failure.
  const words = [problem, ...notes].filter((it) => it !== null).join('; ');
  const own = isFailed || reason === null ? null : framed({ reason, told }, '', words === '' ? '' : `; ${words}`);
  const why = own ?? (asks ? withWays(order, words, 'thenRetry') : { reason: words === '' ? null : words, told: undefined });
  return {
    ...verdict,
    ...(isFailed ? { state: 'FAILED' as const } : {}),
    ...(asks ? { asks: true as const } : {}),
    ...why,
    ...(isFailed || (verdict.code === undefined && why.reason !== null) ? { code: 'workspace' as const } : {}),
    outputs: { ...verdict.outputs, ...said.outputs },
  };
}

/** Of a run that had none it changes nothing. */
export function workspaceEnd<T extends Verdict>(verdict: T, { workspace }: Pick<ExitRecord, 'workspace'>, order: string): T {
  return withWorkspace(verdict, workspace, order);
}
