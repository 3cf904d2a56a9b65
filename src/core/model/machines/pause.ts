// A pause: runs go on, and nothing new is started or claimed. The owner's pause is kept on the machine, other people's in fleet.yaml. Each is
// taken back only where it was set.
import type { Instant } from './instant.ts';

/** The pause as documents show it. */
export interface Pause {
  /** ISO 8601 UTC; null = until a person takes it back. */
  readonly until: string | null;
  /** One line; empty = none. */
  readonly note: string;
}

/** The owner's pause, in the journal. */
export interface LocalPause {
  /** The moment from which it is counted: moved to the first look after each start of the computer. */
  readonly at: Instant;
  readonly forMs: number | null;
  readonly note: string;
}

/** An entry of `paused` in fleet.yaml. `who`: `fleet`, a machine's number in digits, or a name in small letters. */
export interface FleetPause extends Pause {
  readonly who: string;
}

/** How long a pause may be told to last. */
export const PAUSE_MS = { min: 1000, max: 366 * 86_400_000 };
