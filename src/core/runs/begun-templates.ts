// Which version of its template an order has begun with (O20): the marks of its runs say so, wherever they ran. Pure.
import type { Machines } from '../model/machines/machines.ts';
import type { Begun } from '../model/orders/template.ts';
import { digestIn } from '../orders/work-hash.ts';

interface MarkedRun {
  readonly order: string;
  readonly generation: number;
  readonly work?: string | undefined;
}

/** `own`: what this machine's journal knows and its documents may not show yet. */
export function begunIn(machines: Machines, own: readonly MarkedRun[]): Begun {
  let index: ReturnType<typeof indexOf> | null = null;
  return (id, generation) => {
    index ??= indexOf(machines, own);
    return (index.get(id) ?? []).filter((run) => run.generation >= generation);
  };
}

type MarkedStep = ReturnType<Begun>[number];

function indexOf(machines: Machines, own: readonly MarkedRun[]): ReadonlyMap<string, readonly MarkedStep[]> {
  const byOrder = new Map<string, MarkedStep[]>();
  const take = ({ order, generation, work }: MarkedRun) => {
    const digest = digestIn(work);
    if (digest === null) return;
    // An id may have dots of its own.
    for (let end = order.indexOf('.'); end !== -1; end = order.indexOf('.', end + 1)) {
      const id = order.slice(0, end);
      const known = byOrder.get(id) ?? [];
      known.push({ step: order.slice(end + 1), digest, generation });
      byOrder.set(id, known);
    }
  };
  for (const { results } of machines.values())
    for (const runs of [results.running, results.ended, results.older] as const) for (const run of runs) take(run);
  for (const run of own) take(run);
  return byOrder;
}
