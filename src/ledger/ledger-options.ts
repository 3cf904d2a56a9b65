// The options of a ledger over git, and its limits.
import type { HistoryShortener } from '../core/model/ledger/shortening.ts';
import type { Ledger } from '../ports.ts';
import type { ObjectFormat } from './clone/clone.ts';
import type { Namespace } from './fetch/ref-names.ts';

/** Limits of each git command, milliseconds. */
export interface LedgerTimeouts {
  /** How long a fetch or a push may make no progress. */
  readonly networkMs: number;
  /** How long a fetch may take in all. */
  readonly fetchMs: number;
  /** How long a push may take in all. */
  readonly pushMs: number;
  /** Putting back a main that is gone. */
  readonly restoreMs: number;
  readonly localMs: number;
  /** Checking the whole clone, and packing it. */
  readonly wholeMs: number;
}

export const LEDGER_TIMEOUTS: LedgerTimeouts = {
  networkMs: 60_000,
  fetchMs: 3_600_000,
  pushMs: 600_000,
  restoreMs: 600_000,
  localMs: 30_000,
  wholeMs: 120_000,
};

/** C5a: two weeks of a fleet of ten that has 100 orders a day. */
export const BEGIN_COMMITS = 5_000;

export interface GitLedgerOptions {
  readonly stateDir: string;
  /** As parseRemoteUrl made it. */
  readonly remoteUrl: string;
  readonly mainBranch: string;
  readonly namespace: Namespace;
  /** Epoch milliseconds, for the dates of commits. */
  readonly now: () => number;
  /** C5a: how much of main's history a new clone gets; `BEGIN_COMMITS` by default. */
  readonly beginCommits?: number;
  /** C5: up to which a clone is small; for tests. */
  readonly smallBytes?: number;
  readonly timeouts?: Partial<LedgerTimeouts>;
  /** The remote's format, if init found it out; else the clone's, or that of the first fetch. */
  readonly objectFormat?: ObjectFormat;
  /** Whose PATH, HOME and login are used; this process's environment by default. */
  readonly person?: Readonly<NodeJS.ProcessEnv>;
}

export interface GitLedger extends Ledger, HistoryShortener {
  /**
   * Packs the clone if it has grown (C5). Call after a cycle, under its lock. True = it was packed. `spareMs`: how long that may take, because of what
   * this machine has claimed; null = as long as any packing.
   */
  packIfNeeded(spareMs?: number | null): Promise<boolean>;
}
