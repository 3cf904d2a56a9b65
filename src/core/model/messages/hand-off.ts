// A hand-off (D9): a note that a worker who stops leaves for the next one, here or on another machine. It is data, as a message is (M5).

export interface HandOff {
  /** ISO 8601 UTC, of the machine that it was written on. */
  readonly at: string;
  /** What it is about: a repo as `host/owner/name`, or a folder's name. One line. */
  readonly project: string;
  /** The order during which it was written; null = none. */
  readonly order: string | null;
  /** What was done. */
  readonly done: string;
  readonly open: string | null;
  readonly where: string | null;
  readonly next: string | null;
}

export interface HandOffRequest {
  readonly done: string;
  readonly open?: string | undefined;
  readonly where?: string | undefined;
  readonly next?: string | undefined;
  /** Absent = that of `folder`. */
  readonly project?: string | undefined;
  /** Where its writer works. */
  readonly folder: string;
}

export const HAND_OFF_LIMITS = Object.freeze({
  /** Hand-offs of a machine, at most; older ones are in the history of the board's branch. */
  kept: 20,
  /** UTF-8 bytes of all its texts. */
  bytesMax: 8_192,
  projectMax: 120,
});
