// A local program ("instance" in the commands): something that runs on this machine beside coord, is named in `.coord/instances.yaml`,
// and is looked after by its daemon. Only what its owner wrote there can make one: the repo cannot.

import type { Command } from '../orders/order.ts';
import type { Instant } from './instant.ts';

/**
 * `OFFLINE`: not wanted, or not there. `STARTING`: runs, and was not healthy yet. `BUSY`: healthy, with as many calls as it takes.
 * `DEGRADED`: runs, and its health check fails. `CRASHED`: ended by itself; it is started again, unless coord has given it up.
 */
export const PROGRAM_STATES = ['OFFLINE', 'STARTING', 'ONLINE', 'BUSY', 'DEGRADED', 'CRASHED'] as const;
export type ProgramState = (typeof PROGRAM_STATES)[number];

export type HealthCheck =
  /** Healthy = any answer of 200 to 399. */
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Healthy = exit code 0. */
  | { readonly kind: 'command'; readonly command: Command };

/** One entry of instances.yaml. */
export interface ProgramSpec {
  /** Small letters, digits, `-` and `_`; begins with a letter. */
  readonly name: string;
  /** Null = somebody else starts it (`managed: false`): it is watched, and never started or ended by coord. */
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
  /** Calls that it takes at once; more wait. */
  readonly capacity: number;
  readonly restart: RestartPolicy;
  /** What it may take from its start until it is healthy; the next one waits for it so long at most. */
  readonly startMs: number;
}

export const RESTART_POLICIES = ['always', 'on-failure', 'never'] as const;
export type RestartPolicy = (typeof RESTART_POLICIES)[number];

/** What instances.yaml asks for. */
export interface ProgramSettings {
  /** In the order of the file. */
  readonly programs: readonly ProgramSpec[];
  /** Names of entries that cannot be obeyed: what runs under them goes on as it was started. */
  readonly refused: readonly string[];
  /** There is an entry whose name cannot be read: nobody knows which one is meant, so none counts as taken out. */
  readonly unnamed: boolean;
  /** The file as a whole cannot be read: everything goes on as it was started. */
  readonly unreadable: boolean;
  /** One sentence each, with its place. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** What a machine says of one of its programs in COMPUTER_N.md, by its name. `BUSY` is said there. */
export interface SaidProgram {
  readonly state: ProgramState;
  readonly givenUp: boolean;
  /** Calls that it has now. */
  readonly load: number;
  readonly capacity: number;
  readonly specialties: readonly string[];
  /** ISO 8601 UTC, the machine's own clock. */
  readonly since: string;
  readonly detail: string | null;
}

/** What is known of a program now. `load` is not the supervisor's: it is counted from the calls that run. */
export interface ProgramStatus {
  readonly name: string;
  readonly state: ProgramState;
  /** ISO 8601 UTC, this machine's clock: when this state began. */
  readonly since: string;
  readonly pid: number | null;
  readonly port: number | null;
  readonly specialties: readonly string[];
  readonly capacity: number;
  readonly managed: boolean;
  /** Starts that failed in a row. */
  readonly failures: number;
  /** Coord has stopped trying: a person is called. */
  readonly givenUp: boolean;
  /** It has ended as its restart policy lets it, and is not started again by itself. */
  readonly hasEnded?: true;
  /** Why it is in this state, in a sentence; null = there is nothing to say. */
  readonly detail: string | null;
}

/** What a person wishes of a program, until they wish something else: it outlives daemons. */
export interface ProgramWish {
  readonly want: 'running' | 'stopped';
  /** It is to be ended first, if it runs. */
  readonly restart: boolean;
  /** Names this wish: each is obeyed once. */
  readonly turn: string;
}

/** What the supervisor knows of a program from one look to the next; on disk too, so that the next daemon goes on with it. */
export interface ProgramKnown {
  readonly state: Exclude<ProgramState, 'BUSY'>;
  readonly since: string;
  readonly detail: string | null;
  /** When it was started last, and is again: at once, as soon as it is its turn; later; or null: it runs, rests or was given up. */
  readonly next: 'now' | { readonly from: Instant; readonly afterMs: number } | null;
  readonly startedAt: Instant | null;
  /** Since when it has been healthy without a break. */
  readonly healthyAt: Instant | null;
  /** It has been healthy for a while since it was started. */
  readonly isSteady: boolean;
  /** Starts in a row that came to nothing. */
  readonly failures: number;
  /** Since when it has been DEGRADED; absent or null = it is not. */
  readonly illSince?: Instant | null;
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
