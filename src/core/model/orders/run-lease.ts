// How long a run may live without news from the hub: the lease of a run of a shared order (O5).
import type { Instant } from '../machines/instant.ts';

export interface RunLease {
  /** START of the last lane push known to be accepted, by the clocks of this computer. */
  readonly from: Instant;
  /** The run lives so long after `from`: two thirds of the lease that others wait for. */
  readonly forMs: number;
}
