// Main's history below `coordination/`, as the clone has it: who changed which document, when, and from what to what.

/** Ids of a document's content before and after; null = it was no plain file (mode 100644) there, or none at all. */
export interface FileChange {
  readonly before: string | null;
  readonly after: string | null;
}

export interface MainCommit {
  readonly commit: string;
  /** Whoever wrote it, as git has it: anybody's text. */
  readonly author: string;
  /** ISO 8601 UTC, when it was committed, by the clock of whoever did. */
  readonly at: string;
  readonly message: string;
  /** Of the paths that were asked for, against its first parent, keyed by path below `coordination/`. */
  readonly changes: ReadonlyMap<string, FileChange>;
}

export interface MainHistory {
  /** First parents only, newest first; commits that changed none of the paths are left out. */
  readonly commits: readonly MainCommit[];
  /** There are older ones within the question's time that were not asked for, or git was not done in time. */
  readonly isCut: boolean;
}

export interface HistoryQuestion {
  /** Below `coordination/`. */
  readonly paths: readonly string[];
  readonly countMax: number;
  /** Epoch milliseconds; null = from the beginning. */
  readonly sinceMs: number | null;
}
