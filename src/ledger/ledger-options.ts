// What a ledger over git needs to be told, and its limits.
import type { Ledger } from '../ports.ts';
import type { ObjectFormat } from './clone/clone.ts';
import type { Namespace } from './fetch/ref-names.ts';

/** Limits of each git command, milliseconds. */
export interface LedgerTimeouts {
  /** Of a fetch: how long it may make no progress. */
  readonly networkMs: number;
  /** A fetch, all in all, though it makes progress. */
  readonly fetchMs: number;
  /** Putting back a main that is gone. */
  readonly restoreMs: number;
  readonly localMs: number;
  /** Looking through the whole clone, and packing it. */
  readonly wholeMs: number;
}

export const LEDGER_TIMEOUTS: LedgerTimeouts = {
  networkMs: 60_000,
  fetchMs: 3_600_000,
  restoreMs: 600_000,
  localMs: 30_000,
  wholeMs: 120_000,
};

export interface GitLedgerOptions {
  readonly stateDir: string;
  /** As parseRemoteUrl made it. */
  readonly remoteUrl: string;
  readonly mainBranch: string;
  readonly namespace: Namespace;
  /** Epoch milliseconds, for the dates of commits. */
  readonly now: () => number;
  readonly timeouts?: Partial<LedgerTimeouts>;
  /** Of the remote, where init found it out; else the clone's, or what the first fetch shows. */
  readonly objectFormat?: ObjectFormat;
  /** Whose PATH, HOME and login are used; this process's environment by default. */
  readonly person?: Readonly<NodeJS.ProcessEnv>;
}

export interface GitLedger extends Ledger {
  /** Packs the clone when it has grown (C5); for after a cycle, under its lock. True = it did. */
  packIfNeeded(): Promise<boolean>;
}
