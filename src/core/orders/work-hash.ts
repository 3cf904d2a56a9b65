// O8b: a mark of the work that a run was started with, kept in its result. If ORDERS.json asks for other work by now, the mark differs, and the
// status says so. Title, priority, attempts and the like are not part of the work. Pure.
import { hash } from '../base/hash.ts';
import { shellWord } from '../base/shell-word.ts';
import type { Order } from '../model/orders/order.ts';
import { DIGEST_LENGTH, type FromTemplate } from '../model/orders/template.ts';
import type { StatusDocument, StatusOrder } from '../model/status/status.ts';

export type Work = Pick<Order, 'work' | 'check' | 'cwd' | 'env' | 'workspace' | 'marked'> & {
  readonly template?: FromTemplate;
};

/** Equal for equal work. That of a template's step begins with the digest of the template (O20). */
export function workHash({ work, check, cwd, env, workspace, marked, template }: Work): string {
  const variables = Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1));
  const later = [...(workspace === undefined ? [] : [workspace]), ...(marked?.work ?? [])];
  const given = template === undefined ? [] : [template.given];
  const mark = hash(JSON.stringify([work, check, cwd ?? '~', variables, ...later, ...given])).toString(36);
  return template === undefined ? mark : `${template.digest}${mark.padStart(HASH_LENGTH, '0')}`;
}

/** Of 32 bits. */
const HASH_LENGTH = 7;

/** The template that a run was started by; null = none. */
export function digestIn(mark: string | undefined): FromTemplate['digest'] | null {
  return mark?.length === DIGEST_LENGTH + HASH_LENGTH ? mark.slice(0, DIGEST_LENGTH) : null;
}

/** False for runs without a mark, for another generation than is listed, and for cancelled orders. */
export function changedSince(
  order: Work & Pick<Order, 'cancelled' | 'generation'>,
  run: { readonly generation: number; readonly work?: string | undefined },
): { changed?: true } {
  if (order.cancelled || run.generation !== order.generation || run.work === undefined) return {};
  return run.work === workHash(order) ? {} : { changed: true };
}

/** The note for people; null = the listed work is what ran. */
export function changedNote(id: string, order: StatusOrder, orders: StatusDocument['orders']): string | null {
  if (order.changed !== true) return null;
  const step = order.steps?.find((it) => orders[it]?.changed === true);
  if (step !== undefined) return `${step}: ${changedNote(step, orders[step] ?? order, {})}`;
  return order.state === 'IN_PROGRESS'
    ? `changed since it started; the change applies to its next run: coord retry ${shellWord(id)}, once this run has ended`
    : `changed in ORDERS.json since it ran; to run it as it is now: coord retry ${shellWord(id)}, or give it a new id`;
}
