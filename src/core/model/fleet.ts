// The people's settings of a fleet: the content of fleet.yaml. All optional.
import type { FleetPause } from './pause.ts';

export interface FleetSettings {
  readonly name: string | null;
  /** Where the repo is looked at in a browser, e.g. https://host/me/fleet; makes the board's edit link. */
  readonly url: string | null;
  /** H2. */
  readonly pushesPerMinute: number;
  /** Null = H2's default from the number of live machines. */
  readonly heartbeatMs: number | null;
  /** Null = three published heartbeats (O4). */
  readonly leaseMs: number | null;
  /** F4: the branch that machines fold onto; null = main. */
  readonly board: string | null;
  /** Machines that a person has paused. */
  readonly paused: readonly FleetPause[];
}

export const DEFAULT_FLEET: FleetSettings = {
  name: null,
  url: null,
  pushesPerMinute: 6,
  heartbeatMs: null,
  leaseMs: null,
  board: null,
  paused: [],
};
