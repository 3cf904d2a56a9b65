// A results document by order, made once for each document: with thousands of orders, looking through every list for every
// order is what a cycle would spend its time on. Documents never change, so remembering is invisible (C1).
import type { OlderRun, ResultsDocument, RunningRun } from './model/run.ts';

export interface RunsOfOrder {
  readonly running: readonly RunningRun[];
  /** Older ones first. */
  readonly ended: readonly OlderRun[];
}

const NONE: RunsOfOrder = { running: [], ended: [] };
const indexes = new WeakMap<ResultsDocument, ReadonlyMap<string, RunsOfOrder>>();

/** What a machine's results say of one order, all generations. */
export function runsOf(results: ResultsDocument, order: string): RunsOfOrder {
  let index = indexes.get(results);
  if (index === undefined) {
    index = indexOf(results);
    indexes.set(results, index);
  }
  return index.get(order) ?? NONE;
}

function indexOf(results: ResultsDocument): ReadonlyMap<string, RunsOfOrder> {
  const index = new Map<string, { running: RunningRun[]; ended: OlderRun[] }>();
  const entry = (order: string) => {
    const known = index.get(order) ?? { running: [], ended: [] };
    index.set(order, known);
    return known;
  };
  for (const run of results.running) entry(run.order).running.push(run);
  for (const run of [...results.older, ...results.ended]) entry(run.order).ended.push(run);
  return index;
}
