// How long a daemon waits between two looks at the remote (H3).
import type { SyncReport } from '../sync.ts';

const LOOK_MS = 15_000;
/** Tests shorten it; nothing else sets this. */
const LOOK_MS_ASKED = 'COORD_LOOK_MS';

export interface Pace {
  /** Milliseconds until the next look; null = the sync threw. */
  after(report: SyncReport | null): number;
}

export function startPace(env: NodeJS.ProcessEnv): Pace {
  const asked = Number(env[LOOK_MS_ASKED] ?? LOOK_MS);
  return { after: () => asked };
}
