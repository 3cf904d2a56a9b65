// Defines how files that runs of an order left are shown (A3).
import type { Artifact } from './artifact.ts';
import type { EndState } from './run.ts';

/** `here`: on this machine; `repo`: it travels; `elsewhere`: on its machine alone, or where its owner's command has put it; `gone`: its machine keeps it no longer. */
export type Whereabouts = 'here' | 'repo' | 'elsewhere' | 'gone';

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
