// Occurrences of each schedule in machines' documents and claims. Made once for each set of documents: they never change, so remembering is
// invisible (C1).
import type { Machines } from '../model/machines/machines.ts';
import type { ClaimView } from '../model/orders/claim.ts';
import { dueMs, listedId } from './occurrence-name.ts';

export interface Occurrence {
  readonly id: string;
  readonly atMs: number;
}

type Index = ReadonlyMap<string, readonly Occurrence[]>;

const NONE: readonly Occurrence[] = [];
const indexes = new WeakMap<Machines, Index>();

/** Occurrences that a machine runs, has run or has claimed, newest first; `claims` may add more. */
export function toldOccurrences(template: string, machines: Machines, claims: Iterable<ClaimView> = []): readonly Occurrence[] {
  let index = indexes.get(machines);
  if (index === undefined) {
    index = makeIndex(machines);
    indexes.set(machines, index);
  }
  const told = index.get(template) ?? NONE;
  const more = new Map<string, Occurrence>();
  for (const { order } of claims) note(order, template, more);
  if (more.size === 0) return told;
  for (const occurrence of told) more.set(occurrence.id, occurrence);
  return [...more.values()].sort((one, other) => other.atMs - one.atMs);
}

function note(order: string, template: string, into: Map<string, Occurrence>): void {
  if (!order.startsWith(`${template}@`) || listedId(order) !== template || into.has(order)) return;
  const atMs = dueMs(order);
  if (atMs !== null) into.set(order, { id: order, atMs });
}

function makeIndex(machines: Machines): Index {
  const found = new Map<string, Map<string, Occurrence>>();
  for (const { results } of machines.values()) {
    for (const list of [results.running, results.claimed, results.ended, results.older]) {
      for (const { order } of list) {
        if (!order.includes('@')) continue;
        const template = listedId(order);
        const known = found.get(template) ?? new Map<string, Occurrence>();
        found.set(template, known);
        note(order, template, known);
      }
    }
  }
  return new Map([...found].map(([template, known]) => [template, [...known.values()].sort((a, b) => b.atMs - a.atMs)]));
}
