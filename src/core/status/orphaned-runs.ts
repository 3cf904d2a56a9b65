// Orphaned runs: runs that nobody continues, though the last document says that they run. The order was begun on a machine that it is not for any
// more (S3: what has started stays where it started), or was lost with its machine, or under a higher generation than is listed. The state says
// so, with the one command that helps: a raised generation (O8). Pure, from documents alone.
import { oneOf } from '../base/counted.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import { isEndState } from '../model/orders/run.ts';
import type { StatusRun } from '../model/status/status.ts';
import { assignmentOf, isShared } from '../orders/assignment.ts';
import { questionIn } from '../orders/questions.ts';
import { because } from '../orders/reason-words.ts';
import { isDeclaredLost } from '../presence/gone.ts';
import { listedId } from '../runs/occurrence-name.ts';

/** What a machine's document says of this order. */
export interface ToldWord {
  readonly generation: number;
  readonly status: StatusRun & { readonly machine: number };
}

/** The status to show for an order with this newest report: the report itself if somebody continues the run. */
export function orphanedStatus(order: Order, { generation, status }: ToldWord, machines: Machines): ToldWord['status'] {
  const { state, machine, reason: _reason, code, told: _told, ...known } = status;
  if (isEndState(state)) return status;
  const isLost = state === 'IN_PROGRESS' && isDeclaredLost(machine, machines);
  if (state === 'IN_PROGRESS' && !isLost) return status;
  const who = machineLabel(machine, machines);
  const lost = because.lost(who, generation === order.generation ? null : generation);
  // Only a claim is taken over, and a lowered generation claims nothing (O8).
  if (isLost && isShared(order)) return { ...known, machine, state: 'FAILED', ...lost };
  const assignment = assignmentOf(order, machines);
  // An order for one machine stays with that machine (O4).
  if (assignment.kind === 'machines' && assignment.machines.includes(machine)) return status;
  const happened = isLost ? lost.reason : lastWord(order, status);
  const hasLeft = machines.get(machine)?.document.state === 'LEFT';
  if (assignment.kind === 'nobody' && !hasLeft) {
    const { why } = assignment;
    return { ...known, machine, state: 'BLOCKED', reason: `${happened}; ${why.reason}`, code: isLost ? lost.code : why.code };
  }
  const now = assignment.kind === 'nobody' ? null : oneOf(assignment.machines.map((it) => machineLabel(it, machines)));
  const why = because.begunElsewhere(happened, { who, hasLeft, now, id: listedId(order.id) });
  return { ...known, machine, state: 'BLOCKED', ...why, ...(isLost ? { code: lost.code } : {}) };
}

/** The status without its next attempt, which will not come. */
function lastWord({ attempts }: Order, { code, reason, attempt, outputs = {} }: StatusRun): string {
  if (code === 'nextAttempt') return `attempt ${attempt} of ${attempts} failed`;
  const question = code === 'question' ? questionIn(outputs) : null;
  return question === null ? (reason ?? 'it has begun') : `it asked: ${question.text}`;
}
