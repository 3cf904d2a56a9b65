// Joins many runs of one order into one state and one reason. Pure.
import { machinesIn } from '../base/counted.ts';
import { latest } from '../base/time.ts';
import { isEndState, type OrderState } from '../model/orders/run.ts';
import type { StatusRun } from '../model/status/status.ts';
import { toldReason, withHead } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';

/** One state for an order that many machines run: what moves first, then what needs a person, then how it ended. */
export function foldStates(runs: readonly (readonly [string, StatusRun])[]): StatusRun {
  const has = (state: OrderState) => runs.find(([, run]) => run.state === state);
  const ended = runs.filter(([, run]) => isEndState(run.state));
  if (ended.length === runs.length) {
    const bad = has('FAILED') ?? has('CANCELLED');
    const finishedAt = latest(ended.map(([, run]) => run.finishedAt ?? ''));
    const when = finishedAt === '' ? {} : { finishedAt };
    if (bad === undefined) return { state: 'COMPLETED', ...when };
    const { state, code } = bad[1];
    const alike = runs.filter(([, run]) => run.state === state);
    return { state, reason: whyOnEach(alike), ...(code === undefined ? {} : { code }), ...when };
  }
  if (has('IN_PROGRESS')) return { state: 'IN_PROGRESS' };
  const blocked = has('BLOCKED');
  if (blocked) return { state: 'BLOCKED', ...toldReason(blocked[1]) };
  const waits = runs.filter((run) => !ended.includes(run)).map(([machine]) => machine);
  const why = because.machine(machinesIn(waits));
  if (ended.length > 0) return { state: 'IN_PROGRESS', ...why };
  return has('ASSIGNED') ? { state: 'ASSIGNED', ...why } : { state: 'QUEUED', ...why };
}

/** How many machines are named; the others are counted. */
const TOLD_MAX = 3;

/** `on 1: exit code 3; on 2: not allowed there`. */
function whyOnEach(runs: readonly (readonly [string, StatusRun])[]): string {
  const words = runs.slice(0, TOLD_MAX).map(([machine, { reason, exitCode }]) => {
    const why = reason ?? (exitCode == null ? null : `exit code ${exitCode}`);
    return withHead(`on ${machine}`, { reason: why }).reason;
  });
  return [...words, ...(runs.length > TOLD_MAX ? [`and on ${runs.length - TOLD_MAX} more`] : [])].join('; ');
}
