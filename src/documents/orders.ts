// ORDERS.json → what the orders mean (D4). The document is lost as a whole only if it is no JSON, another version, or holds no
// list of orders; a bad entry stops only that order, an id given twice all entries that share it.
import { guarded } from '../core/guard.ts';
import type { Fault, FaultyOrder, Parsed } from '../core/model/fault.ts';
import { faultSentence } from '../core/model/fault.ts';
import type { Chain, Order, OrdersDocument, RefusedOrder } from '../core/model/order.ts';
import { afterFaults } from './after-faults.ts';
import { cronTimes } from './cron.ts';
import { type JsonNode, type JsonObject, memberOf, toValue } from './json-node.ts';
import { badKeySentence, readJson } from './json-text.ts';
import { toOrder } from './order-entry.ts';
import {
  agentWarnings,
  badKeyFaults,
  callWarnings,
  foundValue,
  issueFaults,
  ordersFault,
  type PositionAt,
  unknownFieldFaults,
  withUnknown,
} from './order-faults.ts';
import { ORDER_ID, type OrderEntry, orderEntrySchema } from './order-schema.ts';
import { ORDERS_PATH } from './paths.ts';
import { stepIds } from './step-nodes.ts';
import { type ReadSteps, readSteps } from './steps.ts';

/** Reads ORDERS.json; every fault stands at the offending value. */
export function parseOrders(text: string): Parsed<OrdersDocument> {
  const { root, faults: textFaults, positionAt } = readJson(text, ORDERS_PATH);
  if (root === null) return { value: null, faults: textFaults };
  const list = listOf(root, positionAt);
  if (!('items' in list)) return { value: null, faults: [list] };
  const twice = idsGivenTwice(list.items);
  const faults: Fault[] = textFaults.filter((fault) => fault.level === 'warning');
  const orders: Order[] = [];
  const refused: RefusedOrder[] = [];
  const chains: Chain[] = [];
  const nodeOf = new Map<Order, JsonNode>();
  for (const entry of list.items) {
    const { outcome, unknown, warnings } = guarded(
      () => ({
        outcome: readEntry(entry, twice, positionAt),
        unknown: unknownFieldFaults(entry, 'order', positionAt),
        warnings: [...callWarnings(entry, positionAt), ...agentWarnings(entry, positionAt)],
      }),
      (why) => ({ outcome: refusal([ordersFault(positionAt(entry.offset), 'an order', why)]), unknown: [], warnings: [] }),
    );
    const order = orderOf(entry);
    faults.push(...[...unknown, ...outcome.faults, ...warnings].map((fault) => (order === null ? fault : { ...fault, order })));
    if (outcome.chain !== null) chains.push(outcome.chain);
    for (const { order: read, node } of outcome.orders) {
      const order = withUnknown(read, unknown);
      orders.push(order);
      nodeOf.set(order, node);
    }
    if (outcome.orders.length === 0) {
      const wrong = [...unknown, ...outcome.faults].filter((fault) => fault.level === 'fault');
      refused.push({ id: idOf(entry), reason: wrong.map(faultSentence).join('; ') });
    }
  }
  const value = chains.length === 0 ? { orders, refused } : { orders, refused, chains };
  return { value, faults: [...faults, ...afterFaults(value, nodeOf, positionAt)] };
}

/** The list of entries, or the fault that makes the whole document unusable. */
function listOf(root: JsonNode, positionAt: PositionAt): { items: readonly JsonNode[] } | Fault {
  if (root.kind !== 'object') return ordersFault(positionAt(root.offset), 'an object: { "orders": [ … ] }', foundValue(root));
  const bad = root.badKeys[0];
  if (bad !== undefined) return ordersFault(positionAt(bad.offset), ...badKeySentence(bad));
  const version = memberOf(root, 'version')?.value;
  if (version !== undefined && toValue(version) !== 1) {
    return ordersFault(positionAt(version.offset), '"version" to be 1', foundValue(version));
  }
  const orders = memberOf(root, 'orders')?.value;
  // What stands beside the list may be meant for all of it.
  const [unknown] = orders === undefined ? [] : unknownFieldFaults(root, 'file', positionAt);
  if (unknown !== undefined) return unknown;
  if (orders === undefined) return ordersFault(positionAt(root.offset), '"orders": [ … ]', misspelled(root));
  if (orders.kind !== 'array') return ordersFault(positionAt(orders.offset), '"orders" to be a list: [ … ]', foundValue(orders));
  return { items: orders.items };
}

function misspelled(root: JsonObject): string {
  const names = root.members.map((member) => `"${member.key}"`);
  return names.length === 0 ? 'nothing' : `only ${names.slice(0, 5).join(', ')}`;
}

function readEntry(entry: JsonNode, twice: ReadonlySet<string>, positionAt: PositionAt): ReadSteps {
  if (entry.kind !== 'object') return refusal([ordersFault(positionAt(entry.offset), 'an order: { … }', foundValue(entry))]);
  const faults = badKeyFaults(entry, positionAt);
  const id = idOf(entry);
  if (id !== null && twice.has(id)) {
    const at = positionAt(memberOf(entry, 'id')?.value.offset ?? entry.offset);
    faults.push(ordersFault(at, 'each id once', `"${id}" more than once`));
  }
  if (memberOf(entry, 'steps') !== undefined) {
    const read = readSteps(entry, twice, positionAt);
    return faults.length === 0 ? read : refusal([...faults, ...read.faults]);
  }
  const checked = orderEntrySchema.safeParse(toValue(entry));
  if (!checked.success) return refusal([...faults, ...issueFaults(entry, checked.error.issues, positionAt)]);
  faults.push(...scheduleFaults(entry, checked.data, positionAt));
  const order = toOrder(checked.data);
  if (order === null) {
    const assign = memberOf(entry, 'assign')?.value ?? entry;
    faults.push(ordersFault(positionAt(assign.offset), '"assign" to name machines from 1 to 9999', foundValue(assign)));
  }
  return order === null || faults.length > 0 ? refusal(faults) : { orders: [{ order, node: entry }], chain: null, faults };
}

function refusal(faults: readonly Fault[]): ReadSteps {
  return { orders: [], chain: null, faults };
}

/** A line that cannot be read or never comes, or a zone that nobody knows. */
function scheduleFaults(entry: JsonNode, { schedule, timezone = 'UTC' }: OrderEntry, positionAt: PositionAt): Fault[] {
  const wrong = schedule === undefined ? null : cronTimes(schedule, timezone);
  if (wrong === null || !('field' in wrong)) return [];
  const node = memberOf(entry, wrong.field)?.value ?? entry;
  return [ordersFault(positionAt(node.offset), `"${wrong.field}" to be ${wrong.expected}`, foundValue(node))];
}

/** The entry's id if it is one. */
function idOf(entry: JsonNode): string | null {
  const value = memberOf(entry, 'id')?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' && ORDER_ID.test(value.value) ? value.value : null;
}

function orderOf(entry: JsonNode): FaultyOrder | null {
  const id = idOf(entry);
  const assign = memberOf(entry, 'assign')?.value;
  const value = assign?.kind === 'scalar' ? assign.value : null;
  return id === null ? null : { id, assign: typeof value === 'number' || typeof value === 'string' ? value : null };
}

function idsGivenTwice(items: readonly JsonNode[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const item of items) {
    const id = idOf(item);
    for (const one of [...(id === null ? [] : [id]), ...stepIds(item)]) {
      if (seen.has(one)) twice.add(one);
      seen.add(one);
    }
  }
  return twice;
}
