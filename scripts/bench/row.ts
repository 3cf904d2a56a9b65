// What a bench gives: rows of the one table.

export interface Setting {
  /** A folder to work in; removed after the run. */
  readonly scratch: string;
  /** dist/main.js of this run. */
  readonly program: string;
  readonly quick: boolean;
  /** How long what is at rest is watched. */
  readonly minutes: number;
  /** pm2's program, where it could be installed for this run. */
  readonly pm2: string | null;
  /** BullMQ's file, likewise. */
  readonly bullmq: string | null;
}

export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly atMost: string;
  /** What a user would do instead, measured in the same run. */
  readonly beside: string;
  readonly isOk: boolean;
}

/** One `--only` name. */
export interface Bench {
  readonly name: string;
  rows(setting: Setting): Promise<readonly Row[]>;
}
