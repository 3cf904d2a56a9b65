// What this machine would do now, with each run placed on this computer: in its folder, with its variables and what other orders hand on to it.
import { whyOf } from '../../core/base/guarded.ts';
import { asBelieved } from '../../core/cycle/as-believed.ts';
import { decide } from '../../core/decide/decide.ts';
import { type Circumstances, withMine } from '../../core/decide/decision-context.ts';
import { handedTo } from '../../core/decide/dependency-outputs.ts';
import type { Decision } from '../../core/decide/verdict.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import type { Order } from '../../core/model/orders/order.ts';
import type { Because } from '../../core/model/orders/reason.ts';
import { because } from '../../core/orders/reason-words.ts';
import { CoordError } from '../../errors.ts';
import type { RunSpec } from '../../ports.ts';
import type { Machine } from '../context.ts';
import { briefed } from './brief-agent.ts';

/** The decision with runs placed on this computer; what cannot be placed is among the waiting. */
export async function placeable(
  machine: Pick<Machine, 'place' | 'random' | 'ledger'>,
  shown: Snapshot,
  state: JournalState,
  self: Self,
  when: Circumstances,
): Promise<Decision & { readonly specs: ReadonlyMap<Order, RunSpec> }> {
  const snapshot = asBelieved(shown);
  const [unplaced, specs] = [new Map(when.unplaced), new Map<Order, RunSpec>()];
  const machines = withMine(snapshot, state, self);
  let spareSlots = 0;
  for (;;) {
    const decision = decide(snapshot, state, self, { ...when, unplaced, spareSlots });
    const before = unplaced.size;
    for (const action of decision.actions) {
      // A machine that claims must be able to start: nobody else can while the claim stands.
      if (action.kind !== 'start' && action.kind !== 'claim') continue;
      const { order, attempt, service } = action;
      const placed = specs.get(order);
      if (placed !== undefined && placed.call?.program === service) continue;
      const key = `${order.id}-${order.generation}.${attempt}-${machine.random.uuid().slice(0, 8)}`;
      const place = async (): Promise<RunSpec | { readonly blocked: Because }> => {
        const spec = await machine.place(order, attempt, key, self, service ?? null);
        if ('blocked' in spec) return spec;
        const told = { ...spec, ...handedTo(spec.env, order, snapshot.orders, machines, self.machine) };
        return briefed(told, order, { ledger: machine.ledger, snapshot, machines, me: self.machine });
      };
      // D4b: an order that fails to be placed does not keep others from being placed.
      const spec = await place().catch(withoutPlace);
      if ('blocked' in spec) unplaced.set(order.id, { state: 'BLOCKED', ...spec.blocked });
      else specs.set(order, spec);
    }
    // A start without a place leaves its slot to another order. Each round tries as many more orders as had no place so far: with one at a time, a
    // thousand of them would take a thousand decisions.
    if (unplaced.size > before) spareSlots = unplaced.size;
    else if (spareSlots > 0) spareSlots = 0;
    else return { ...decision, specs };
  }
}

/** Reasons that lie with this computer, and not with the order, are reported to everybody. */
function withoutPlace(error: unknown): { readonly blocked: Because } {
  if (error instanceof CoordError) throw error;
  return { blocked: because.unjudged(whyOf(error)) };
}
