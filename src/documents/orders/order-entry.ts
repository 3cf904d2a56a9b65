// Makes an order of one checked entry of ORDERS.json, with every default applied.
import type { Json } from '../../core/model/ledger/intention.ts';
import type { Order, Schedule, Work } from '../../core/model/orders/order.ts';
import type { FromTemplate } from '../../core/model/orders/template.ts';
import { approvalMark } from '../../core/orders/approval-mark.ts';
import { cronTimes } from '../text/cron.ts';
import { FIELDS, fieldsThat, type ORDER_FIELDS, WORKS } from './order-fields.ts';
import type { OrderEntry } from './order-schema.ts';

type Fields = typeof ORDER_FIELDS;
type Takers = { [Name in keyof Fields]: (meaning: ReturnType<NonNullable<Fields[Name]['means']>>) => void };
/** What the fields mean, all of them together: that nothing of an order is left out is for the type check to say. */
type Meant = Takers[keyof Fields] extends (meaning: infer Whole) => void ? Whole : never;

/** Null = `assign` names a machine number that cannot be (1 to 9999 can). */
export function toOrder(entry: OrderEntry, template?: FromTemplate): Order | null {
  const written: Readonly<Record<string, unknown>> = entry;
  const meant: Meant = Object.assign({}, ...Object.entries(FIELDS).map(([name, it]) => it.means?.(written[name], entry) ?? {}));
  const { assign } = meant;
  if (assign === null) return null;
  const order: Order = {
    ...{ ...meant, ...markedOf(written), assign },
    id: entry.id,
    work: workOf(written),
    schedule: scheduleOf(entry),
    approved: false,
  };
  if (template === undefined) return { ...order, ...approvalOf(entry, () => approvalMark(order)) };
  const mark = approvalMark({ ...order, template });
  return { ...order, template: { ...template, mark }, ...approvalOf(entry, () => mark) };
}

/** What runs and approvals are told apart by, beside what has a place of its own in their marks. */
function markedOf(written: Readonly<Record<string, unknown>>): Pick<Order, 'marked'> {
  const of = (changes: 'work' | 'approval') => {
    const names = fieldsThat((field) => field.named === true && field.changes === changes);
    return names.flatMap((name): [string, Json][] => (isSaid(written[name]) ? [[name, written[name] as Json]] : []));
  };
  const [work, approval] = [of('work'), of('approval')];
  return work.length + approval.length === 0 ? {} : { marked: { work, approval } };
}

/** An empty list says no more than none: a step without `after` has one. */
const isSaid = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

/** O4a: a mark approves the work that it was made of, and no other. */
function approvalOf({ approved }: OrderEntry, markOf: () => string): Pick<Order, 'approved' | 'approvedOther'> {
  if (typeof approved !== 'string') return { approved: approved ?? false };
  return approved === markOf() ? { approved: true } : { approved: false, approvedOther: true };
}

/** The line and the zone have been checked (orders.ts). */
function scheduleOf({ schedule, timezone = 'UTC', overlap = 'skip' }: OrderEntry): Schedule | null {
  if (schedule === undefined) return null;
  const times = cronTimes(schedule, timezone);
  return 'field' in times ? null : { line: schedule.trim(), timezone, overlap, newestAt: times.newestAt };
}

function workOf(entry: Readonly<Record<string, unknown>>): Work {
  const work = WORKS.map(([first]) => (entry[first] === undefined ? undefined : FIELDS[first]?.reads?.(entry)));
  const [asked] = work.filter((it) => it !== undefined);
  if (asked === undefined) throw new Error('bug: a checked entry asks for nothing');
  return asked;
}
