// A chain is an entry whose steps are orders (documents/orders/steps.ts). Nothing runs under its own id, and its state is computed from its
// steps. Pure.
import type { Chain, Order, OrdersDocument, RefusedOrder } from '../model/orders/order.ts';
import type { OrderState } from '../model/orders/run.ts';
import type { StatusDocument, StatusOrder } from '../model/status/status.ts';
import { listedId } from '../runs/occurrence-name.ts';

/** Fields of a step's status that do not pass on to its chain. */
type Kept = Omit<
  StatusOrder,
  'title' | 'generation' | 'after' | 'chain' | 'mark' | 'schedule' | 'on' | 'times' | 'lastRuns' | 'machines' | 'reason'
>;

const chainsById = new WeakMap<readonly Chain[], ReadonlyMap<string, Chain>>();

/** Looked up in one map for each list: `after` of many orders may name chains. */
export function chainOf(id: string, { chains }: OrdersDocument): Chain | undefined {
  if (chains === undefined) return undefined;
  const known = chainsById.get(chains) ?? new Map(chains.map((chain) => [chain.id, chain]));
  chainsById.set(chains, known);
  return known.get(id);
}

/** The steps before this one; of an order that is no step, none. */
export function earlierSteps({ step }: Pick<Order, 'step'>, document: OrdersDocument): Chain['steps'] {
  const steps = step === undefined ? [] : (chainOf(step.chain, document)?.steps ?? []);
  const at = steps.findIndex(({ name }) => name === step?.name);
  return steps.slice(0, Math.max(0, at));
}

/** Where the chain is: what runs, else the first step that is not COMPLETED, else the last one. */
export function stepAt<T extends { readonly state: OrderState }>(steps: readonly T[]): T | undefined {
  return steps.find(({ state }) => state === 'IN_PROGRESS') ?? steps.find(({ state }) => state !== 'COMPLETED') ?? steps.at(-1);
}

/** The state of the current step; COMPLETED once all steps are, with the outputs of the last one. */
export function chainStatus(chain: Chain, statusOf: (id: string) => StatusOrder | undefined): StatusOrder {
  const steps = chain.steps.flatMap(({ id, name }, at) => {
    const status = statusOf(id);
    return status === undefined ? [] : [{ id, name, at, state: status.state, status }];
  });
  const at = stepAt(steps);
  if (at === undefined) throw new Error(`bug: the chain ${chain.id} has no step`);
  const {
    title: _title,
    generation: _generation,
    after: _after,
    chain: _chain,
    mark: _mark,
    machines: _machines,
    reason,
    ...rest
  } = at.status;
  const kept: Kept = rest;
  const generation = Math.max(...steps.map(({ status }) => status.generation ?? 1));
  const startedAt = steps[0]?.status.startedAt;
  const where = `step ${at.name}, ${at.at + 1} of ${steps.length}`;
  const isDone = at.state === 'COMPLETED';
  return {
    ...(chain.title === null ? {} : { title: chain.title }),
    ...(generation === 1 ? {} : { generation }),
    ...(chain.after.length === 0 ? {} : { after: chain.after }),
    ...kept,
    ...(steps.some(({ status }) => status.changed) ? { changed: true } : {}),
    ...(isDone && startedAt !== undefined ? { startedAt } : {}),
    ...(isDone ? (reason === undefined ? {} : { reason }) : { reason: reason === undefined ? where : `${where}: ${reason}` }),
    steps: chain.steps.map(({ id }) => id),
    at: at.id,
    ...(chain.use === undefined ? {} : { use: chain.use }),
  };
}

/** What people look at: a chain stands for its steps. */
export function wholeOrders(orders: StatusDocument['orders']): readonly (readonly [id: string, order: StatusOrder])[] {
  return Object.entries(orders).filter(([, { chain }]) => chain === undefined);
}

interface Node {
  readonly id: string;
  readonly after: readonly string[];
}

const nodes = new WeakMap<OrdersDocument, readonly Node[]>();

/** Which order waits for which, to find circles. Of a chain the last step is enough, because it waits for all others. The same document gives the same list. */
export function waitingNodes(document: OrdersDocument): readonly Pick<Order, 'id' | 'after'>[] {
  const { orders, chains = [] } = document;
  if (chains.length === 0) return orders;
  const known = nodes.get(document) ?? [
    ...orders,
    ...chains.map(({ id, steps }) => ({ id, after: steps.slice(-1).map((step) => step.id) })),
  ];
  nodes.set(document, known);
  return known;
}

/**
 * D4: an entry that cannot be read may be this order, or its chain, so the order does not count as removed. Nobody can tell which steps such a
 * chain has, so any order with a name of that form may be one.
 */
export function isUnreadable(order: string, refused: readonly RefusedOrder[]): boolean {
  if (refused.length === 0) return false;
  const ids = refusedIds(refused);
  const id = listedId(order);
  for (let end = id.indexOf('.'); end !== -1; end = id.indexOf('.', end + 1)) if (ids.has(id.slice(0, end))) return true;
  return ids.has(id);
}

/** D4: the same, and an entry without a readable id may be any order. */
export function mayBeUnread(order: string, refused: readonly RefusedOrder[]): boolean {
  return refused.length > 0 && (refusedIds(refused).has(null) || isUnreadable(order, refused));
}

const idsOfRefused = new WeakMap<readonly RefusedOrder[], ReadonlySet<string | null>>();

/** Made once for each list: each order that is remembered is looked up in it. */
function refusedIds(refused: readonly RefusedOrder[]): ReadonlySet<string | null> {
  const ids = idsOfRefused.get(refused) ?? new Set(refused.map(({ id }) => id));
  idsOfRefused.set(refused, ids);
  return ids;
}
