// Defines what a phase of a run with a workspace gets.
import type { WorkspacePlace, WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import type { RunSpec } from '../../../ports.ts';
import type { SlotOwner } from '../system/workspace-pool.ts';

export interface Phase {
  readonly spec: RunSpec;
  readonly request: WorkspaceRequest;
  readonly repoFolder: string;
  readonly owner: SlotOwner;
  /** Null = it is not made yet. */
  readonly place: WorkspacePlace | null;
  /** Of the run's own words so far. */
  readonly session: string | null;
  say(text: string): void;
}
