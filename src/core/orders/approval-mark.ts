// O4a: a mark of all that one approval covers. An approval names the mark of what the person saw; for anything else it is asked again. Pure.
import { hash } from '../base/hash.ts';
import type { Order } from '../model/orders/order.ts';
import type { Work } from './work-hash.ts';

type Approvable = Work &
  Pick<Order, 'assign' | 'type' | 'spec' | 'timeoutMs' | 'attempts' | 'joiners' | 'expectsChanges'> & {
    readonly schedule: Pick<NonNullable<Order['schedule']>, 'line' | 'timezone' | 'overlap'> | null;
  };

/**
 * O4a: equal for everything that one approval covers: the same work, for the same machines, at the same times. `assign` is taken as written,
 * before routing. The generation is not part of it, so an approval still holds when the same work is to run again.
 */
export function approvalMark(order: Approvable): string {
  const { assign, type, spec, timeoutMs, attempts, joiners, expectsChanges = false, schedule } = order;
  const times = schedule === null ? null : [schedule.line, schedule.timezone, schedule.overlap];
  const later = [...(order.marked === undefined ? [] : [order.marked]), ...fromTemplate(order)];
  const text = JSON.stringify([
    longWork(order),
    assign,
    type,
    spec,
    timeoutMs,
    attempts,
    joiners,
    expectsChanges,
    times,
    ...later,
  ]);
  // 64 bits, so that no two marks are equal by chance.
  return `${hash(text).toString(36)}${hash(`${text}.`).toString(36)}`;
}

function longWork({ work, check, cwd, env, workspace }: Work): readonly unknown[] {
  return [work, check, cwd, Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1)), workspace ?? null];
}

function fromTemplate({ template }: Work): readonly string[] {
  return template === undefined ? [] : [template.digest, template.given];
}
