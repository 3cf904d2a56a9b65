// A hand-off (D9): what somebody who stops leaves for the next worker, here or on another machine. Data, as a message is (M5).

export interface HandOff {
  /** ISO 8601 UTC, of the machine that it was written on. */
  readonly at: string;
  /** What it is about: a repo as `host/owner/name`, or a folder's name. One line. */
  readonly project: string;
  /** The order that it was written in; null = in none. */
  readonly order: string | null;
  /** What was done. */
  readonly done: string;
  readonly open: string | null;
  readonly where: string | null;
  readonly next: string | null;
}

/** As the journal holds it. */
export interface OwnHandOff extends HandOff {
  /** Of the intention that it came by. */
  readonly id: string;
}

/** By machine, each machine's newest first. */
export type HandOffs = ReadonlyMap<number, readonly HandOff[]>;

export const HAND_OFF_LIMITS = Object.freeze({
  /** Of a machine; older ones are in the history of the board's repo. */
  kept: 20,
  /** UTF-8 bytes of all its texts: a note, and no report. */
  bytesMax: 8_192,
  projectMax: 120,
});
