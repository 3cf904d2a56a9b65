// Defines how files that runs of an order left are shown (A3).
import type { Artifact } from './artifact.ts';
import type { EndState } from './run.ts';

/**
 * `here`: on this machine; `repo`: it travels; `elsewhere`: on its machine alone, or where its owner's command has put it; `expired`: the time for which
 * its machine keeps it is over, so that it may be gone.
 */
export type Whereabouts = 'here' | 'repo' | 'elsewhere' | 'expired';

export interface ShownArtifact extends Artifact {
  readonly where: Whereabouts;
}

export interface RunWithFiles {
  readonly machine: number;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  readonly state: EndState;
  readonly finishedAt: string;
  /** ISO 8601 UTC: its machine keeps them no longer. */
  readonly until: string;
  readonly files: readonly ShownArtifact[];
}
