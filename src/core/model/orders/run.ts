// What a machine says about its runs: the content of results/<N>.json. Protocol sections 3 and 5.
import type { ReasonCode } from './reason.ts';
import type { WorkspaceReport } from './workspace.ts';

export type EndState = 'COMPLETED' | 'FAILED' | 'CANCELLED';
export const ORDER_STATES = ['QUEUED', 'ASSIGNED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'BLOCKED', 'CANCELLED'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Names one run: the fencing token (generation, attempt) of an order. */
export interface RunName {
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
}

export interface RunningRun extends RunName {
  /** ISO 8601, UTC, of the machine that runs it. */
  readonly startedAt: string;
  /** How often it is tried at most, as its claim says; absent = it has no claim. */
  readonly attempts?: number | undefined;
  /** Of its claim, in milliseconds (O4); absent = it has no claim, or an older version said it. */
  readonly leaseMs?: number | undefined;
  /** Mark of what it was started with (core/orders/work-hash.ts); absent = an older version, or it never began. */
  readonly work?: string | undefined;
  /** As of when its machine last had something to say. */
  readonly progress?: RunProgress | undefined;
}

/** O17: how far a run is, as it says itself. */
export interface RunProgress {
  /** What it did last, in one line. */
  readonly last: string;
  /** Null = nothing tells. */
  readonly turns: number | null;
  readonly costUsd: number | null;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** An attempt of a shared order that a machine has claimed, or tries to claim, and has not started. */
export interface ClaimedRun extends RunName {
  readonly attempts: number;
  readonly leaseMs?: number | undefined;
}

export interface EndedRun extends RunName {
  readonly state: EndState;
  /** Why it FAILED or was CANCELLED, or what is to be known of a COMPLETED one; null when the exit code says it all. */
  readonly reason: string | null;
  /** With a reason; absent = an older version wrote it. */
  readonly code?: ReasonCode | undefined;
  /** Null when the run ended by a signal, or never had an exit. */
  readonly exitCode: number | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Last lines of the output, redacted, terminal codes taken out. */
  readonly tail: string;
  /** What the run wrote to COORD_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly work?: string | undefined;
  /** O15: it FAILED for want of something that only a person can give, and is shown as BLOCKED; it is not tried again by itself. */
  readonly asks?: true | undefined;
  /** O8: its order was taken out of ORDERS.json after it, and stands there again. */
  readonly returned?: true | undefined;
}

/** A run whose full record left the document: what O8 has to remember of it. */
export interface OlderRun
  extends Pick<
    EndedRun,
    'order' | 'generation' | 'attempt' | 'state' | 'code' | 'exitCode' | 'finishedAt' | 'work' | 'asks' | 'returned'
  > {
  /** Absent = none, or an older version wrote it. */
  readonly reason?: string | null | undefined;
  /** Absent = an older version wrote it. */
  readonly startedAt?: string | undefined;
  /** Its end, of one that FAILED. */
  readonly tail?: string | undefined;
  /** Kept where they are short: an order that comes after it may start much later (O7). */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
}

/** An order that this machine has in view and has not started, and why. */
export interface WaitingOrder {
  readonly order: string;
  readonly generation: number;
  readonly state: 'ASSIGNED' | 'BLOCKED';
  readonly reason: string;
  /** Absent = an older version wrote it. */
  readonly code?: ReasonCode | undefined;
  /** O4a: everybody computes a hold from documents. It is said to make it known at once, and counts for nothing once it is over. */
  readonly hold?: true | undefined;
}

export interface ResultsDocument {
  readonly machine: number;
  readonly running: readonly RunningRun[];
  readonly claimed: readonly ClaimedRun[];
  readonly waiting: readonly WaitingOrder[];
  /** Oldest first, `ENDED_FULL_MAX` at most. */
  readonly ended: readonly EndedRun[];
  /** Oldest first. */
  readonly older: readonly OlderRun[];
  /** `all` orders that stood in ORDERS.json before this machine joined, as `id@generation`: it does not run them (O1). */
  readonly before: readonly string[];
}

export const ENDED_FULL_MAX = 20;
/** Of a run that left the last ones, outputs up to so many characters of JSON are kept. */
export const OLDER_OUTPUTS_MAX = 2_000;
/** Of older runs in `results/<N>.json`, in bytes; what is more stands in further documents. */
export const OLDER_SIZE_MAX = 400_000;
/** What stays of the tail of one that FAILED: its end. */
export const OLDER_TAIL_MAX = 400;
/** What the history keeps of a tail: its end. */
export const HISTORY_TAIL_MAX = 2_000;
/** Of the runs that wait for the history, in characters of JSON: while pushes fail they must not fill the journal. */
export const MOVED_RUNS_MAX = 2_000_000;

export function emptyResults(machine: number): ResultsDocument {
  return { machine, running: [], claimed: [], waiting: [], ended: [], older: [], before: [] };
}

export type StopReason = 'cancelled' | 'removed' | 'superseded' | 'takenOver' | 'left' | 'halted';

/** How a run ended, as its watchdog wrote it. */
export interface ExitRecord {
  /** `lease`: it was not known to have ended by itself before its lease was over (O5), whatever its exit code. */
  readonly why: 'exited' | 'timeout' | 'stopped' | 'lease' | 'notStarted';
  /** With `stopped`. */
  readonly stop: StopReason | null;
  /** With `notStarted`: e.g. the program was not found. */
  readonly detail: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Exit code of `check`; null when it did not run, or ended by a signal. */
  readonly checkExitCode: number | null;
  readonly checkRan: boolean;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Processes of the run's group that were still alive after it and were ended. */
  readonly leftovers: number;
  /** Bytes of output that the cap left out of the log. */
  readonly droppedBytes: number;
  /** O16; absent = it has no workspace. */
  readonly workspace?: Pick<WorkspaceReport, 'problem' | 'asks' | 'notes' | 'outputs'>;
}

/** The end of a run's log as it stands: terminal codes and secrets are still in it, and it is longer than what is published. */
export interface LogEnd {
  readonly tail: string;
  /** Absent = with the log. */
  readonly tailBegins?: 'with a line' | 'within a line';
}

interface Said extends LogEnd {
  readonly outputs: Readonly<Record<string, string>>;
  /** O18: what its agent had noted as a question, where it did not end by itself; absent = nothing. */
  readonly asked?: string;
}

/** What became of a run. What it said is raw. */
export type RunSight =
  | { readonly kind: 'running' }
  | (Said & { readonly kind: 'ended'; readonly exit: ExitRecord })
  /** The machine or the watchdog died under it: whatever it did, it does no more. */
  | (Said & { readonly kind: 'interrupted' })
  /** It never began and never will: it may be started under a new key. */
  | { readonly kind: 'neverBegan' };
