// Reads ORDERS.json (D4). The whole document is a fault only if it is no JSON, of another version, or without a list of orders. A bad entry
// stops only its order; an id given twice stops all entries that have it.
import { andMore } from '../../core/base/counted.ts';
import { guarded } from '../../core/base/guarded.ts';
import { type Chain, ORDER_ID, type Order, type RefusedOrder } from '../../core/model/orders/order.ts';
import type { Fault, FaultyOrder, Parsed } from '../../core/model/status/fault.ts';
import { faultSentence } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';
import { type JsonNode, type JsonObject, memberOf, toValue } from '../json/json-node.ts';
import { badKeySentence } from '../json/json-text.ts';
import { ORDERS_PATH } from '../paths.ts';
import { type ReadUse, readUse, takesTemplate, type WrittenOrders, type WrittenUse } from '../templates/uses.ts';
import { cronTimes } from '../text/cron.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import { afterFaults } from './after-faults.ts';
import { toOrder } from './order-entry.ts';
import {
  badKeyFaults,
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
import { OF_TEMPLATES, type OrderEntry, orderEntrySchema } from './order-schema.ts';
import { idOf, readOrdersText, stepIds, stepNodes } from './step-nodes.ts';
import { type ReadSteps, readSteps } from './steps.ts';

export const ordersDocument: DocumentKind<WrittenOrders> = {
  owner: 'people',
  path: ORDERS_PATH,
  parse: parseOrders,
  lastGood: {
    // A fleet without it has lost it.
    isRequired: true,
    bytesMax: 2 * DOCUMENT_LIMITS.sizeBytesMax,
    missing: (value) => (value === null ? null : []),
  },
};

/**
 * Of the list that was read last: the orders of entries in which nothing was wrong, by their text. Of a list that changes most entries are as they
 * were; they give the same objects, so nothing that was made of these is made again (C1).
 */
let readLast: ReadonlyMap<string, Order> = new Map();

/** Reads ORDERS.json; every fault stands at the offending value. */
export function parseOrders(text: string): Parsed<WrittenOrders> {
  const { root, faults: textFaults, positionAt } = readOrdersText(text);
  if (root === null) return { value: null, faults: textFaults };
  const list = listOf(root, positionAt);
  if (!('items' in list)) return { value: null, faults: [list] };
  const twice = idsGivenTwice(list.items);
  const faults: Fault[] = textFaults.filter((fault) => fault.level === 'warning');
  const orders: Order[] = [];
  const refused: RefusedOrder[] = [];
  const chains: Chain[] = [];
  const uses: WrittenUse[] = [];
  const nodeOf = new Map<Order, JsonNode>();
  const crowd = chainsOver(list.items);
  const wellRead = new Map<string, Order>();
  for (const entry of list.items) {
    const source = text.slice(entry.offset, entry.offset + entry.length);
    const before = readLast.get(source);
    if (before !== undefined && textFaults.length === 0 && !twice.has(before.id)) {
      orders.push(before);
      nodeOf.set(before, entry);
      wellRead.set(source, before);
      continue;
    }
    if (crowd.has(entry)) {
      refused.push({ id: goodId(entry), reason: OVER_REASON });
      continue;
    }
    const { outcome, unknown, warnings } = guarded(
      () => ({
        outcome: readEntry(entry, twice, positionAt),
        unknown: unknownFieldFaults(entry, 'order', positionAt),
        warnings: [...callWarnings(entry, positionAt), ...kindWarnings(entry, positionAt)],
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
      const isPlain = outcome.chain === null && unknown.length + outcome.faults.length + warnings.length === 0;
      if (isPlain) wellRead.set(source, order);
    }
    const { use } = outcome;
    if (use !== undefined && order !== null)
      uses.push({
        ...use,
        id: order.id,
        at: orders.length,
        order,
        unknown: [...use.unknown, ...unknown.flatMap((it) => it.unknown ?? [])],
      });
    else if (outcome.orders.length === 0) {
      const wrong = [...unknown, ...outcome.faults].filter((fault) => fault.level === 'fault');
      refused.push({ id: goodId(entry), reason: wrong.map(faultSentence).join('; ') });
    }
  }
  readLast = wellRead;
  faults.push(...crowdFaults(crowd, positionAt));
  const value = {
    ...{ orders, refused },
    ...(chains.length === 0 ? {} : { chains }),
    ...(uses.length === 0 ? {} : { uses }),
  };
  return { value, faults: [...faults, ...afterFaults(value, nodeOf, positionAt)] };
}

/** D8. */
const EXPANDED_MOST = `at most ${DOCUMENT_LIMITS.entriesMax} orders with the steps of all chains`;
const OVER_REASON = `expected ${EXPANDED_MOST}, found more`;
/** More than these a fault does not name. */
const NAMED_MAX = 5;

/** Chains that there is no room for: a short one has it before a long one, and a plain order before any, so that no flood takes theirs. */
function chainsOver(items: readonly JsonNode[]): ReadonlySet<JsonNode> {
  const chains = items.map((entry) => ({ entry, steps: stepNodes(entry).length })).filter(({ steps }) => steps > 0);
  let left = DOCUMENT_LIMITS.entriesMax - (items.length - chains.length);
  const over = new Set<JsonNode>();
  for (const { entry, steps } of chains.sort((a, b) => a.steps - b.steps)) {
    left -= steps;
    if (left < 0) over.add(entry);
  }
  return over;
}

function crowdFaults(crowd: ReadonlySet<JsonNode>, positionAt: PositionAt): Fault[] {
  const [first] = crowd;
  if (first === undefined) return [];
  const ids = [...crowd].slice(0, NAMED_MAX).map((entry) => `"${goodId(entry) ?? '?'}"`);
  const found = `more: the longest chains are left out: ${ids.join(', ')}${andMore(crowd.size - NAMED_MAX)}`;
  return [ordersFault(positionAt(first.offset), EXPANDED_MOST, found)];
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

type ReadEntry = ReadSteps & { readonly use?: ReadUse };

function readEntry(entry: JsonNode, twice: ReadonlySet<string>, positionAt: PositionAt): ReadEntry {
  if (entry.kind !== 'object') return refusal([ordersFault(positionAt(entry.offset), 'an order: { … }', foundValue(entry))]);
  const faults = badKeyFaults(entry, positionAt);
  const id = goodId(entry);
  if (id !== null && twice.has(id)) {
    const at = positionAt(memberOf(entry, 'id')?.value.offset ?? entry.offset);
    faults.push(ordersFault(at, 'each id once', `"${id}" more than once`));
  }
  if (memberOf(entry, 'steps') !== undefined) {
    const read = readSteps(entry, twice, positionAt);
    return faults.length === 0 ? read : refusal([...faults, ...read.faults]);
  }
  if (takesTemplate(entry)) {
    const { use, faults: wrong } = readUse(entry, positionAt);
    const read = refusal([...faults, ...wrong]);
    return use === null || faults.length > 0 ? read : { ...read, use };
  }
  faults.push(...misplaced(entry, OF_TEMPLATES, 'without "use"', positionAt));
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

/** A line that cannot be read or never comes, a zone that nobody knows, events besides, or what belongs to a line where there is none. */
function scheduleFaults(entry: JsonObject, { schedule, timezone = 'UTC', on }: OrderEntry, positionAt: PositionAt): Fault[] {
  if (schedule !== undefined && on !== undefined) {
    const place = memberOf(entry, 'on')?.value ?? entry;
    return [ordersFault(positionAt(place.offset), '"schedule" or "on"', 'both: give each an order of its own')];
  }
  // Somebody may have taken the line out to let it rest: without it the order would start at once.
  if (schedule === undefined) return misplaced(entry, ['timezone', 'overlap'], 'without "schedule"', positionAt);
  const wrong = cronTimes(schedule, timezone);
  if (!('field' in wrong)) return [];
  const node = memberOf(entry, wrong.field)?.value ?? entry;
  return [ordersFault(positionAt(node.offset), `"${wrong.field}" to be ${wrong.expected}`, foundValue(node))];
}

/** The entry's id if it is one. */
function goodId(entry: JsonNode): string | null {
  const id = idOf(entry);
  return id !== null && ORDER_ID.test(id) ? id : null;
}

function orderOf(entry: JsonNode): FaultyOrder | null {
  const id = goodId(entry);
  const assign = memberOf(entry, 'assign')?.value;
  const value = assign?.kind === 'scalar' ? assign.value : null;
  return id === null ? null : { id, assign: typeof value === 'number' || typeof value === 'string' ? value : null };
}

function idsGivenTwice(items: readonly JsonNode[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const item of items) {
    const id = goodId(item);
    for (const one of [...(id === null ? [] : [id]), ...stepIds(item)]) {
      if (seen.has(one)) twice.add(one);
      seen.add(one);
    }
  }
  return twice;
}
