// Counts of runs, from what machines report.

/** Counts for a group of runs. Null = nothing could be measured. */
export interface Tally {
  /** Pieces of work: (id, generation), on a machine for each that an `all` order ran on. */
  readonly orders: number;
  /** Attempts that ended. */
  readonly runs: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** COMPLETED of those that were not cancelled, 0 to 1. */
  readonly success: number | null;
  /** Attempts after the first. */
  readonly retries: number;
  /** Attempts that took over from a lost machine. */
  readonly takeOvers: number;
  /** How often the machine was called lost; null for types, which cannot be lost. */
  readonly losses: number | null;
  /** By the machine's own clock, of the runs that are known in full. */
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  readonly timed: number;
  /** From the commit that placed the order to the start of its first run: two clocks. */
  readonly medianWaitMs: number | null;
  readonly waits: number;
}

/** What agents told of their runs; null = none did. */
export interface CostTally {
  readonly runs: number;
  readonly usd: number | null;
  readonly tokens: number | null;
}

type Costs = Readonly<Record<string, CostTally>>;

export interface Stats {
  readonly total: Tally;
  readonly machines: Readonly<Record<string, Tally>>;
  /** Of orders that are listed now; `-` for all others. */
  readonly types: Readonly<Record<string, Tally>>;
  /** By agent, by machine, and by day of their ends (UTC, by the machine's clock), of runs that told something. */
  readonly costs: { readonly total: CostTally; readonly agents: Costs; readonly machines: Costs; readonly days: Costs };
}
