// O8: an id is used once for each generation. An order that is placed to run gets the generation after all remembered ones of its id. Pure.
import type { Machines } from '../model/machines/machines.ts';

/** The highest generation that any machine remembers of the order, or of a step of a chain of this id; 0 = none. */
export function rememberedGeneration(id: string, machines: Machines): number {
  let highest = 0;
  for (const { results } of machines.values())
    for (const { order, generation } of [...results.running, ...results.claimed, ...results.ended, ...results.older])
      if (order === id || order.startsWith(`${id}.`)) highest = Math.max(highest, generation);
  return highest;
}
