// The end of orders that people, or other orders, keep from running: each shows what it waits for, and nobody has run it.
import type { StatusDocument, StatusOrder } from '../../src/core/model/status/status.ts';
import type { Entry } from './people.ts';
import type { Execution } from './truth.ts';

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];

/** True: there is no more to say of it. `ran`: what ran of this generation, or of a higher one. */
export function checkHeld(
  order: Entry,
  shown: StatusOrder,
  status: StatusDocument,
  ran: readonly Execution[],
  /** What it shows is of a machine that is gone. */
  isOnGone: boolean,
  violated: (clause: string, text: string) => void,
): boolean {
  if (order.schedule !== undefined) {
    if (!isOnGone && !FINAL.includes(shown.state))
      violated('O12', `is ${shown.state} (${shown.reason}), and its schedule was ended`);
    return true;
  }
  if (order.on !== undefined) {
    if (!isOnGone && (shown.state === 'IN_PROGRESS' || shown.state === 'ASSIGNED'))
      violated('O19', `is ${shown.state} (${shown.reason}), and nothing happens any more`);
    return true;
  }
  if (order.resolved?.generation === order.generation && order.assign !== 'all') {
    if (!FINAL.includes(shown.state)) violated('O4b', `is ${shown.state} (${shown.reason}), and a person said what became of it`);
    if (ran.length === 0 && !order.cancelled && shown.state !== order.resolved.as.toUpperCase() && shown.attempt === undefined)
      violated('O4b', `is ${shown.state} (${shown.reason}), and a person said that it ${order.resolved.as}`);
    return true;
  }
  const waitsFor = (order.after ?? []).filter((id) => status.orders[id]?.state !== 'COMPLETED');
  const isHeld = waitsFor.length > 0 || (order.approval === true && !order.approved);
  if (!isHeld || shown.attempt !== undefined) return false;
  if (isOnGone) return true;
  if (shown.machines !== undefined) {
    for (const [machine, run] of Object.entries(shown.machines))
      if (!FINAL.includes(run.state) && (run.state !== 'BLOCKED' || (run.reason ?? '') === ''))
        violated('O4a', `is ${run.state} (${run.reason}) on ${machine}, and waits for ${waitsFor.join(', ')}`);
    return true;
  }
  // What people cancelled waits for nothing.
  if (order.cancelled ? shown.state !== 'CANCELLED' : shown.state !== 'BLOCKED' || (shown.reason ?? '') === '')
    violated('O4a', `is ${shown.state} (${shown.reason}), and waits for ${waitsFor.join(', ') || 'approval'}`);
  return true;
}
