// S3: what a machine has run counts as unknown where not all of its results can be read. Pure.
import { machineLabel } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { because } from '../orders/reason-words.ts';
import type { DecisionContext } from './decision-context.ts';

/** Why an order is not begun here: a machine that may have run it cannot be read. Null = there is none, or it is each machine's own. */
export function mayHaveRun({ assign, route }: Order, { snapshot, state, machines }: DecisionContext): Because | null {
  if (assign.kind === 'all' || assign.kind === 'machine') return null;
  // A name or a tag may have been another machine's, and a route another one before fleet.yaml was changed.
  const isFixed = assign.kind === 'list' && route !== 'routed' && assign.of.every((who) => typeof who === 'number');
  const isMeant = (machine: number) => !isFixed || assign.of.includes(machine);
  const unread = [...(snapshot.unreadRuns ?? [])].find((machine) => machine !== state.machine && isMeant(machine));
  return unread === undefined ? null : because.runsUnread(machineLabel(unread, machines));
}
