// Assigns local services within one decision, so that calls that start or are claimed together count each other (O14).
import { rulesOf } from '../../features/rules.ts';
import type { ActiveRun } from '../model/ledger/journal.ts';
import type { Self } from '../model/machines/self.ts';
import type { OwnClaim } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { Choice } from '../orders/service-choice.ts';
import { loadByService } from '../runs/service-loads.ts';

export interface ServiceSlots {
  /** Null = it is no call. */
  choiceFor(order: Order): Choice | null;
  /** Counts one more call for that service. */
  take(service: string): void;
}

/** An unstarted claim of a call holds its place, as it holds its slot. */
export function serviceSlots(
  orders: readonly Order[],
  { active, claims }: { readonly active: readonly ActiveRun[]; readonly claims: readonly OwnClaim[] },
  { services, name }: Pick<Self, 'services' | 'name'>,
): ServiceSlots {
  const load = new Map(loadByService(active));
  const take = (service: string) => void load.set(service, (load.get(service) ?? 0) + 1);
  const choose = ({ work }: Order) => rulesOf(work).choose?.(work, { services, load, name }) ?? null;
  const held = new Map<string, Choice>();
  for (const claim of claims) {
    const order = orders.find(({ id }) => id === claim.order);
    const choice = order === undefined ? null : choose(order);
    if (choice === null) continue;
    held.set(claim.order, choice);
    if (choice.kind === 'service') take(choice.service);
  }
  return { choiceFor: (order) => held.get(order.id) ?? choose(order), take };
}
