// O19: judged by what the hub showed and by what a run was told. An event has one occurrence, an occurrence one event; it happened, as a document
// says or as nobody says of a lost run; nobody begins one of an event that each machine was shown before it was shown the trigger, unless the
// machine that ran what ended had been shown the trigger as it began that run.
import { claimName } from '../../src/core/model/orders/claim.ts';
import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { MAIN } from './sim-hub.ts';
import { listedOf } from './slots.ts';
import { type Execution, judged, type Truth } from './truth.ts';
import { versionOf } from './versions.ts';

const EVENT = /@([0-9])T[0-9]{18}$/;
const DEPTH_MAX = 3;
const LANE = /\/machines\/([0-9]+)$/;

export interface TriggerChecks {
  onFetch(computer: Computer, refs: ReadonlyMap<string, string>): void;
  onStart(computer: Computer, execution: Execution): void;
}

export function createTriggerChecks(truth: Truth): TriggerChecks {
  /** By template and generation, then by computer: the ends that it was shown with its first look at the trigger, or before. */
  const shownFirst = new Map<string, Map<string, ReadonlySet<string>>>();
  /** By computer: the triggers that its last fetch showed; and by run and machine: those that were shown there as it began. */
  const shownNow = new Map<string, ReadonlySet<string>>();
  const shownAtStart = new Map<string, ReadonlySet<string>>();
  const occurrences = new Map<string, string>();
  const events = new Map<string, string>();
  const violated = (text: string) => truth.violations.push({ clause: 'O19', text });
  const mustBeOne = (known: Map<string, string>, key: string, value: string) => {
    const before = known.get(key) ?? value;
    known.set(key, before);
    if (before !== value) violated(`${key} stands for ${before} and for ${value}`);
  };
  /** What is no end of a run; how often a machine was lost, a run is not told. */
  const happened = (template: string, { order, given }: Execution, what: string) => {
    const { COORD_EVENT_KIND: kind, COORD_EVENT_MACHINE: of, COORD_EVENT_AT: at } = given;
    const event = kind === 'lost' ? `lost ${of}` : `emergency ${of} ${at}`;
    mustBeOne(occurrences, order, event);
    if (kind === 'emergency') mustBeOne(events, `${template} ${event}`, order);
    if (!truth.happened.has(event)) violated(`${what} is for ${event}, which never was`);
  };
  return {
    onFetch({ name }, refs) {
      const { entries } = versionOf(truth, refs.get(MAIN));
      const isTrigger = (entry: Entry | null) => entry?.on !== undefined && entry.cancelled !== true;
      const triggers = [...entries].flatMap(([id, entry]) => (isTrigger(entry) ? [`${id}@${entry?.generation}`] : []));
      shownNow.set(name, new Set(triggers));
      for (const [id, entry] of entries) {
        if (entry?.on === undefined) continue;
        const key = `${id}@${entry.generation}`;
        const seen = shownFirst.get(key) ?? new Map<string, ReadonlySet<string>>();
        shownFirst.set(key, seen);
        if (seen.has(name)) continue;
        const ends = [...refs].flatMap(([ref, commit]) => {
          const [, machine] = LANE.exec(ref) ?? [];
          const told = machine === undefined ? undefined : truth.toldIn.get(commit);
          return [...(told?.ended ?? [])].map((end) => `${end} on ${machine}`);
        });
        seen.set(name, new Set(ends));
      }
    },
    onStart(computer, execution) {
      const { order, generation, machine, given } = execution;
      const template = `${listedOf(order)}@${generation}`;
      const what = `${claimName(execution)} on ${computer.name}`;
      shownAtStart.set(`${claimName(execution)} on ${machine}`, shownNow.get(computer.name) ?? new Set());
      const [, depth] = EVENT.exec(order) ?? [];
      if (depth === undefined) {
        if (truth.meant.get(template)?.isAlwaysTriggered) violated(`${what} was started, and waits for events`);
        return;
      }
      judged(truth, 'runs of a trigger');
      const source = { order: given.COORD_EVENT_ORDER ?? '', generation: Number(given.COORD_EVENT_GENERATION) };
      const end = claimName({ ...source, attempt: Number(given.COORD_EVENT_ATTEMPT) });
      const endThere = `${end} on ${given.COORD_EVENT_MACHINE}`;
      const kind = given.COORD_EVENT_KIND;
      if (Number(depth) > DEPTH_MAX) violated(`${what} came of ${depth} events`);
      if (kind === 'emergency' || kind === 'lost') return happened(template, execution, what);
      mustBeOne(occurrences, order, `${kind} ${endThere}`);
      mustBeOne(events, `${template} ${kind} ${endThere}`, order);
      const cause = Number(EVENT.exec(source.order)?.[1] ?? 0);
      if (Number(depth) !== cause + 1) violated(`${what} says depth ${depth}, and ${end} has ${cause}`);
      const ran = truth.executions.filter((it) => claimName(it) === end);
      const isReal = kind === 'completed' ? ran.some((it) => it.exitCode === 0) : ran.length > 0 || truth.claimed.has(end);
      if (!isReal && !truth.forged.has(source.order)) violated(`${what} is for ${kind} ${end}, which never was`);
      // With attempts left it had not failed yet.
      const { attemptsMax = 1 } = truth.meant.get(`${listedOf(source.order)}@${source.generation}`) ?? {};
      if (kind === 'failed' && Number(given.COORD_EVENT_ATTEMPT) < attemptsMax) return;
      if (shownAtStart.get(endThere)?.has(template)) return;
      // What somebody has begun goes on where another computer has that number by now.
      const seen = shownFirst.get(template) ?? new Map<string, ReadonlySet<string>>();
      const isFirst = !truth.takenOver.has(machine) && !truth.cloned.has(machine);
      const isMine = isFirst && !truth.meant.get(template)?.assigns.has('"any"') && execution.isLeased === false;
      const views = isMine ? [seen.get(computer.name)] : [...seen.values()];
      if (views.every((ends) => ends?.has(endThere))) violated(`${what} is for ${endThere}, which was there before the trigger`);
    },
  };
}
