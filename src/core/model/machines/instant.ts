// One moment, as this computer reads it.

/** One reading of both clocks of this computer. Never compared with another computer's (D7). */
export interface Instant {
  readonly wallMs: number;
  /** Counts also while the computer sleeps, where the system has such a clock. Comparable only within one `boot`. */
  readonly monotonicMs: number;
  /** Changes at every start of the computer. */
  readonly boot: string;
}
