// Why an order does not begin here now, before anything else is looked at: it is not to be believed, a machine that counts no more ran it, or this
// computer does not allow it. Pure.
import type { Believed, Snapshot } from '../model/ledger/snapshot.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import { PEOPLE } from '../model/messages/message.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { earlierSteps } from '../orders/chains.ts';
import { policyRefusal } from '../orders/local-policy.ts';
import { because } from '../orders/reason-words.ts';
import { isOccurrence, listedId } from '../runs/occurrence-name.ts';
import { runsOf, tellsOfAny } from '../runs/run-index.ts';
import type { DecisionContext } from './decision-context.ts';

/** T6, R8, T5, O10, O21; null = nothing. */
export function refusalOf(order: Order, context: DecisionContext): Because | null {
  const { snapshot, machines } = context;
  const { uncountedRuns = new Map() } = snapshot;
  const { id, step, unbelieved } = order;
  if (unbelieved !== undefined) return because.unbelieved(step?.chain ?? listedId(id), unbelieved);
  return (
    ranBeyond(order, uncountedRuns) ??
    (snapshot.believed === undefined ? null : doubtOf(order, snapshot.believed, machines)) ??
    policyRefusal(order, context)
  );
}

/**
 * T5: it would begin by what a machine said that nobody vouches for: an end that it comes after or an earlier step of its chain, which hand something
 * on to it, an earlier attempt, its event. T5.5: or it ran on a machine whose word is not here now. T7: people's messages are not signed, so only a signed button goes by one.
 */
function doubtOf(order: Order, believed: Believed, machines: Machines): Because | null {
  const { doubted, repeatable, uncovered, orders, toldBefore = new Map() } = believed;
  const { id, after, event } = order;
  if (String(event?.machine) === PEOPLE && !repeatable.has(listedId(id))) return because.unsignedMessage();
  const before = event?.run === undefined ? after : [...after, listedId(event.run.order)];
  const other = before.find((one) => uncovered.has(one));
  if (other !== undefined) return because.afterUncovered(other);
  for (const [machine, { why, runs }] of toldBefore)
    if (Object.hasOwn(runs, id) && (runs[id] ?? 0) >= order.generation)
      return because.doubted(machineLabel(machine, machines), why);
  if (doubted.size === 0) return null;
  const asked = [id, ...after, ...earlierSteps(order, orders).map((step) => step.id)];
  const tells = (machine: number) => event?.machine === machine || tellsOfAny(asked, machines.get(machine)?.results);
  const teller = [...doubted.keys()].find(tells);
  return teller === undefined ? null : because.doubted(machineLabel(teller, machines), doubted.get(teller) ?? '');
}

/** R8, S1: why it waits if a machine ran it that counts no more. */
function ranBeyond({ id, generation, assign }: Order, runs: NonNullable<Snapshot['uncountedRuns']>): Because | null {
  if (assign.kind === 'all') return null;
  for (const [machine, results] of runs) {
    const { running, ended } = runsOf(results, id);
    // A person has no field in which to resolve a single occurrence.
    if ([...running, ...ended].some((run) => run.generation >= generation))
      return because.ranBeyond(machineLabel(machine, new Map()), listedId(id), !isOccurrence(id));
  }
  return null;
}
