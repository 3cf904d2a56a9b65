// The generation in which an order is placed (O8). Pure.
import type { OrderChange, OrderEdit } from '../model/ledger/intention.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { ResultsDocument } from '../model/orders/run.ts';

/** O8: an order that is placed to run is new work, also if its id was used before. Occurrences are new anyway. */
export function inItsGeneration<T extends OrderEdit | OrderChange>(
  edit: T,
  { machines, uncountedRuns = new Map() }: Pick<Snapshot, 'machines' | 'uncountedRuns'>,
): T | OrderEdit {
  if (edit.kind !== 'add' || edit.again !== true || edit.order.schedule !== undefined || edit.order.on !== undefined) return edit;
  const { order } = edit;
  const remembered = rememberedGeneration(order.id, [
    ...[...machines.values()].map((it) => it.results),
    ...uncountedRuns.values(),
  ]);
  if (remembered < Number(order.generation ?? 1)) return edit;
  return { ...edit, order: { ...order, generation: remembered + 1 } };
}

/** The highest generation that any machine remembers of the order, or of a step of a chain of this id; 0 = none. */
function rememberedGeneration(id: string, all: readonly ResultsDocument[]): number {
  const steps = `${id}.`;
  let highest = 0;
  for (const { running, claimed, ended, older } of all)
    for (const runs of [running, claimed, ended, older])
      for (const { order, generation } of runs)
        if (generation > highest && (order === id || order.startsWith(steps))) highest = generation;
  return highest;
}
