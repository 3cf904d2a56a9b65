// Keeps STATUS.json within the caps of D8: it keeps the orders that people look for first, and says how many it leaves out.

import { utf8Bytes } from '../../core/base/utf8.ts';
import { isEndState } from '../../core/model/orders/run.ts';
import type { LeftOut, StatusDocument, StatusOrder } from '../../core/model/status/status.ts';
import { isTooLarge } from '../text/limits.ts';
import { orderText, renderStatus } from './status.ts';

/** In bytes. */
const LIMITS = Object.freeze({ wholeMax: 950_000, listMax: 150_000 });
/** Of an order's key, its margin and the comma behind it. */
const KEY_BYTES = 16;

/** The status as STATUS.json says it: the same where all of it finds room. */
export function cappedStatus(status: StatusDocument): StatusDocument {
  if (!isTooLarge(renderStatus(status))) return status;
  const needsYou = firstThatFit(status.needsYou);
  const faults = firstThatFit(status.faults);
  const without = { ...status, needsYou, faults, orders: {} };
  const orders = ordersThatFit(status.orders, LIMITS.wholeMax - utf8Bytes(renderStatus(without)));
  const leftOut: LeftOut = {
    orders: Object.keys(status.orders).length - Object.keys(orders).length,
    needsYou: status.needsYou.length - needsYou.length,
    faults: status.faults.length - faults.length,
  };
  return { ...without, orders, leftOut };
}

/** What has not ended first, as people listed it; then what ended last. */
function ordersThatFit(orders: StatusDocument['orders'], bytes: number): StatusDocument['orders'] {
  const all = Object.entries(orders);
  const ended = all.filter(([, order]) => hasEnded(order));
  ended.sort(([, a], [, b]) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? 1 : -1));
  const kept = new Set<string>();
  let left = bytes;
  for (const [id, order] of [...all.filter(([, it]) => !hasEnded(it)), ...ended]) {
    left -= utf8Bytes(id) + utf8Bytes(orderText(order)) + KEY_BYTES;
    if (left < 0) break;
    kept.add(id);
  }
  return Object.fromEntries(all.filter(([id]) => kept.has(id)));
}

function hasEnded({ state }: StatusOrder): boolean {
  return isEndState(state);
}

function firstThatFit<T>(items: readonly T[]): readonly T[] {
  let left = LIMITS.listMax;
  const end = items.findIndex((item) => {
    left -= utf8Bytes(JSON.stringify(item, null, 2));
    return left < 0;
  });
  return end === -1 ? items : items.slice(0, end);
}
