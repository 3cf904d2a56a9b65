// O10: what the owner of this computer allows to run here. The repo cannot change these rules. Pure. Folders are checked where the run is placed,
// because that needs the disk.
import { kindsOf, rulesOf } from '../../features/rules.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Self } from '../model/machines/self.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { budgetOver } from '../runs/spending.ts';
import { mayOrderSet } from './allowed-variables.ts';
import { because } from './reason-words.ts';

/** Why local policy keeps this order from beginning here now, or null: what may never run, or a budget that is spent (O21). */
export function policyRefusal(
  order: Order,
  {
    self,
    state,
    when,
  }: { readonly self: Self; readonly state: Pick<JournalState, 'spent'>; readonly when: { readonly now: Instant } },
): Because | null {
  const refusal = neverAllowed(order, self);
  if (refusal !== null || self.policy.budget === undefined || rulesOf(order.work).costs !== true) return refusal;
  const over = budgetOver(self.policy.budget, state.spent ?? {}, when.now.wallMs);
  return over === null ? null : because.budgetSpent(over.what, self.name, over.until);
}

function neverAllowed(order: Order, self: Self): Because | null {
  const kinds = kindsOf(order);
  const kind = kinds.find((it) => !self.policy.allow.includes(it));
  if (kind !== undefined) return because.notAllowed(self.name, kind);
  const rules = rulesOf(order.work);
  const unfit = rules.refusal?.(order.work, order.check, self) ?? null;
  if (unfit !== null) return unfit;
  // No command of the order's runs, so nothing gets its variables.
  if (!kinds.includes('shell') && rules.variables === 'none') return null;
  const refused = Object.keys(order.env).filter((name) => !mayOrderSet(name, self.policy.env, rules.variables === 'most'));
  return refused.length === 0 ? null : because.variableNotAllowed(refused, self.name);
}
