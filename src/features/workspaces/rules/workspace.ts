// Says what a workspace adds to the end of its run (O16). Pure.
import type { EndedRun, ExitRecord } from '../../../core/model/orders/run.ts';
import { CHANGED_NOTHING } from '../../../core/model/orders/workspace.ts';

type Verdict = Pick<EndedRun, 'state' | 'reason' | 'code' | 'exitCode' | 'outputs' | 'asks'>;

/** What the run itself failed of comes first; what its workspace failed of makes it FAILED. `retry`: the command for after a person's help. */
export function withWorkspace<T extends Verdict>(verdict: T, said: ExitRecord['workspace'], retry: string): T {
  if (said === undefined) return verdict;
  const isGood = verdict.state === 'COMPLETED';
  const problem = said.problem === CHANGED_NOTHING.problem && !isGood ? null : said.problem;
  const notes = said.notes.filter((note) => note !== CHANGED_NOTHING.note || isGood);
  const isOwnEnd = verdict.state === 'CANCELLED' || verdict.reason !== null || verdict.exitCode !== null;
  const isFailed = problem !== null && (isGood || !isOwnEnd);
  const asks = isFailed && said.asks;
  // What else is to be known of a success is no reason of a failure.
  const words = [...(isFailed ? [] : [verdict.reason]), problem, ...notes, ...(asks ? [`then: ${retry}`] : [])];
  const reason = words.filter((it) => it !== null).join('; ');
  return {
    ...verdict,
    ...(isFailed ? { state: 'FAILED' as const } : {}),
    ...(asks ? { asks: true as const } : {}),
    reason: reason === '' ? null : reason,
    ...(isFailed || (verdict.code === undefined && reason !== '') ? { code: 'workspace' as const } : {}),
    outputs: { ...verdict.outputs, ...said.outputs },
  };
}

/** Of a run that had none it changes nothing. */
export function workspaceEnd<T extends Verdict>(verdict: T, { workspace }: ExitRecord, retry: string): T {
  return withWorkspace(verdict, workspace, retry);
}
