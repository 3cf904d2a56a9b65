// What each version of main asks for, read by the checkers with their own eyes: orders, pauses, routes. A document that cannot be
// read leaves in force what the version before it said (D4).
import { parse } from 'yaml';
import type { Json } from '../../src/core/model/ledger/intention.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { type Entry, ROUTED } from './people.ts';
import type { Truth } from './truth.ts';

interface PauseWord {
  /** `fleet`, a number in digits, or a name in small letters. */
  readonly who: string;
  /** Null = until somebody takes it back. */
  readonly untilMs: number | null;
}

export interface Version {
  /** By id; null = an entry that cannot be obeyed. */
  readonly entries: ReadonlyMap<string, Entry | null>;
  /** Also one entry without an id makes it false. */
  readonly isWhole: boolean;
  readonly paused: readonly PauseWord[];
  /** By type in small letters. */
  readonly routing: ReadonlyMap<string, Json>;
  /** The one template that people have here; null = none, or it cannot be read. */
  readonly template: Template | null;
}

export interface TemplateStep {
  readonly id: string;
  readonly assign: Json;
  readonly attempts: number;
}

export interface Template {
  readonly v: string;
  /** Names this version in the marks of its runs. */
  readonly digest: string;
  readonly steps: readonly TemplateStep[];
}

const NOTHING: Version = { entries: new Map(), isWhole: true, paused: [], routing: new Map(), template: null };

export function versionOf(truth: Truth, commit: string | undefined): Version {
  return truth.versions.get(commit ?? '') ?? NOTHING;
}

/** What stands where a document is, and is none: a link, a submodule, a program. */
export const NO_FILE = Symbol('no file');

/** Null = there is none. */
export function readVersion(before: Version | undefined, orders: string | null, fleet: string | null | typeof NO_FILE): Version {
  return { ...(before ?? NOTHING), ...ordersIn(orders), ...fleetIn(fleet) };
}

function ordersIn(text: string | null): Partial<Version> {
  let raw: unknown;
  try {
    raw = (JSON.parse(text ?? '') as { orders?: unknown }).orders;
  } catch {
    return { isWhole: false };
  }
  if (!Array.isArray(raw)) return { isWhole: false };
  const entries = new Map<string, Entry | null>();
  let isWhole = true;
  for (const { id, assign, run = 'true', attempts = 1, generation = 1, ...more } of raw as Partial<Entry>[]) {
    if (id === undefined) {
      isWhole = false;
      continue;
    }
    const goes = assign ?? (more.type === undefined ? 'any' : ROUTED);
    const isGood = typeof attempts === 'number' && !entries.has(id);
    entries.set(id, isGood ? { ...more, id, assign: goes, run, attempts, generation } : null);
  }
  return { entries, isWhole };
}

function fleetIn(text: string | null | typeof NO_FILE): Partial<Version> {
  if (text === NO_FILE) return {};
  if (text === null) return { paused: [], routing: new Map(), template: null };
  let raw: unknown;
  try {
    raw = parse(text);
  } catch {
    return {};
  }
  // A text without keys, as git's conflict marks are to YAML, is no settings.
  if (raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) return {};
  const { paused, paused_until: until = null, routing = {}, templates = {} } = (raw ?? {}) as Record<string, unknown>;
  const routes = Object.entries((routing ?? {}) as Record<string, Json>);
  return {
    paused: pausesIn(paused, until),
    routing: new Map(routes.map(([type, to]) => [type.toLowerCase(), to])),
    template: templateIn((templates as { t?: unknown } | null)?.t, text),
  };
}

function templateIn(raw: unknown, text: string): Template | null {
  const read = parseFleet(text).value?.templates.byName.t;
  if (typeof raw !== 'object' || raw === null || read === undefined || !('digest' in read)) return null;
  const {
    with: { v },
    steps,
  } = raw as { with: { v: string }; steps: Partial<TemplateStep>[] };
  return { v, digest: read.digest, steps: steps.map(({ id = '', assign = 'any', attempts = 1 }) => ({ id, assign, attempts })) };
}

/** The steps of an order that takes the template, each as an entry of its own. */
export function stepEntries({ id, generation, cancelled, after = [] }: Entry, steps: readonly TemplateStep[]): readonly Entry[] {
  return steps.map((step, at) => ({
    ...{ ...step, id: `${id}.${step.id}`, run: 'true', generation },
    ...(cancelled === undefined ? {} : { cancelled }),
    after: at === 0 ? after : [`${id}.${steps[at - 1]?.id}`],
  }));
}

function pausesIn(paused: unknown, until: unknown): readonly PauseWord[] {
  if (paused === undefined || paused === null || paused === false) return [];
  const endOf = (value: unknown) =>
    typeof value === 'string' ? Date.parse(value.replace(/^([0-9-]{10}) ([0-9:]{5})$/, '$1T$2Z')) : null;
  if (typeof paused === 'object' && !Array.isArray(paused)) {
    return Object.entries(paused).map(([who, word]) => {
      return { who: whoOf(who), untilMs: endOf((word as { until?: unknown } | null)?.until ?? until) };
    });
  }
  return (Array.isArray(paused) ? paused : [paused]).map((who) => ({ who: whoOf(who), untilMs: endOf(until) }));
}

function whoOf(who: unknown): string {
  const word = String(who).toLowerCase();
  return word === 'all' || word === 'true' ? 'fleet' : word;
}

/** Where an entry goes, by the routes of its own version; undefined = its route cannot be read. */
export function assignIn(
  { routing }: Pick<Version, 'routing'>,
  { assign, type }: Pick<Entry, 'assign' | 'type'>,
): Json | undefined {
  if (assign !== ROUTED) return assign;
  const route = routing.get(String(type).toLowerCase());
  return route === undefined ? 'any' : route === true ? undefined : route;
}
