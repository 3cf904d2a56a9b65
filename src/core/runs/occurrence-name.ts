// One occurrence of a template is an order of its own. That of a schedule is named after the minute that it is due: `nightly@20261120T0300Z`; that of
// a trigger after how many events led to it, one after the other, and a hash of the last: `alarm@1T012345678901234567`. Versions that know no triggers read both.
import { hash } from '../base/hash.ts';
import { isoTime, parseTime } from '../base/time.ts';

const DUE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z$/;
const EVENT = /^(\d)T\d{18}$/;

export function occurrenceId(template: string, atMs: number): string {
  return `${template}@${isoTime(atMs).slice(0, 16).replace(/[-:]/g, '')}Z`;
}

/** `what`: the same for the same event on every machine; `depth`: from 1 to 9. */
export function eventOccurrenceId(template: string, what: string, depth: number): string {
  // Together some 58 bits, so that no two events are equal by chance.
  const [first, second] = [hash(what), hash(`${what}.`)];
  return `${template}@${depth}T${String(first).padStart(10, '0')}${String(second % 1e8).padStart(8, '0')}`;
}

/** The id that ORDERS.json lists: that of the template for an occurrence, else the order's own. */
export function listedId(order: string): string {
  return order.slice(0, order.length - suffixOf(order).length);
}

/** True for an occurrence: it has no entry of its own, so people cannot edit it alone. */
export function isOccurrence(order: string): boolean {
  return suffixOf(order) !== '';
}

/** When an occurrence was due; null = the order is no occurrence of a schedule. */
export function dueMs(order: string): number | null {
  const [, year, month, day, hour, minute] = DUE.exec(suffixOf(order).slice(1)) ?? [];
  if (year === undefined) return null;
  const atMs = parseTime(`${year}-${month}-${day}T${hour}:${minute}:00.000Z`);
  return Number.isNaN(atMs) ? null : atMs;
}

/** How many events led to it, one after the other; null = the order is no occurrence of a trigger. */
export function depthOf(order: string): number | null {
  const [, depth] = EVENT.exec(suffixOf(order).slice(1)) ?? [];
  return depth === undefined ? null : Number(depth);
}

/** The event of an occurrence of a trigger, however deep that is; of any other order its id. */
export function eventOf(order: string): string {
  return depthOf(order) === null ? order : `${listedId(order)}@${suffixOf(order).slice(2)}`;
}

/** `2026-11-20 03:00 UTC` */
export function dueText(atMs: number): string {
  return `${isoTime(atMs).slice(0, 16).replace('T', ' ')} UTC`;
}

/** With its `@`; empty = it is no occurrence. */
function suffixOf(order: string): string {
  const at = order.lastIndexOf('@');
  const suffix = at < 1 ? '' : order.slice(at + 1);
  return DUE.test(suffix) || EVENT.test(suffix) ? `@${suffix}` : '';
}
