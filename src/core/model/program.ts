// A local program ("instance" in the commands): something that runs on this machine beside coord, is named in `.coord/instances.yaml`,
// and is looked after by its daemon. Only what its owner wrote there can make one: the repo cannot.
import type { Command } from './order.ts';

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
  readonly restart: 'always' | 'on-failure' | 'never';
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
  /** Why it is in this state, in a sentence; null = there is nothing to say. */
  readonly detail: string | null;
}
