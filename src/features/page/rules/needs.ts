// Which needs of a person are new, and how they are told outside of the page. Pure.
import type { Told } from '../../../core/model/orders/reason.ts';
import { NEED_TITLES, type NeedsYou } from '../../../core/model/status/status.ts';
import { withoutCodes } from './terminal-codes.ts';

/** The same as long as it is the same thing. */
export function needKey({ code, order, machine, program, document }: NeedsYou): string {
  return JSON.stringify([code, order, machine, program, document]);
}

/** `before`: what was there; null = nothing was known yet, and nothing is news. */
export function newNeeds(before: readonly NeedsYou[] | null, now: readonly NeedsYou[]): readonly NeedsYou[] {
  if (before === null) return [];
  const known = new Set(before.map(needKey));
  return now.filter((need) => !known.has(needKey(need)));
}

/** `Order backup`: no text of others but names. */
export function needTitle({ code, order, machine, program, document }: NeedsYou): string {
  const name = order ?? program ?? document ?? (machine === undefined ? '' : String(machine));
  return `${NEED_TITLES[code] ?? 'Something'} ${name}`.trim();
}

/** Why, without the commands that help: each stands beside its button. */
export function causeIn({ told, why }: { readonly told?: Told | undefined; readonly why: string }): string {
  return told === undefined ? why : told.filter((part) => typeof part === 'string').join('');
}

const LINES_MAX = 3;

/** The last lines of what it wrote. */
export function lastLines(tail: string): readonly string[] {
  return withoutCodes(tail)
    .split(/[\n\r]+/)
    .filter((line) => line.trim() !== '')
    .slice(-LINES_MAX);
}
