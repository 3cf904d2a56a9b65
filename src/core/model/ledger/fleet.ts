// The people's settings of a fleet: the content of fleet.yaml. All optional.
import type { FleetPause } from '../machines/pause.ts';
import type { Assign, WorkKind } from '../orders/order.ts';
import { NO_TEMPLATES, type Templates } from '../orders/template.ts';

/** Where orders without `assign` go, by their `type`. */
export interface Routing {
  /** By `typeKey`. A route that cannot be read is there as `nowhere`. */
  readonly byType: Readonly<Record<string, Assign>>;
  /** For types that have none; null = to any machine. */
  readonly otherwise: Assign | null;
}

/** Which orders wait for a person's approval, whatever they say themselves. */
export interface Approvals {
  /** By `typeKey`. */
  readonly types: readonly string[];
  readonly kinds: readonly WorkKind[];
  /** A part that cannot be read asks for everything that it could have meant: a slip must not let anything run. */
  readonly unreadable: {
    readonly types: Unreadable | null;
    readonly kinds: Unreadable | null;
    readonly all: Unreadable | null;
  };
}

/** `reason`: place and fault. */
export interface Unreadable {
  readonly reason: string;
}

export interface FleetSettings {
  readonly name: string | null;
  /** Where the repo is looked at in a browser, e.g. https://host/me/fleet; makes the board's edit link. */
  readonly url: string | null;
  /** H2. */
  readonly pushesPerMinute: number;
  /** R8: how many machines count. */
  readonly machinesMax: number;
  /** Null = H2's default from the number of live machines. */
  readonly heartbeatMs: number | null;
  /** Null = three published heartbeats (O4). */
  readonly leaseMs: number | null;
  /** F4: the branch that machines fold onto; null = main. */
  readonly board: string | null;
  /** D11: orders that ended so long ago leave the list. */
  readonly keepMs: number;
  /** D12: months of `archive/` and `history/` that were over so long ago are removed; null = none ever is. */
  readonly keepArchiveMs: number | null;
  /** R3b: how much history stays when it is shortened; null = nobody said. */
  readonly keepHistoryMs: number | null;
  /** R3b: from when on people mean to shorten it, ISO 8601 UTC; null = nobody means to. */
  readonly compactAt: string | null;
  /** Machines that a person has paused. */
  readonly paused: readonly FleetPause[];
  /** A3: how long artifacts are kept by the machine that wrote them. */
  readonly keepArtifactsMs: number;
  readonly routing: Routing;
  readonly approvals: Approvals;
  readonly templates: Templates;
  /** Settings of this version that could not be read; they have their defaults here. Absent = none. */
  readonly unread?: readonly KeptSetting[];
}

/** Settings whose last good value stays in force when they cannot be read (D4). `routing` and `approvals` hold their orders back instead. */
export type KeptSetting =
  | 'name'
  | 'url'
  | 'pushesPerMinute'
  | 'machinesMax'
  | 'heartbeatMs'
  | 'leaseMs'
  | 'board'
  | 'keepMs'
  | 'keepArchiveMs'
  | 'keepHistoryMs'
  | 'compactAt'
  | 'paused'
  | 'keepArtifactsMs';

export const NO_APPROVALS: Approvals = { types: [], kinds: [], unreadable: { types: null, kinds: null, all: null } };

/** H2: what a fleet begins with whose repo is on this computer or in a private network. */
export const OWN_NETWORK_PUSHES_PER_MINUTE = 30;

export const DEFAULT_FLEET: FleetSettings = {
  name: null,
  url: null,
  pushesPerMinute: 6,
  machinesMax: 64,
  heartbeatMs: null,
  leaseMs: null,
  board: null,
  keepMs: 30 * 86_400_000,
  keepArchiveMs: null,
  keepHistoryMs: null,
  compactAt: null,
  paused: [],
  keepArtifactsMs: 30 * 86_400_000,
  routing: { byType: {}, otherwise: null },
  approvals: NO_APPROVALS,
  templates: NO_TEMPLATES,
};
