// Waits by syncing until an order has ended or needs a person: quickly at first, then at H3's pace, as the daemon here does, and at once when that
// has seen news of it. Where there is none, also when a run here ends, or something else is due. It reports only what was observed.
import { shellWord } from '../../core/base/shell-word.ts';
import type { PersonEdit } from '../../core/model/ledger/intention.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { editedIds, editParts } from '../../core/orders/edit-parts.ts';
import { endDoubt, isOver } from '../../core/orders/order-end.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { endWait, noteWait } from '../../system/process/waited.ts';
import { livingDaemon } from '../daemon/pid-file.ts';
import { comeBack } from '../machine/assert-not-left.ts';
import type { World } from '../sync/dependencies.ts';
import { newsOrPause, pauseMsAfter } from '../sync/news.ts';
import { sync } from '../sync/sync.ts';
import { type View, viewIn, viewText } from '../sync/view.ts';
import { findOrder } from './edit-orders.ts';

export interface WaitOptions {
  /** Null = for as long as it takes. */
  readonly timeoutMs: number | null;
  /** `endHere`: it has ended as far as this machine knows, and why the wait goes on all the same (`endHereWords`); null = that is not so. */
  onChange(order: StatusOrder, view: View, endHere: string | null): void;
  /** Called when it changes: why the remote was not reached, while the wait goes on; null = it answers again. */
  onTrouble(message: string | null): void;
  /** Ends the wait with an AbortError, between two looks. */
  readonly signal?: AbortSignal;
}

export interface Waited {
  readonly order: StatusOrder;
  /** It has not ended as far as anybody knows, and nothing but a person moves it: what stands in its way; null = it has ended. */
  readonly needs: string | null;
}

/** Throws TIMEOUT; NOT_FOUND for an order that is not, or no longer, in ORDERS.json. */
export async function waitForOrder(world: World, folder: FleetFolder, id: string, options: WaitOptions): Promise<Waited> {
  try {
    return await looking(world, folder, id, options);
  } finally {
    endWait(folder);
  }
}

async function looking(world: World, folder: FleetFolder, id: string, options: WaitOptions): Promise<Waited> {
  const startedMs = performance.now();
  let shown = '';
  let trouble: string | null = null;
  let endHere: string | null = null;
  for (let look = 0; ; look += 1) {
    noteWait(folder);
    const report = await sync(world, folder);
    if (report.leaving === 'left' && report.view !== null)
      throw new CoordError('REFUSED', 'this machine has left the fleet: it receives nothing more', comeBack(report.view.self));
    const troubleNow = report.trouble?.message ?? null;
    if (troubleNow !== trouble) options.onTrouble(troubleNow);
    trouble = troubleNow;
    if (report.view !== null) {
      const order = findOrder(folder, report.view, id, report.trouble === null);
      const { pendingEdits } = report.view.sync;
      endHere = endHereWords(id, order, pendingEdits);
      const now = markOf(order);
      if (now !== shown) options.onChange(order, report.view, endHere);
      shown = now;
      const isSettled = !pendingEdits.some((edit) => isOf(edit, id));
      const doubt = endDoubt(order);
      if ((isOver(order) || doubt !== null) && isSettled) return { order, needs: doubt };
      // What it waits for may be that a person fixes ORDERS.json: then it is not on main yet (D5).
      const isKnown = isSettled || order.code === 'heldBack';
      const needs = report.trouble === null && isKnown ? needsOf(report.view, id) : null;
      if (needs !== null) return { order, needs };
    }
    const pauseMs = pauseMsAfter(look, world.random.fraction());
    const leftMs = options.timeoutMs === null ? Number.POSITIVE_INFINITY : options.timeoutMs - (performance.now() - startedMs);
    if (leftMs <= 0) throw outOfTime(id, endHere);
    const giveUp = new AbortController();
    const isAlone = report.trouble === null && livingDaemon(folder) === null;
    await newsOrPause({
      ...{ path: folder.view, pauseMs: Math.min(pauseMs, leftMs), signal: options.signal },
      isNews: report.trouble === null ? () => isOtherNow(folder, id, shown) : null,
      orWhen: isAlone ? report.nextHere(pauseMs, giveUp.signal) : undefined,
    }).finally(() => giveUp.abort());
  }
}

/** `endHere`: as `endHereWords` has it. */
export function outOfTime(id: string, endHere: string | null): CoordError {
  const what = endHere === null ? `order ${id} has not ended in time; it stays in ORDERS.json` : `order ${id}: ${endHere}`;
  return new CoordError('TIMEOUT', what, `coord order show ${shellWord(id)}`);
}

/** Of an order that has ended by what is shown here, while an edit of it waits for the remote: others may run it still. Null = that is not so. */
export function endHereWords(id: string, order: StatusOrder, pendingEdits: readonly PersonEdit[]): string | null {
  const own = pendingEdits.filter((edit) => isOf(edit, id));
  if (own.length === 0 || !isOver(order)) return null;
  const cancels = own.flatMap(editParts).some((part) => part.kind === 'set' && part.field === 'cancelled' && part.value === true);
  return cancels && order.state === 'CANCELLED'
    ? 'it is cancelled here, and the remote does not know yet'
    : `it is ${order.state}, and what was changed of it here is not on the remote yet`;
}

/** Whether another process here has seen something else of the order. */
export function isOtherNow(folder: Pick<FleetFolder, 'view'>, id: string, shown: string): boolean {
  const order = viewIn(viewText(folder))?.orders[id];
  return order !== undefined && markOf(order) !== shown;
}

export function markOf({ state, reason, machine, machines }: StatusOrder): string {
  return JSON.stringify([state, reason, machine, machines]);
}

/** What a BLOCKED order needs of a person: itself, or one that it waits for; null = it can go on by itself. */
export function needsOf({ orders, needsYou }: Pick<View, 'orders' | 'needsYou'>, id: string): string | null {
  // A chain is where its step is.
  const first = orders[id]?.at ?? id;
  const asked = new Set<string>();
  const needs = (one: string): string | null => {
    const order = orders[one];
    if (order === undefined || asked.has(one)) return null;
    asked.add(one);
    const own = needsYou.find((need) => need.order === one)?.why ?? null;
    // What it waits for has failed, or waits for a person.
    if (order.state !== 'BLOCKED') return one === first || own === null ? null : `${one} is ${order.state}: ${own}`;
    const { after = [] } = order;
    const why = own ?? (after.length === 0 ? (order.reason ?? '') : (after.map(needs).find((it) => it !== null) ?? null));
    return why === null || one === first ? why : `${one} is BLOCKED: ${why}`;
  };
  return needs(first);
}

/** Of the order, or of a step of it. */
function isOf(edit: PersonEdit, order: string): boolean {
  return editedIds(edit).some((id) => id === order || id.startsWith(`${order}.`));
}
