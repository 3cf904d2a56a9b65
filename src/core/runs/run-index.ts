// Indexes of results by order, and of machines by the orders that they have run, each made once. With thousands of orders, searching every list of
// every machine for every order would take most of a cycle. Documents, and the maps that hold them, never change, so remembering is invisible (C1).

import type { OlderRun, ResultsDocument, RunningRun, WaitingOrder } from '../model/orders/run.ts';
import { isHigher } from './journal-retention.ts';
import { listedId } from './occurrence-name.ts';

export interface RunsOfOrder {
  readonly running: readonly RunningRun[];
  /** Older ones first. */
  readonly ended: readonly OlderRun[];
  readonly waiting: readonly WaitingOrder[];
}

type Tellers = ReadonlyMap<number, { readonly results: ResultsDocument }>;

const NONE: RunsOfOrder = { running: [], ended: [], waiting: [] };
const NOBODY: readonly number[] = [];
const indexes = new WeakMap<ResultsDocument, ReadonlyMap<string, RunsOfOrder>>();
const toldIds = new WeakMap<ResultsDocument, ReadonlySet<string>>();
const ran = new WeakMap<ResultsDocument, ReadonlySet<string>>();
const waits = new WeakMap<ResultsDocument, ReadonlyMap<string, readonly WaitingOrder[]>>();
/** Of the machines that were asked about often. From one look to the next few documents are others, and only what these say is gone through. */
let tellers: TellerIndex | null = null;
/** Other machines that were asked about last, such as one of an order for all: no index is worth it until they are asked about so often. */
let others: { readonly machines: Tellers; times: number } | null = null;
const TIMES_WITHOUT_INDEX = 20;

interface TellerIndex {
  readonly machines: Tellers;
  readonly byOrder: Map<string, readonly number[]>;
}

/** What a machine's results say of one order, all generations. */
export function runsOf(results: ResultsDocument, order: string): RunsOfOrder {
  return indexOf(results).get(order) ?? NONE;
}

/** What waits of a listed order or of its occurrences, in the order of the machines and of what they say. */
export function waitingUnder(id: string, machines: Tellers): readonly WaitingOrder[] {
  return [...machines.values()].flatMap(({ results }) => {
    const known = waits.get(results) ?? makeWaits(results);
    waits.set(results, known);
    return known.get(id) ?? [];
  });
}

function makeWaits({ waiting }: ResultsDocument): ReadonlyMap<string, readonly WaitingOrder[]> {
  const listed = new Map<string, WaitingOrder[]>();
  for (const it of waiting) {
    const id = listedId(it.order);
    const known = listed.get(id);
    if (known === undefined) listed.set(id, [it]);
    else known.push(it);
  }
  return listed;
}

/** A run of one of these orders, of an occurrence of it, or of a step of it if it is a chain. */
export function tellsOfAny(orders: readonly string[], results: ResultsDocument | undefined): boolean {
  if (results === undefined) return false;
  const told = toldIds.get(results) ?? makeToldIds(results);
  toldIds.set(results, told);
  return orders.some((order) => told.has(order));
}

function makeToldIds(results: ResultsDocument): ReadonlySet<string> {
  const told = new Set<string>();
  for (const order of ranOf(results)) {
    const listed = listedId(order);
    told.add(order).add(listed);
    for (let at = listed.indexOf('.'); at > 0; at = listed.indexOf('.', at + 1)) told.add(listed.slice(0, at));
  }
  return told;
}

/** The machines whose results have a run of this order, in the order of the map. */
export function tellersOf(order: string, machines: Tellers): readonly number[] {
  const index = tellersAmong(machines);
  if (index !== null) return index.byOrder.get(order) ?? NOBODY;
  return [...machines].flatMap(([machine, { results }]) => (ranOf(results).has(order) ? [machine] : []));
}

/** Null = they are not asked about often enough. */
function tellersAmong(machines: Tellers): TellerIndex | null {
  const before = tellers;
  if (before?.machines === machines) return before;
  if (before !== null && isSameList(machines, before.machines)) {
    // A mistake half way must not leave half a change.
    tellers = null;
    tellers = withChanged(machines, before);
    return tellers;
  }
  others = others?.machines === machines ? others : { machines, times: 0 };
  others.times += 1;
  if (others.times <= TIMES_WITHOUT_INDEX) return null;
  others = null;
  tellers = { machines, byOrder: makeTellers(machines) };
  return tellers;
}

function isSameList(one: Tellers, other: Tellers): boolean {
  if (one.size !== other.size) return false;
  const numbers = other.keys();
  for (const number of one.keys()) if (number !== numbers.next().value) return false;
  return true;
}

function makeTellers(machines: Tellers): Map<string, readonly number[]> {
  const byOrder = new Map<string, number[]>();
  for (const [machine, { results }] of machines) {
    for (const order of ranOf(results)) {
      const known = byOrder.get(order);
      if (known === undefined) byOrder.set(order, [machine]);
      else known.push(machine);
    }
  }
  return byOrder;
}

/** The same machines, some of whose documents are others. Lists that were handed out stay as they are. */
function withChanged(machines: Tellers, { machines: last, byOrder }: TellerIndex): TellerIndex {
  const places = new Map([...machines.keys()].map((number, at) => [number, at]));
  const placeOf = (number: number) => places.get(number) ?? 0;
  for (const [machine, { results }] of machines) {
    const before = last.get(machine)?.results;
    if (before === undefined || before === results) continue;
    const [was, is] = [ranOf(before), ranOf(results)];
    for (const order of was) {
      if (is.has(order)) continue;
      const others = (byOrder.get(order) ?? NOBODY).filter((it) => it !== machine);
      if (others.length === 0) byOrder.delete(order);
      else byOrder.set(order, others);
    }
    for (const order of is) {
      if (was.has(order)) continue;
      const all = [...(byOrder.get(order) ?? NOBODY), machine];
      byOrder.set(
        order,
        all.sort((one, other) => placeOf(one) - placeOf(other)),
      );
    }
  }
  return { machines, byOrder };
}

/** The orders of which these have a run. */
function ranOf(results: ResultsDocument): ReadonlySet<string> {
  const known = ran.get(results);
  if (known !== undefined) return known;
  const told = [...indexOf(results)].filter(([, { running, ended }]) => running.length + ended.length > 0);
  const orders = new Set(told.map(([order]) => order));
  ran.set(results, orders);
  return orders;
}

function indexOf(results: ResultsDocument): ReadonlyMap<string, RunsOfOrder> {
  const known = indexes.get(results) ?? makeIndex(results);
  indexes.set(results, known);
  return known;
}

function makeIndex(results: ResultsDocument): ReadonlyMap<string, RunsOfOrder> {
  const index = new Map<string, { running: RunningRun[]; ended: OlderRun[]; waiting: WaitingOrder[] }>();
  const entry = (order: string) => {
    const known = index.get(order) ?? { running: [], ended: [], waiting: [] };
    index.set(order, known);
    return known;
  };
  for (const waits of results.waiting) entry(waits.order).waiting.push(waits);
  for (const run of results.running) entry(run.order).running.push(run);
  for (const run of [...results.older, ...results.ended]) entry(run.order).ended.push(run);
  return index;
}

/** Of runs of one order, of equals the later one; null = there are none. */
export function highestRun<T extends Pick<OlderRun, 'generation' | 'attempt'>>(runs: readonly T[]): T | null {
  return runs.reduce<T | null>((best, run) => (best !== null && isHigher(best, run) ? best : run), null);
}
