// Records what only a person can say of an order: that it may run, and how it ended where no machine can tell. Both are fields of
// ORDERS.json, so an edit on the host says the same.
import { shellWord } from '../../core/base/shell-word.ts';
import type { OrderChange, OrderEdit } from '../../core/model/ledger/intention.ts';
import { MAY_HAVE_RUN } from '../../core/model/orders/reason.ts';
import { together } from '../../core/orders/edit-parts.ts';
import { isRepeated } from '../../core/orders/order-end.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { cleanNote } from '../sync/own-secrets.ts';
import type { View } from '../sync/view.ts';
import { asSeen, markText, type Shown, shownHere } from './as-seen.ts';
import { awaitingStep, stepAt } from './chain-edits.ts';
import { checkedTogether } from './checked-together.ts';
import { type Before, type EditReport, editOrders, findOrderNow, freshView } from './edit-orders.ts';

/** O4a: for the work that was seen. What is changed after it waits for another word. `named`: what was seen, as `shownMark` says it. */
export async function approveOrders(
  world: World,
  folder: FleetFolder,
  ids: readonly string[],
  named: string | null = null,
): Promise<EditReport & { readonly orders: readonly Before[] }> {
  const shown = shownHere(folder);
  const view = await freshView(world, folder);
  const isSigned = world.isPerson === true;
  const orders = await checkedTogether(ids, (id) => approvalEdit(view, folder, shown, { id, named, isSigned }));
  const report = await editOrders(world, folder, together(orders.flatMap(({ edit }) => edit ?? [])));
  return { ...report, orders };
}

interface ApprovalRequest {
  readonly id: string;
  readonly named: string | null;
  /** A signature goes with it. */
  readonly isSigned: boolean;
}

/** `edit`: null = it was approved before. */
export function approvalEdit(
  view: View,
  folder: FleetFolder,
  shown: Shown,
  { id, named, isSigned }: ApprovalRequest,
): Before & { readonly edit: OrderChange | null } {
  const target = awaitingStep(view, id);
  const before = findOrderNow(folder, view, target);
  if (before.approval === undefined)
    throw new CoordError('FAILED', `order ${id} asks for no approval`, `coord order show ${shellWord(id)}`);
  // T6: given is not signed.
  if (before.approval === 'given' && !isSigned) return { id, before, edit: null };
  const seen = asSeen(folder, shown, target);
  if (named !== null && named !== markText(seen))
    throw new CoordError(
      'FAILED',
      `order ${id} is other work than you saw: it was not approved`,
      `coord order show ${shellWord(id)}`,
    );
  const fields: OrderEdit[] = [{ kind: 'set', id: target, field: 'approved', value: seen.mark }];
  return { id, before, edit: { kind: 'change', id: before.chain ?? target, fields, seen } };
}

export interface Word {
  readonly as: 'completed' | 'failed';
  readonly note: string | null;
}

/** Fit for the repo. */
export function cleanWord(world: World, folder: FleetFolder, { as, note }: Word): Word {
  return { as, note: note === null ? null : cleanNote(world, folder, note) };
}

/** O4: for the generation that is listed now. The order must have ended without anybody knowing how. */
export async function resolveOrder(world: World, folder: FleetFolder, id: string, word: Word): Promise<EditReport> {
  const shown = shownHere(folder);
  const view = await freshView(world, folder);
  return editOrders(world, folder, [resolutionEdit(view, folder, shown, id, cleanWord(world, folder, word))]);
}

/** Throws FAILED where it is known how the order ended. */
export function resolutionEdit(view: View, folder: FleetFolder, shown: Shown, id: string, { as, note }: Word): OrderChange {
  const target = stepAt(view, id);
  const order = findOrderNow(folder, view, target);
  // Which of its occurrences would be meant? The next one comes by itself, and a retry runs the newest anew.
  if (isRepeated(order))
    throw new CoordError(
      'FAILED',
      `order ${id} is ${order.schedule === undefined ? 'a trigger' : 'a schedule'}: single occurrences cannot be resolved`,
      `coord retry ${shellWord(id)}`,
    );
  if (order.machines !== undefined)
    throw new CoordError(
      'FAILED',
      `order ${id} is for all machines: nobody can say how it ended on all of them`,
      `coord retry ${shellWord(id)}`,
    );
  const isResolved = order.code === 'resolved';
  const mayHaveRun = order.state === 'BLOCKED' && order.code !== undefined && MAY_HAVE_RUN.includes(order.code);
  const isUnknown = (order.state === 'FAILED' && order.exitCode == null) || mayHaveRun;
  // O8: listed again after it ended.
  const cameBack = order.code === 'returned';
  const isOnLost = order.state === 'IN_PROGRESS' && view.machines[String(order.machine)]?.state === 'OFFLINE';
  if (!isResolved && !isUnknown && !isOnLost && !cameBack) {
    const code = order.exitCode == null ? '' : ` with exit code ${order.exitCode}`;
    const expected = 'expected one that was lost with its machine, or FAILED without an exit code';
    throw new CoordError(
      'FAILED',
      `it is known how order ${id} ended: it is ${order.state}${code}; ${expected}`,
      `coord order show ${shellWord(id)}`,
    );
  }
  const value = { generation: order.generation ?? 1, as, ...(note === null ? {} : { note }) };
  const fields: OrderEdit[] = [{ kind: 'set', id: target, field: 'resolved', value }];
  return { kind: 'change', id: order.chain ?? target, fields, seen: asSeen(folder, shown, target) };
}
