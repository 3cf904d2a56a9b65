// Workspaces (O16): what an order asks for, what coord's workspace command is told, and what it reports to the watchdog.
import type { Order, OrderWorkspace } from './order.ts';

export interface WorkspaceLimits {
  /** Workspaces of this computer, of all repos. */
  readonly max: number;
  /** All that the pool takes on the disk. */
  readonly diskBytes: number;
}

export const WORKSPACE_LIMITS: WorkspaceLimits = { max: 8, diskBytes: 20 * 1024 ** 3 };

/** What `coord __workspace` reads from the spec of its run. */
export interface WorkspaceRequest extends OrderWorkspace {
  /** Address as git gets it, without credentials. */
  readonly url: string;
  /** The branch that the result is pushed as. */
  readonly result: string;
  /** Where in the repo the run works; empty = at its root. */
  readonly within: string;
  readonly expectsChanges: boolean;
  /** The folder of the pool. */
  readonly pool: string;
  readonly limits: WorkspaceLimits;
  readonly title: string | null;
  readonly machine: { readonly number: number; readonly name: string };
  readonly agent: string | null;
  /** The run goes on where an earlier one of its order stopped (O17). */
  readonly goesOn: boolean;
  /** The fleet folder, and coord's home: a change that the run made there is noticed. */
  readonly fleet: string;
  readonly home: string;
  /** `url` of fleet.yaml; absent = it has none. */
  readonly fleetPage?: string;
  /** Variables of the person that git needs to log in; none of the order's. */
  readonly person: Readonly<Record<string, string>>;
  /** Coord's own command; the phase is its last word. */
  readonly command: readonly [string, ...string[]];
}

/** Before the run, after its command, and after its check. */
export type WorkspacePhase = 'prepare' | 'keep' | 'push';

/** Where the run works. */
export interface WorkspacePlace {
  readonly repoFolder: string;
  readonly slot: number;
  /** Absolute: the root of the workspace, and the folder that the run starts in. */
  readonly root: string;
  readonly cwd: string;
  /** The commit that it began with, and the branch of that commit. */
  readonly base: string;
  readonly from: string;
  /** It is the folder of the run that this one goes on from, as that left it. */
  readonly isAgain: boolean;
  /** Fingerprints of files outside of it, to notice changes. */
  readonly outside: Readonly<Record<string, string>>;
  /** The commit that keeps the run's work; null = there is nothing to push. */
  readonly commit?: string | null;
}

/** Variables of a phase: the file that it leaves its report in, and the place that it is about, as JSON. */
export const WORKSPACE_REPORT = 'COORD_WORKSPACE_REPORT';
export const WORKSPACE_PLACE = 'COORD_WORKSPACE_PLACE';
/** Variable with the process that the workspace belongs to. (The parent process says nothing: it changes when the watchdog dies.) */
export const WORKSPACE_WATCHDOG = 'COORD_WORKSPACE_WATCHDOG';

/** A problem where changes are expected, else a note. A run that failed for another reason reports neither. */
export const CHANGED_NOTHING = { problem: 'changed nothing', note: 'changed nothing, so no branch was pushed' };

/** What a phase reports. */
export interface WorkspaceReport {
  /** Why the run FAILED; null = the phase knows of no failure. */
  readonly problem: string | null;
  /** Only a person can help. */
  readonly asks: boolean;
  /** Further notes on the run. */
  readonly notes: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Null = there is none. */
  readonly place: WorkspacePlace | null;
}

/** Each attempt of each generation has a branch of its own; of an order for all, on each machine. */
export function resultBranch(
  { id, generation, assign }: Pick<Order, 'id' | 'generation' | 'assign'>,
  attempt: number,
  machine: number,
): string {
  const where = assign.kind === 'all' ? `-m${machine}` : '';
  return `coord/${id}${generation === 1 ? '' : `-g${generation}`}${where}-${attempt}`;
}
