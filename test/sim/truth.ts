// What really happened in a simulated world, written down by the world itself: what ran, what the hub held, what people meant.
// The checkers judge coord by this and by the documents on the hub, never by what coord says to itself.
import type { Reader } from '../../src/core/model/message.ts';

export interface Execution {
  readonly key: string;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  /** The computer that ran it, and its number then. */
  readonly computer: string;
  readonly machine: number;
  readonly startedMs: number;
  endedMs: number | null;
  how: 'exited' | 'timeout' | 'stopped' | 'interrupted' | null;
  exitCode: number | null;
}

/** All that ever stood in ORDERS.json of one (id, generation). */
export interface Meant {
  /** `assign` as JSON. */
  readonly assigns: Set<string>;
  attemptsMax: number;
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
    rewritten: false,
    violations: [],
    counts: new Map(),
  };
}

export function count(truth: Truth, what: string, by = 1): void {
  truth.counts.set(what, (truth.counts.get(what) ?? 0) + by);
}
