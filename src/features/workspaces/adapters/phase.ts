// Defines what a phase of a run with a workspace gets.
import type { WorkspacePlace, WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import type { RunSpec } from '../../../ports.ts';

export interface Phase {
  readonly spec: RunSpec;
  readonly request: WorkspaceRequest;
  readonly repoFolder: string;
  /** Its number: the workspace is that process's own. */
  readonly watchdog: number;
  /** Marks all processes of the run. */
  readonly key: string;
  /** Null = it is not made yet. */
  readonly place: WorkspacePlace | null;
  /** Of the run's own words so far. */
  readonly session: string | null;
  say(text: string): void;
}
