/** M6: what an urgent message of this machine said, until somebody says that it is over. A signal: nothing is stopped by it. */
export interface Emergency {
  /** The first line of the message. */
  readonly what: string;
  /** ISO 8601 UTC, of the machine. */
  readonly since: string;
}
