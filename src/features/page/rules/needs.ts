// Which needs of a person are new, how they are told outside of the page, and what is in the way besides. Pure.
import type { Told } from '../../../core/model/orders/reason.ts';
import { NEED_TITLES, type NeedsYou } from '../../../core/model/status/status.ts';
import { editWords } from '../../../core/orders/edit-words.ts';
import { haltsOf } from '../../../core/status/halt-words.ts';
import type { Snapshot } from './snapshot.ts';
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

/** What stands in the way of all that is shown, or of what a person has done: said in every room. */
export interface Banner {
  readonly words: string;
  /** Absent = the words say which commands help, and when each does. */
  readonly command?: string;
}

/** Of edits that were not done; more are counted. */
const LOST_MAX = 3;

export function bannersOf({ self, sync }: Pick<Snapshot, 'self' | 'sync'>): readonly Banner[] {
  const { lostEdits } = sync;
  const more = lostEdits.length - LOST_MAX;
  return [
    ...haltsOf({ self, sync }).map(({ sentence, hint }) => ({ words: `${sentence}: ${hint}.` })),
    // `coord status` takes them out: a person has seen them then.
    ...lostEdits.slice(0, LOST_MAX).map(({ edit, reason }) => ({
      words: `Not done: ${editWords(edit)}: ${reason}.`,
      command: 'coord status',
    })),
    ...(more > 0
      ? [{ words: `${more} more of what was asked for here ${more === 1 ? 'was' : 'were'} not done.`, command: 'coord status' }]
      : []),
  ];
}
