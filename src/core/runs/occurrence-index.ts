// Occurrences of each template in machines' documents and claims. Documents are gone through once each: they never change, so remembering is invisible
// (C1). The maps that hold them are made anew several times in each cycle, and of each machine alone, so nothing is kept by them.
import type { Machines } from '../model/machines/machines.ts';
import type { ClaimView } from '../model/orders/claim.ts';
import type { ResultsDocument } from '../model/orders/run.ts';
import { depthOf, dueMs, listedId } from './occurrence-name.ts';

export interface Occurrence {
  readonly id: string;
  readonly atMs: number;
}

interface Told {
  /** Of a schedule, newest first. */
  readonly due: readonly Occurrence[];
  /** Of a trigger. */
  readonly events: readonly string[];
}

const NONE: Told = { due: [], events: [] };
const indexes = new WeakMap<ResultsDocument, ReadonlyMap<string, Told>>();

/** Occurrences of a schedule that a machine runs, has run or has claimed, newest first; `claims` may add more. */
export function toldOccurrences(template: string, machines: Machines, claims: Iterable<ClaimView> = []): readonly Occurrence[] {
  const told = toldOf(template, machines).due;
  const more = new Map<string, Occurrence>();
  for (const { order } of claims) note(order, template, more);
  if (more.size === 0) return told;
  for (const occurrence of told) more.set(occurrence.id, occurrence);
  return byTime(more.values());
}

/** Ids of the occurrences of a trigger that a machine runs, has run or has claimed. */
export function toldEvents(template: string, machines: Machines): readonly string[] {
  return toldOf(template, machines).events;
}

function toldOf(template: string, machines: Machines): Told {
  const told: Told[] = [];
  for (const { results } of machines.values()) {
    const one = indexOf(results).get(template);
    if (one !== undefined) told.push(one);
  }
  const [first = NONE] = told;
  if (told.length <= 1) return first;
  const due = new Map<string, Occurrence>();
  for (const one of told) for (const occurrence of one.due) due.set(occurrence.id, occurrence);
  return { due: byTime(due.values()), events: [...new Set(told.flatMap((one) => one.events))] };
}

function indexOf(results: ResultsDocument): ReadonlyMap<string, Told> {
  const index = indexes.get(results) ?? makeIndex(results);
  indexes.set(results, index);
  return index;
}

function note(order: string, template: string, into: Map<string, Occurrence>): void {
  if (!order.startsWith(`${template}@`) || listedId(order) !== template || into.has(order)) return;
  const atMs = dueMs(order);
  if (atMs !== null) into.set(order, { id: order, atMs });
}

function byTime(occurrences: Iterable<Occurrence>): readonly Occurrence[] {
  return [...occurrences].sort((one, other) => other.atMs - one.atMs);
}

function makeIndex(results: ResultsDocument): ReadonlyMap<string, Told> {
  const found = new Map<string, { readonly due: Map<string, Occurrence>; readonly events: Set<string> }>();
  for (const list of [results.running, results.claimed, results.ended, results.older]) {
    for (const { order } of list) {
      if (!order.includes('@')) continue;
      const template = listedId(order);
      const known = found.get(template) ?? { due: new Map(), events: new Set() };
      found.set(template, known);
      note(order, template, known.due);
      if (depthOf(order) !== null) known.events.add(order);
    }
  }
  return new Map([...found].map(([template, { due, events }]) => [template, { due: byTime(due.values()), events: [...events] }]));
}
