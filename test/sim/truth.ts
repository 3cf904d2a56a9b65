// What really happened in a simulated world, written down by the world itself: what ran, what the hub held, what people meant.
// The checkers judge coord by this and by the documents on the hub, never by what coord says to itself.
import type { Reader } from '../../src/core/model/messages/message.ts';
import { JUDGED, type Judgement } from './judgements.ts';
import type { Template, Version } from './versions.ts';

export interface Execution {
  readonly key: string;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  /** The computer that ran it, and its number then. */
  readonly computer: string;
  readonly machine: number;
  readonly startedMs: number;
  /** Its environment, as far as coord gives it one: what orders before it put out. */
  readonly given: Readonly<Record<string, string>>;
  endedMs: number | null;
  how: 'exited' | 'timeout' | 'stopped' | 'lease' | 'interrupted' | null;
  exitCode: number | null;
  /** By a claim that another machine may take over: it has a lease to live by (O5). */
  readonly isLeased: boolean;
  /** It ended with a question to people (O15). */
  asks: boolean;
}

/** All that ever stood in ORDERS.json of one (id, generation). */
export interface Meant {
  /** `assign` as JSON. */
  readonly assigns: Set<string>;
  attemptsMax: number;
  /** Variables that it sets, and that an owner has to allow. */
  needs: readonly string[];
  /** Some version of main let it go: it asked for no approval, or had it. */
  isFree: boolean;
  readonly schedules: Set<string>;
  /** No version listed it without a schedule. */
  isAlwaysScheduled: boolean;
  /** The same of `on`. */
  isAlwaysTriggered: boolean;
}

export interface SentWord {
  readonly from: string;
  readonly machine: number;
  readonly to: Reader;
  readonly body: string;
  readonly atMs: number;
}

export interface ReadWord {
  readonly computer: string;
  readonly machine: number;
  readonly source: string;
  readonly number: number;
  readonly body: string;
}

/** Runs that a results document names, as `order/generation.attempt`. */
export interface Told {
  readonly running: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
  readonly completed: ReadonlySet<string>;
  /** Ended with a question to people (O15). */
  readonly asks: ReadonlySet<string>;
}

export interface Violation {
  readonly clause: string;
  readonly text: string;
}

export interface Truth {
  readonly executions: Execution[];
  /** Keyed `id@generation`. */
  readonly meant: Map<string, Meant>;
  /** Ids that some version of main did not list any more, and those that it listed as cancelled. */
  readonly removed: Set<string>;
  readonly cancelled: Set<string>;
  readonly sent: SentWord[];
  readonly read: ReadWord[];
  /** What people wrote, by reader. */
  readonly peopleWrote: Map<Reader, string[]>;
  /** Numbers of machines of which there was a copy. */
  readonly cloned: Set<number>;
  /** Numbers that a new folder has taken over: what the lost disk alone knew is gone (I2). */
  readonly takenOver: Set<number>;
  /** Numbers that left, also if they came back. */
  readonly left: Set<number>;
  /** By computer: from when to when it slept, true time. */
  readonly slept: Map<string, (readonly [fromMs: number, toMs: number])[]>;
  /** Computers of which no clock is left that goes on: the one does not count sleep, and the other was set back. */
  readonly unclocked: Set<string>;
  /** By lane commit: what its results document says. */
  readonly toldIn: Map<string, Told>;
  /** The same, by the content of that document. */
  readonly toldInBlob: Map<string, Told>;
  /** By computer: main as its own push left it, and from which of the hub's states on, until a fetch shows that state or a later one. */
  readonly pushedMain: Map<string, { readonly commit: string; readonly at: number }>;
  /** What each commit of main asks for. */
  readonly versions: Map<string, Version>;
  /** Each version of the template that any main ever had, by its `v` (O20). */
  readonly templates: Map<string, Template>;
  /** Numbers that somebody removed (`coord machines remove`). */
  readonly removedMachines: Set<number>;
  /** Names of claims that ever stood. */
  readonly claimed: Set<string>;
  /** Emergencies that people said, with machine and time, and machines that another one called lost. */
  readonly happened: Set<string>;
  /** Orders of which somebody forged a claim: what came of those attempts is as he wished. */
  readonly forged: Set<string>;
  /** Numbers whose lane somebody put back or deleted. */
  readonly lanesTouched: Set<number>;
  /** The host did not let claims be deleted, for a time. */
  forbadeDeletion: boolean;
  /** Main was rolled back or rewritten. */
  rewritten: boolean;
  readonly violations: Violation[];
  readonly counts: Map<string, number>;
}

export function createTruth(): Truth {
  return {
    executions: [],
    meant: new Map(),
    removed: new Set(),
    cancelled: new Set(),
    sent: [],
    read: [],
    peopleWrote: new Map(),
    cloned: new Set(),
    takenOver: new Set(),
    left: new Set(),
    slept: new Map(),
    unclocked: new Set(),
    toldIn: new Map(),
    toldInBlob: new Map(),
    pushedMain: new Map(),
    versions: new Map(),
    templates: new Map(),
    removedMachines: new Set(),
    claimed: new Set(),
    forged: new Set(),
    happened: new Set(),
    lanesTouched: new Set(),
    forbadeDeletion: false,
    rewritten: false,
    violations: [],
    counts: new Map(),
  };
}

/** A judge has judged: of one that never does, its silence proves nothing (`unjudged`). */
export function judged(truth: Truth, what: Judgement): void {
  count(truth, `${JUDGED}${what}`);
}

export function count(truth: Truth, what: string, by = 1): void {
  truth.counts.set(what, (truth.counts.get(what) ?? 0) + by);
}
