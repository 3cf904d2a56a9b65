// Main's history below `coordination/`, as the clone has it: who changed which document, when, and from what to what.

/** Ids of a document's content before and after; null = it was no plain file (mode 100644) there, or none at all. */
export interface FileChange {
  readonly before: string | null;
  readonly after: string | null;
}

export interface MainCommit {
  readonly commit: string;
  /** The author, as git has it: anybody may write anything there. */
  readonly author: string;
  /** ISO 8601 UTC, when it was committed, by the committer's clock. */
  readonly at: string;
  readonly message: string;
  /** It stands on nothing: the first of main, or the oldest that stayed when its history was shortened (R3b). Absent = it does not. */
  readonly isRoot?: true;
  /** Of the paths that were asked for, against its first parent, keyed by path below `coordination/`. */
  readonly changes: ReadonlyMap<string, FileChange>;
}

export interface MainHistory {
  /** Newest first, of the sides that were asked for; commits that changed none of the paths are left out. */
  readonly commits: readonly MainCommit[];
  /** Older commits within the asked time were left out, by number or because git took too long. */
  readonly isCut: boolean;
  /** C5a: and that is because the clone began with the newest part. */
  readonly isPart: boolean;
}

export interface HistoryQuestion {
  /** Below `coordination/`. */
  readonly paths: readonly string[];
  readonly countMax: number;
  /** Epoch milliseconds; null = from the beginning. */
  readonly sinceMs: number | null;
  /** Absent = first parents only. `brought`: of a merge the side that brought what stands there; `all`: every side. */
  readonly sides?: 'brought' | 'all';
}
