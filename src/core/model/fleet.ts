// The people's settings of a fleet: the content of fleet.yaml. All optional.
import type { Assign } from './order.ts';
import type { FleetPause } from './pause.ts';

/** Where orders without `assign` go, by their `type`. */
export interface Routing {
  /** By `typeKey`. A route that cannot be read is there as `nowhere`. */
  readonly byType: Readonly<Record<string, Assign>>;
  /** For all other types; null = to any machine. */
  readonly otherwise: Assign | null;
}

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
  readonly routing: Routing;
}

export const DEFAULT_FLEET: FleetSettings = {
  name: null,
  url: null,
  pushesPerMinute: 6,
  heartbeatMs: null,
  leaseMs: null,
  board: null,
  paused: [],
  routing: { byType: {}, otherwise: null },
};
