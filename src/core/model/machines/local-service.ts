// A local service ("instance" in the commands): it runs on this machine beside coord, is named in `.coord/instances.yaml`, and is started and
// watched by the daemon. Only the owner can name one there: the repo cannot.
import type { Command } from '../orders/order.ts';
import type { Instant } from './instant.ts';

/** In instances.yaml, in the orders that call it, and in COMPUTER_N.md. */
export const SERVICE_NAME = /^[a-z][a-z0-9_-]{0,39}$/;

/**
 * `OFFLINE`: not wanted, or not there. `STARTING`: runs, and was not healthy yet. `BUSY`: healthy, with as many calls as it takes.
 * `DEGRADED`: runs, and its health check fails. `CRASHED`: ended by itself; it is started again, unless coord has given it up.
 */
export const SERVICE_STATES = ['OFFLINE', 'STARTING', 'ONLINE', 'BUSY', 'DEGRADED', 'CRASHED'] as const;
export type ServiceState = (typeof SERVICE_STATES)[number];

export type HealthCheck =
  /** Healthy = any answer of 200 to 399. */
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Healthy = exit code 0. */
  | { readonly kind: 'command'; readonly command: Command };

/** One entry of instances.yaml. */
export interface ServiceSpec {
  /** Small letters, digits, `-` and `_`; begins with a letter. */
  readonly name: string;
  /** Null = somebody else starts it (`managed: false`): coord watches it and never starts or ends it. */
  readonly command: Command | null;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where it listens, on 127.0.0.1; null = nowhere that is known. Calls go there. */
  readonly port: number | null;
  /** Null = healthy as long as it runs. */
  readonly health: HealthCheck | null;
  readonly healthEveryMs: number;
  readonly healthTimeoutMs: number;
  readonly specialties: readonly string[];
  /** Calls that it takes at once; further ones wait. */
  readonly capacity: number;
  readonly restart: RestartPolicy;
  /** How long it may take from its start until it is healthy. The next service waits no longer than that. */
  readonly startMs: number;
  /** L6; absent = none. */
  readonly limits?: ServiceLimits;
}

export const LIMIT_ACTS = ['restart', 'call', 'throttle'] as const;

/** What it may use of its computer, and what is done where it uses more. */
export interface ServiceLimits {
  /** Of one processor; null = no limit. */
  readonly cpuPercent: number | null;
  readonly memoryMb: number | null;
  /** It may use more for a shorter time. */
  readonly forMs: number;
  readonly act: (typeof LIMIT_ACTS)[number];
}

export const RESTART_POLICIES = ['always', 'on-failure', 'never'] as const;
export type RestartPolicy = (typeof RESTART_POLICIES)[number];

/** What instances.yaml asks for. */
export interface ServiceSettings {
  /** In the order of the file. */
  readonly services: readonly ServiceSpec[];
  /** Names of entries that cannot be read: services that run under them go on as they were started. */
  readonly refused: readonly string[];
  /** The name of some entry cannot be read. Nobody knows which service is meant, so none counts as removed. */
  readonly unnamed: boolean;
  /** The file as a whole cannot be read: everything goes on as it was started. */
  readonly unreadable: boolean;
  /** One sentence each, with its place. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** What a machine says of one of its programs in COMPUTER_N.md, by its name. `BUSY` is said there. */
export interface SaidService {
  readonly state: ServiceState;
  readonly givenUp: boolean;
  /** Calls that it has now. */
  readonly load: number;
  readonly capacity: number;
  readonly specialties: readonly string[];
  /** ISO 8601 UTC, the machine's own clock. */
  readonly since: string;
  readonly detail: string | null;
}

/** What is known of a service now. `load` is counted from the calls that run, not by the supervisor. */
export interface LocalService {
  readonly name: string;
  readonly state: ServiceState;
  /** ISO 8601 UTC, this machine's clock: when this state began. */
  readonly since: string;
  readonly pid: number | null;
  readonly port: number | null;
  readonly specialties: readonly string[];
  readonly capacity: number;
  readonly managed: boolean;
  /** Starts that failed in a row. */
  readonly failures: number;
  /** coord has stopped trying, and a person has to help. */
  readonly givenUp: boolean;
  /** It has ended as its restart policy lets it, and is not started again by itself. */
  readonly hasEnded?: true;
  /** Why it is in this state, in a sentence; null = there is nothing to say. */
  readonly detail: string | null;
}

/** What a person wants of a service (started, stopped, restarted), until they want something else. It outlives daemons. */
export interface ServiceWish {
  readonly want: 'running' | 'stopped';
  /** End it first, if it runs. */
  readonly restart: boolean;
  /** Names this wish: each is obeyed once. */
  readonly turn: string;
}

/** What the supervisor remembers of a service between two looks. It is on disk too, so that the next daemon goes on with it. */
export interface ServiceKnown {
  readonly state: Exclude<ServiceState, 'BUSY'>;
  readonly since: string;
  readonly detail: string | null;
  /** When it was started last, and when it is to be started: now, later, or (null) not: it runs, rests or was given up. */
  readonly next: 'now' | { readonly from: Instant; readonly afterMs: number } | null;
  readonly startedAt: Instant | null;
  /** Since when it has been healthy without a break. */
  readonly healthyAt: Instant | null;
  /** It has been healthy for a while since it was started. */
  readonly isSteady: boolean;
  /** Starts in a row that came to nothing. */
  readonly failures: number;
  /** For how long its looks have shown that it is DEGRADED, up to the newest of them; absent or null = none has. */
  readonly ill?: { readonly forMs: number; readonly at: Instant } | null;
  /** How often it was ended for having been DEGRADED too long, without a long quiet time; absent = never. */
  readonly hangs?: number;
  /** How often it was started again without a long quiet time. */
  readonly restarts: number;
  readonly givenUp: boolean;
  /** What coord started has ended with 0, and somebody answers in its place. */
  readonly escaped: boolean;
  /** The last wish that was obeyed. */
  readonly turn: string | null;
  /** Start of the computer that all this is about. */
  readonly boot: string;
}
