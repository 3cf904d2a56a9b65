// A pause: what runs here goes on, nothing new is started or claimed. Its owner's word is kept on the machine, a person's in
// fleet.yaml; each can pause, and only who said it takes it back.
import type { Instant } from './instant.ts';

/** What everybody is told. */
export interface Pause {
  /** ISO 8601 UTC; null = until a person takes it back. */
  readonly until: string | null;
  /** One line; empty = none. */
  readonly note: string;
}

/** The owner's word, in the journal. */
export interface LocalPause {
  /** From where it is counted: moved to the first look after each start of the computer. */
  readonly at: Instant;
  readonly forMs: number | null;
  readonly note: string;
}

/** An entry of `paused` in fleet.yaml. `who`: `fleet`, a machine's number in digits, or a name in small letters. */
export interface FleetPause extends Pause {
  readonly who: string;
}
