// O4a: a mark of all that one approval covers. An approval names the mark of what the person saw; for anything else it is asked again. Pure.
import { hash } from '../base/hash.ts';
import type { Order } from '../model/orders/order.ts';
import type { Work } from './work-hash.ts';

type Approvable = Work &
  Pick<Order, 'assign' | 'type' | 'spec' | 'timeoutMs' | 'attempts' | 'joiners' | 'expectsChanges'> & {
    readonly schedule: Pick<NonNullable<Order['schedule']>, 'line' | 'timezone' | 'overlap'> | null;
  };

/** By the names that people write. */
type Parts = Readonly<Record<string, unknown>>;

/**
 * O4a: equal for everything that one approval covers: the same work, for the same machines, at the same times. `assign` is taken as written,
 * before routing. The generation is not part of it, so an approval still holds when the same work is to run again.
 */
export function approvalMark(order: Approvable): string {
  const { work, terms, times } = coveredBy(order);
  const later = [...(order.marked === undefined ? [] : [order.marked]), ...fromTemplate(order)];
  const text = JSON.stringify([
    Object.values(work),
    ...Object.values(terms),
    order.schedule === null ? null : Object.values(times),
    ...later,
  ]);
  // 64 bits, so that no two marks are equal by chance. 9 characters at least: a short word is none.
  return `${hash(text).toString(36)}${hash(`${text}.`).toString(36)}`.padStart(9, '0');
}

/** All that the mark is made of but the version of a template: whoever approves is shown this, so that nothing is approved unseen. */
export function approvedParts(order: Approvable): readonly (readonly [name: string, value: unknown])[] {
  const { work, terms, times } = coveredBy(order);
  const named = [...(order.marked?.work ?? []), ...(order.marked?.approval ?? [])];
  return [...Object.entries(work), ...named, ...Object.entries(terms), ...Object.entries(times)];
}

/** Marks that were written name these in this order: what is new goes into `marked`. */
function coveredBy(order: Approvable): { readonly work: Parts; readonly terms: Parts; readonly times: Parts } {
  const { work, check, cwd, workspace, assign, type, spec, timeoutMs: timeout, attempts, joiners, schedule } = order;
  const env = Object.entries(order.env).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    work: { work, check, cwd, env, workspace: workspace ?? null },
    terms: { assign, type, spec, timeout, attempts, joiners, expect_changes: order.expectsChanges ?? false },
    times: schedule === null ? {} : { schedule: schedule.line, timezone: schedule.timezone, overlap: schedule.overlap },
  };
}

function fromTemplate({ template }: Work): readonly string[] {
  return template === undefined ? [] : [template.digest, template.given];
}
