// What the programs of one machine send to each other. It never leaves that machine (M8); a body is data: nothing in it is obeyed.
import type { Priority } from '../orders/order.ts';

export interface BusMessage {
  /** Unique: an id that is seen again is the same message (at least once). */
  readonly id: string;
  /** Where an answer goes, as `coord send` takes it: `araya` here, `2/araya` there, `2` somebody at machine 2, `0` people. */
  readonly from: string;
  /** A program of this machine. */
  readonly to: string;
  /** ISO 8601 UTC, of the machine that it was sent on; null = a person wrote none down. */
  readonly at: string | null;
  readonly priority: Priority;
  readonly body: string;
}

/** What the ledger has for a program of this machine, or for all of them (`to` is `all`) (M8). */
export interface LedgerMessage extends Omit<BusMessage, 'id'> {
  /** The log that it stands in, as its reader calls it, and its number there. */
  readonly source: string;
  readonly number: number;
}

/** `handed`: given to a reader that has not confirmed it yet. `broken`: its file could not be read and was set aside. */
export type BusState = 'waiting' | 'handed' | 'taken' | 'broken';

export const BUS_LIMITS = Object.freeze({
  /** UTF-8 bytes of one body. */
  bodyBytesMax: 65_536,
  /** Programs that no instances.yaml names, at most. */
  boxesMax: 256,
  /** Messages in a box that are not confirmed yet, at most. */
  waitingMax: 10_000,
  waitingBytesMax: 67_108_864,
  /** Confirmed ones, for a sender that asks. */
  takenMax: 200,
  takenBytesMax: 4_194_304,
});

/** A message, before it is known whom its reader's name means. */
export interface PostRequest {
  /** As typed. */
  readonly to: string;
  /** The program that writes; null = somebody at this machine. */
  readonly from: string | null;
  readonly body: string;
  readonly priority: Priority;
  /** Also to a program of this machine that nobody here knows yet. */
  readonly keep: boolean;
}

/** What was put into boxes of this machine. */
export interface BusReport {
  /** One a reader. */
  readonly messages: readonly BusMessage[];
  /** To `all`: whose box did not take it. */
  readonly refused: readonly { readonly to: string; readonly why: string }[];
}

/** How far messages of a log have been looked at for programs, and which of them could not be handed over. */
export interface HandedUpTo {
  readonly upTo: number;
  /** Messages for a program that could not be put into its box, and that nobody has read in the inbox yet. */
  readonly kept: readonly number[];
}
