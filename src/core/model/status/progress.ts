// How far the MVPs and features are (D10): counts of their orders, and of tasks in specs that are no orders yet.

export interface ProgressCounts {
  readonly total: number;
  readonly done: number;
  readonly running: number;
  /** Orders that wait for a machine or for other orders, and tasks to be planned. */
  readonly waiting: number;
  readonly failed: number;
  /** Only a person can move them. */
  readonly blocked: number;
  /** Taken back: they are no part of `total`. */
  readonly cancelled: number;
  /** Of those that wait: tasks of a spec that are no orders. */
  readonly unplanned: number;
  /** 0 to 100, rounded down: 100 is all of them. */
  readonly percent: number;
}

export interface FeatureProgress extends ProgressCounts {
  readonly name: string;
}

export interface MvpProgress extends ProgressCounts {
  readonly name: string;
  readonly specs: readonly string[];
  readonly owner?: string;
  /** Of its orders that have one. */
  readonly features: readonly FeatureProgress[];
}

export interface Progress {
  /** By the paths of their specs. */
  readonly mvps: readonly MvpProgress[];
  /** Of all orders, by name. */
  readonly features: readonly FeatureProgress[];
}
