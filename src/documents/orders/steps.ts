// Turns an entry with `steps` into orders named `<chain>.<step>`, each after the one before it. What a step does not say, the chain says
// for it. No other code that decides, claims or runs knows of chains.
import { type Chain, ORDER_ID, type Order } from '../../core/model/orders/order.ts';
import type { FromTemplate } from '../../core/model/orders/template.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { type JsonNode, memberOf, toValue } from '../json/json-node.ts';
import { toOrder } from './order-entry.ts';
import {
  callWarnings,
  foundValue,
  issueFaults,
  kindWarnings,
  misplaced,
  ordersFault,
  type PositionAt,
  unknownFieldFaults,
  withUnknown,
} from './order-faults.ts';
import {
  type ChainEntry,
  chainSchema,
  NOT_BESIDE_STEPS,
  NOT_WITHIN_STEPS,
  type OrderEntry,
  type StepEntry,
} from './order-schema.ts';
import { idOf, stepIds, stepNodes } from './step-nodes.ts';

export interface ReadSteps {
  /** With the place that it was read from. */
  readonly orders: readonly { readonly order: Order; readonly node: JsonNode }[];
  readonly chain: Chain | null;
  readonly faults: readonly Fault[];
}

/** `twice`: ids that the list has more than once. Where there is a fault, no step of it is obeyed (D4). */
export function readSteps(entry: JsonNode, twice: ReadonlySet<string>, positionAt: PositionAt): ReadSteps {
  const nodes = stepNodes(entry);
  const hasCheck = (node: JsonNode) => memberOf(node, 'check') !== undefined;
  const warnings = nodes.flatMap((node, at) => [
    ...kindWarnings(node, positionAt),
    ...callWarnings(node, positionAt, hasCheck(node) || (at === nodes.length - 1 && hasCheck(entry))),
  ]);
  const unknown = nodes.map((node) => unknownFieldFaults(node, 'order', positionAt));
  warnings.push(...unknown.flat());
  const faults = [...misplaced(entry, NOT_BESIDE_STEPS, 'beside "steps"', positionAt)];
  for (const node of nodes) faults.push(...misplaced(node, NOT_WITHIN_STEPS, 'within a step', positionAt));
  const checked = chainSchema.safeParse(toValue(entry));
  if (!checked.success) faults.push(...issueFaults(entry, checked.error.issues, positionAt));
  faults.push(...idFaults(entry, twice, positionAt));
  if (!checked.success || faults.length > 0) return { orders: [], chain: null, faults: [...faults, ...warnings] };
  const chain = chainOf(checked.data);
  const orders: { order: Order; node: JsonNode }[] = [];
  for (const [at, node] of nodes.entries()) {
    const order = orderOf(checked.data, chain, at);
    // The chain's own `after` stands with the chain.
    if (order !== null)
      orders.push({ order: withUnknown(order, unknown[at] ?? []), node: at === 0 && chain.after.length > 0 ? entry : node });
    else {
      const assign = memberOf(node, 'assign')?.value ?? memberOf(entry, 'assign')?.value ?? node;
      faults.push(ordersFault(positionAt(assign.offset), '"assign" to name machines from 1 to 9999', foundValue(assign)));
    }
  }
  return faults.length > 0 ? { orders: [], chain: null, faults: [...faults, ...warnings] } : { orders, chain, faults: warnings };
}

/** The orders of a chain that was checked. Null = `assign` of one names a machine number that cannot be. */
export function chainFrom(
  entry: ChainEntry,
  template: FromTemplate,
): { readonly orders: readonly Order[]; readonly chain: Chain } | null {
  const chain = chainOf(entry);
  const orders = entry.steps.map((_, at) => orderOf(entry, chain, at, template));
  return orders.every((order) => order !== null) ? { orders, chain } : null;
}

/** Ids that are given twice, here or in the list, and those that become too long with the chain's. */
function idFaults(entry: JsonNode, twice: ReadonlySet<string>, positionAt: PositionAt): Fault[] {
  const ids = stepIds(entry);
  return stepNodes(entry).flatMap((node, at): Fault[] => {
    const id = ids[at] ?? '';
    const place = positionAt((memberOf(node, 'id')?.value ?? node).offset);
    if (twice.has(id)) return [ordersFault(place, 'each id once', `"${id}" more than once`)];
    const own = idOf(node);
    // What is wrong with the step's own id alone has been told.
    if (ORDER_ID.test(id) || (own !== null && !ORDER_ID.test(own))) return [];
    return [ordersFault(place, "the chain's id and the step's to have 64 characters together with a dot", `"${id}"`)];
  });
}

function chainOf({ id, title, after, cancelled, steps }: ChainEntry): Chain {
  return {
    id,
    title: title ?? null,
    after: after ?? [],
    cancelled: cancelled ?? false,
    steps: steps.map((step, at) => ({ id: `${id}.${nameOf(step, at)}`, name: nameOf(step, at) })),
  };
}

function nameOf({ id }: StepEntry, at: number): string {
  return id ?? String(at + 1);
}

function orderOf(entry: ChainEntry, chain: Chain, at: number, template?: FromTemplate): Order | null {
  const step = entry.steps[at];
  const place = chain.steps[at];
  if (step === undefined || place === undefined) return null;
  const { name } = place;
  const before = chain.steps[at - 1]?.id ?? null;
  const order = toOrder(entryOf(entry, step, place.id, before, at === entry.steps.length - 1), template);
  return order === null ? null : { ...order, step: { chain: chain.id, name } };
}

/** `before`: the step before it; null = it is the first. */
function entryOf(chain: ChainEntry, step: StepEntry, id: string, before: string | null, isLast: boolean): OrderEntry {
  // What is the chain's as a whole, and not each step's.
  const { title: _title, steps: _steps, check, approval, approved, ...inherited } = chain;
  return {
    ...inherited,
    ...(before === null && approval !== undefined ? { approval } : {}),
    ...(before === null && approved !== undefined ? { approved } : {}),
    ...(isLast && check !== undefined ? { check } : {}),
    ...step,
    id,
    env: { ...chain.env, ...step.env },
    after: [...(before === null ? (chain.after ?? []) : []), ...(step.after ?? []), ...(before === null ? [] : [before])],
    cancelled: (chain.cancelled ?? false) || (step.cancelled ?? false),
    generation: Math.max(chain.generation ?? 1, step.generation ?? 1),
  };
}
