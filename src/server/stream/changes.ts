// What became different between two sights, as the events that a stream sends. Pure.
import { sameValue } from '../../core/base/same-value.ts';
import type { Sight } from './stream-state.ts';

const KINDS = ['machines', 'orders', 'inbox', 'sent', 'instances'] as const;
type ChangeKind = (typeof KINDS)[number];

export type Change =
  | {
      readonly event: ChangeKind;
      /** What is new or different, whole, by its id. */
      readonly changed: Readonly<Record<string, unknown>>;
      /** Ids of entries that are gone. */
      readonly removed: readonly string[];
    }
  | { readonly event: 'needs-you'; readonly needsYou: Sight['needsYou'] }
  | { readonly event: 'sync'; readonly unsyncedSince: string | null }
  | { readonly event: 'fleet'; readonly fleet: Sight['fleet'] };

export function changesBetween(before: Sight, after: Sight): readonly Change[] {
  const changes: Change[] = [];
  for (const event of KINDS) {
    const change = changeOf(event, before[event], after[event]);
    if (change !== null) changes.push(change);
  }
  if (!sameValue(before.needsYou, after.needsYou)) changes.push({ event: 'needs-you', needsYou: after.needsYou });
  if (before.unsyncedSince !== after.unsyncedSince) changes.push({ event: 'sync', unsyncedSince: after.unsyncedSince });
  if (!sameValue(before.fleet, after.fleet)) changes.push({ event: 'fleet', fleet: after.fleet });
  return changes;
}

function changeOf(
  event: ChangeKind,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Change | null {
  if (before === after) return null;
  const changed: Record<string, unknown> = Object.create(null);
  for (const [id, item] of Object.entries(after))
    if (!Object.hasOwn(before, id) || !sameValue(before[id], item)) changed[id] = item;
  const removed = Object.keys(before).filter((id) => !Object.hasOwn(after, id));
  return Object.keys(changed).length + removed.length === 0 ? null : { event, changed, removed };
}
