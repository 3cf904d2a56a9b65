// How a history is to be shortened (R3b), and where it can be cut.
import type { RefOutcome, Trouble } from './push.ts';

export interface ShorteningQuestion {
  /** F4: the board's branch; null = main. */
  readonly branch: string | null;
  /** Epoch milliseconds: what was committed later stays. */
  readonly beforeMs: number;
  /** Commits that have to stay, with all that is newer: of this history, or of what it was before it was shortened. */
  readonly keep: readonly string[];
}

/** Where a history can be cut. */
export interface ShorteningPlan {
  readonly tip: string;
  /** The oldest commit that stays. */
  readonly cut: string;
  /** ISO 8601 UTC, when that was committed. */
  readonly cutAt: string;
  /** Commits that go; 0 = nothing is old enough. */
  readonly dropped: number;
  readonly kept: number;
  /** Those of `keep` that are older than what was asked for, also where `dated` holds as much. */
  readonly held: readonly string[];
  /** Those of `keep` that this history does not hold. */
  readonly missing: readonly string[];
  /** A commit that holds what is newer by its date, ISO 8601 UTC, though most of that looks older; absent = none. */
  readonly dated?: { readonly commit: string; readonly at: string };
}

/** A repo of its own that keeps what a history was. */
export interface Archive {
  /** As git gets it. */
  readonly url: string;
  /** Where it goes there; nothing else is touched. */
  readonly branch: string;
}

/** What became of the push; `commit`: the new tip. */
export type Replaced =
  | { readonly kind: 'accepted'; readonly commit: string }
  | Exclude<RefOutcome, { readonly kind: 'accepted' }>
  | { readonly kind: 'unknown'; readonly trouble: Trouble };

/** R3b: on a person's word alone, under the cycle's lock, after a fetch. */
export interface HistoryShortener {
  /** Null = nothing is older, or there is no such branch. No connection, but where the clone began with a part (C5a). */
  planShortening(question: ShorteningQuestion): Promise<ShorteningPlan | null>;
  /** Bytes, as they are packed here, of what leads on from nothing that stays. No connection. */
  bytesToGo(branch: string | null, plan: Pick<ShorteningPlan, 'tip' | 'cut'>): Promise<number>;
  /** The newest commit that says that this history was shortened, and the tip before it; null = it never was, as far as the clone has it (C5a). No connection. */
  lastShortening(
    branch: string | null,
  ): Promise<{ readonly commit: string; readonly before: string; readonly message: string } | null>;
  /** Keeps the whole history in a file that git can read alone; a file that holds it already stays as it is. No connection. */
  saveHistory(branch: string | null, plan: ShorteningPlan, path: string): Promise<void>;
  /** Puts the whole history into that repo, and looks whether it is there; what is there already stays as it is. */
  archiveHistory(plan: Pick<ShorteningPlan, 'tip'>, archive: Archive): Promise<void>;
  /** Of these files of `saveHistory`, removes those whose history a branch of that repo has, as it says now. Returns them; none where it does not answer. */
  dropArchived(files: readonly string[], url: Archive['url']): Promise<readonly string[]>;
  /** One connection. `built`: called before it. */
  shorten(
    branch: string | null,
    plan: ShorteningPlan,
    said: { readonly message: string; readonly author: string; built(): void },
  ): Promise<Replaced>;
}
