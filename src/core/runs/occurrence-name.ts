// One occurrence of a scheduled order is an order of its own, named after the minute that it is due: `nightly@20261120T0300Z`.
import { isoTime, parseTime } from '../base/time.ts';

const NAME = /^(.+)@(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z$/;

export function occurrenceId(template: string, atMs: number): string {
  return `${template}@${isoTime(atMs).slice(0, 16).replace(/[-:]/g, '')}Z`;
}

/** The id that ORDERS.json lists: that of the template for an occurrence, else the order's own. */
export function listedId(order: string): string {
  return NAME.exec(order)?.[1] ?? order;
}

/** True for an occurrence: it has no entry of its own, so people cannot edit it alone. */
export function isOccurrence(order: string): boolean {
  return NAME.test(order);
}

/** When an occurrence was due; null = the order is none. */
export function dueMs(order: string): number | null {
  const [, , year, month, day, hour, minute] = NAME.exec(order) ?? [];
  if (year === undefined) return null;
  const atMs = parseTime(`${year}-${month}-${day}T${hour}:${minute}:00.000Z`);
  return Number.isNaN(atMs) ? null : atMs;
}

/** `2026-11-20 03:00 UTC` */
export function dueText(atMs: number): string {
  return `${isoTime(atMs).slice(0, 16).replace('T', ' ')} UTC`;
}
