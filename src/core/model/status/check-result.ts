// Defines what a check of doctor found, as it is told.

/** `warning`: works, but not as it should; `problem`: something does not work; `skipped`: not asked, and `found` says why. */
export type CheckState = 'ok' | 'warning' | 'problem' | 'skipped';

/** What `coord doctor --json` lists. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  readonly found: string;
  readonly fix: string | null;
  readonly canFix: boolean;
  /** What --fix did; null = nothing. */
  readonly did: string | null;
}
