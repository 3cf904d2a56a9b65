// What waking adds to the journal and to COMPUTER_<N>.md (W1 to W4).
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { Wakeable } from '../../../core/model/machines/waking.ts';

declare module '../../../core/model/ledger/journal.ts' {
  interface JournalState {
    /** Machines that are to be woken, and packets that went out; absent = none yet. */
    readonly wakes?: WakeNotes;
  }
}

declare module '../../../core/model/machines/machine.ts' {
  interface MachineDocument {
    /** W1. Written `wake: aa:bb:cc:dd:ee:ff`, `networks: n3fa2.91bc`. */
    readonly wake?: Wakeable;
    /** W3: machines that its people want woken, and since when. Written `wakes_3: 2026-…`. */
    readonly wakes?: Readonly<Record<number, string>>;
    /** W4: when it last sent a packet to a machine that sleeps. Written `woke_3: 2026-…`. */
    readonly woke?: Readonly<Record<number, string>>;
  }
}

/** Since when this machine knows of it, and the commit of the sleeper's lane then (null = none). Another commit means that it is awake. */
interface Noted {
  readonly at: Instant;
  readonly lane?: string | null;
}

/** Kept by machines that send packets or ask for them; each part by name, so that it survives a restart. */
export interface WakeNotes {
  /** Machines that people here want woken and cannot wake from here, with the word in the document. */
  readonly wishes: Readonly<Record<string, Noted & { readonly said: string }>>;
  /** Why machines are to be woken. `done`: a packet went out for it, or the machine was heard of. */
  readonly causes: Readonly<Record<string, Noted & { readonly done: boolean }>>;
  /**
   * The last packet to a machine by a machine, `3 1` = to 3 by 1: how it is said, and when this machine sent it or read of it.
   * `3 1 failed`, said as null: what this machine could not send.
   */
  readonly sent: Readonly<Record<string, { readonly at: Instant; readonly said: string | null }>>;
}

export const NO_WAKES: WakeNotes = { wishes: {}, causes: {}, sent: {} };

export function wakesOf({ wakes = NO_WAKES }: JournalState): WakeNotes {
  return wakes;
}

/** A machine to be sent a packet now. */
export interface Waking {
  readonly machine: number;
  /** What its document says. */
  readonly to: Wakeable;
  /** `asked on 2 pc`, `for order nightly`. */
  readonly why: string;
  /** The causes that this packet settles, by name. */
  readonly causes: readonly string[];
}
