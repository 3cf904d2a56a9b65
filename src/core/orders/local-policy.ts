// O10: what the owner of this computer allows to run here. The repo cannot change these rules. Pure. Folders are checked where the run is placed,
// because that needs the disk.
import { kindsOf, rulesOf } from '../../features/rules.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Believed, Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import type { Self } from '../model/machines/self.ts';
import { PEOPLE } from '../model/messages/message.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { isOccurrence, listedId } from '../runs/occurrence-name.ts';
import { runsOf, tellsOfAny } from '../runs/run-index.ts';
import { budgetOver } from '../runs/spending.ts';
import { mayOrderSet } from './allowed-variables.ts';
import { earlierSteps } from './chains.ts';
import { because } from './reason-words.ts';

/** Why local policy keeps this order from beginning here now, or null: what may never run, or a budget that is spent (O21). */
export function policyRefusal(
  order: Order,
  {
    self,
    state,
    when,
    snapshot,
    machines,
  }: {
    readonly self: Self;
    readonly state: Pick<JournalState, 'spent'>;
    readonly when: { readonly now: Instant };
    readonly snapshot?: Pick<Snapshot, 'believed' | 'uncountedRuns'>;
    readonly machines?: Machines;
  },
): Because | null {
  if (order.unbelieved !== undefined) return because.unbelieved(order.step?.chain ?? listedId(order.id), order.unbelieved);
  const beyond = ranBeyond(order, snapshot?.uncountedRuns);
  if (beyond !== null) return beyond;
  const doubt = snapshot?.believed === undefined || machines === undefined ? null : doubtOf(order, snapshot.believed, machines);
  if (doubt !== null) return doubt;
  const refusal = neverAllowed(order, self);
  if (refusal !== null || self.policy.budget === undefined || rulesOf(order.work).costs !== true) return refusal;
  const over = budgetOver(self.policy.budget, state.spent ?? {}, when.now.wallMs);
  return over === null ? null : because.budgetSpent(over.what, self.name, over.until);
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
function ranBeyond({ id, generation, assign }: Order, runs: Snapshot['uncountedRuns'] = new Map()): Because | null {
  if (assign.kind === 'all') return null;
  for (const [machine, results] of runs) {
    const { running, ended } = runsOf(results, id);
    // A person has no field in which to resolve a single occurrence.
    if ([...running, ...ended].some((run) => run.generation >= generation))
      return because.ranBeyond(machineLabel(machine, new Map()), listedId(id), !isOccurrence(id));
  }
  return null;
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
