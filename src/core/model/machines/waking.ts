// Waking machines (W1 to W4): what a machine says of it in COMPUTER_<N>.md, and what its journal keeps.
import type { Instant } from './instant.ts';

/** What it takes to wake a machine; said only where its owner allows it (W1). */
export interface Wakeable {
  /** Hardware addresses, `aa:bb:cc:dd:ee:ff`. */
  readonly addresses: readonly string[];
  /** Marks of the networks that it is in, `n3fa2.91bc`: of the subnet, and of the router where it is known. */
  readonly networks: readonly string[];
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

/** The result. */
export interface Woken extends Pick<Waking, 'machine' | 'why'> {
  readonly name: string;
  /** Why no packet went out; null = it did. */
  readonly problem: string | null;
}
