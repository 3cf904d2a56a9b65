// What one fetch showed, before anything was parsed.

/** The folder that is the board, on main and in lanes. */
export const BOARD_FOLDER = 'coordination';

/** A file below `coordination/`. `mode` as git has it; only `100644` is ever obeyed (D8). */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export interface CommitTree {
  readonly commit: string;
  /** First parent; null for a root commit. */
  readonly parent: string | null;
  readonly message: string;
  /** When it was made, by the clock of whoever made it; absent = it does not say. */
  readonly madeMs?: number;
  /** Everything below `coordination/`, keyed by the path below it, known or not. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** D8: one of coord's folders holds more than is read, or `coordination` is no folder; `entries` lacks the rest. Absent = no. */
  readonly isCut?: boolean;
  /** Those of its folders of which something is left out, by name; where `isCut` and there is none, nothing of it was read. */
  readonly cut?: readonly string[];
  /** The mode of `coordination` where it is no folder. Absent = it is one, or there is none. */
  readonly standsFor?: string;
}

/** What the branch of people's documents is called, unless a host called its default branch otherwise. */
export const MAIN = 'main';

export interface Trees {
  readonly main: CommitTree | null;
  /** What that branch is called; absent = `MAIN`. */
  readonly mainName?: string;
  /** The branch of F4; null when it was not asked for, or does not exist yet. */
  readonly board: CommitTree | null;
  readonly lanes: ReadonlyMap<number, CommitTree>;
  /** Keyed `<id>/<generation>.<attempt>`. */
  readonly claims: ReadonlyMap<string, { readonly commit: string; readonly message: string }>;
  /** By name; absent = none. */
  readonly odd?: readonly OddRef[];
}

/**
 * A ref below coord's names without a readable meaning (R7). `unreadable`: git cannot fetch it, or it is no commit; it counts as a lane without
 * documents, or as a claim of nobody. `unknown`: the name is none of coord's. `beyond`: there are more refs than are read.
 */
export interface OddRef {
  /** Full name on the remote. */
  readonly ref: string;
  /** Its name below coord's own folder of refs: `claims/job/1.1/x`. */
  readonly path: string;
  readonly why: 'unreadable' | 'unknown' | 'beyond';
}

/** The text of a blob, or why it cannot be read: too large (D8), or no UTF-8. */
export type Blob = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly why: string };
