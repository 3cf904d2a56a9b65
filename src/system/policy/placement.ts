// Defines what this computer's owner lets orders do, what a run is placed with, and what each kind of work makes of that.
import type { LocalService } from '../../core/model/machines/local-service.ts';
import type { Policy } from '../../core/model/machines/self.ts';
import type { AgentRules, FoundAgent } from '../../core/model/orders/agent.ts';
import type { ArtifactsRequest } from '../../core/model/orders/artifact.ts';
import type { Command, Order, Work } from '../../core/model/orders/order.ts';
import type { Because } from '../../core/model/orders/reason.ts';
import type { WorkspaceLimits, WorkspaceRequest } from '../../core/model/orders/workspace.ts';
import type { RunSpec } from '../../ports.ts';

export interface LocalPolicy extends Policy {
  /** Files of NAME=value lines that every run here gets, and that are never shown. */
  readonly secrets: readonly string[];
  /** W1: it may be woken, and wakes others. */
  readonly wake: boolean;
  /** T: this computer demands signatures; `signers`: of these people alone. Absent = it demands none. */
  readonly trust?: { readonly signers: readonly string[] | null };
  /** O15: what agents may do beyond the least; absent = nothing. */
  readonly agents?: Readonly<Record<string, AgentRules>>;
  /** O16: repos that orders may work in, and push to; absent = none. */
  readonly repos?: readonly string[];
  readonly workspaces?: WorkspaceLimits;
  /** A1: files of runs may be published; absent = they may not. */
  readonly artifacts?: true;
  /** What keeps the files that do not travel: it gets path, name and SHA-256. */
  readonly artifact_command?: readonly [string, ...string[]];
  /** Fleet folders of this computer; absent = none is known. */
  readonly fleets?: readonly string[];
}

export interface Placement {
  readonly policy: LocalPolicy;
  readonly machine: number;
  readonly machineName: string;
  /** PATH for runs. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Readonly<Record<string, string>>;
  /** Sends what the spec of its run says (O14). */
  readonly caller: readonly [string, ...string[]];
  readonly services: readonly LocalService[];
  /** Agents that were found here, and coord's home; absent = none was. */
  readonly agents?: { readonly found: readonly FoundAgent[]; readonly home: string };
  /** Of the fleet folder. */
  readonly state: string;
  /** For orders with files; absent = none can be taken. */
  readonly artifacts?: { readonly fleet: string };
  /** For orders with a workspace; absent = none can be made. */
  readonly workspaces?: {
    /** coord's home. */
    readonly home: string;
    /** The fleet folder. */
    readonly fleet: string;
    /** This machine's number. */
    readonly machine: number;
    /** `url` of fleet.yaml; null = it has none. */
    readonly fleetPage: string | null;
  };
}

/** What runs, and what of its spec is of its kind. */
export interface PlacedWork {
  readonly command: Command;
  readonly request?: Pick<RunSpec, 'agent' | 'call'>;
  /** No command of the order's runs but its check, and it is in no folder. */
  readonly isRequest?: true;
  /** Secrets that are for its check alone. */
  readonly withheld?: readonly string[];
  /** Why it does not run in that folder; null = nothing is against it. `written`: as the order names it. Of a workspace nobody asks. */
  folderProblem?(folder: string, written: string): string | null;
}

/** `service`: the local service that was chosen; null = it needs none. */
export type PlaceWork<W extends Work = Work> = (
  order: Order,
  work: W,
  placement: Placement,
  service: string | null,
) => PlacedWork | { readonly blocked: Because };

export type PlaceWorkspace = (
  order: Order,
  attempt: number,
  placement: Placement,
) => WorkspaceRequest | { readonly blocked: Because } | null;

export type PlaceArtifacts = (order: Order, placement: Placement) => ArtifactsRequest | { readonly blocked: Because } | null;

/** The error of a key of policy.yaml. */
export type WrongKey = (key: string, expected: string, found: unknown) => Error;
