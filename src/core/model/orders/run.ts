// What a machine says about its runs: the content of results/<N>.json. Protocol sections 3 and 5.
import type { Artifact, ArtifactsReport, Unlisted } from './artifact.ts';
import type { ReasonCode, Told } from './reason.ts';
import type { WorkspaceReport } from './workspace.ts';

export const END_STATES = ['COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type EndState = (typeof END_STATES)[number];

export function isEndState(state: unknown): state is EndState {
  return END_STATES.some((end) => end === state);
}

export const ORDER_STATES = ['QUEUED', 'ASSIGNED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'BLOCKED', 'CANCELLED'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Names one run: the fencing token (generation, attempt) of an order. */
export interface RunName {
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
}

export function isSameRun(one: RunName, other: RunName): boolean {
  return one.order === other.order && one.generation === other.generation && one.attempt === other.attempt;
}

export interface RunningRun extends RunName {
  /** ISO 8601 UTC, by the clock of the machine that runs it. */
  readonly startedAt: string;
  /** How often it is tried at most, as its claim says; absent = it has no claim. */
  readonly attempts?: number | undefined;
  /** The lease of its claim, in milliseconds (O4); absent = it has no claim, or an older version wrote it. */
  readonly leaseMs?: number | undefined;
  /** Mark of the work that it was started with (core/orders/work-hash.ts); absent = an older version wrote it, or it never began. */
  readonly work?: string | undefined;
  /** How far it was when its machine last pushed a document. */
  readonly progress?: RunProgress | undefined;
  /** O19: triggers that waited for its end as it began, as `id@generation`; absent = none, or an older version wrote it. */
  readonly watched?: readonly string[] | undefined;
}

/** O7: what one machine's run of an earlier order put out. */
export interface HandedResult {
  /** The order's id; of an earlier step of the same chain, its name. */
  readonly of: string;
  readonly machine: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/** O17: how far a run is, by its own report. */
export interface RunProgress {
  /** What it did last, in one line. */
  readonly last: string;
  /** Null = not known. */
  readonly turns: number | null;
  readonly costUsd: number | null;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** An attempt of a shared order that a machine has claimed, or tries to claim, and has not started. */
interface ClaimedRun extends RunName {
  readonly attempts: number;
  readonly leaseMs?: number | undefined;
}

export interface EndedRun extends RunName {
  readonly state: EndState;
  /** Why it FAILED or was CANCELLED, or a note on a COMPLETED one; null when the exit code says it all. */
  readonly reason: string | null;
  /** With a reason; absent = an older version wrote it. */
  readonly code?: ReasonCode | undefined;
  /** The reason in its parts, if it tells a way out. */
  readonly told?: Told | undefined;
  /** Null when the run ended by a signal, or never had an exit. */
  readonly exitCode: number | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Last lines of the output, redacted, terminal codes taken out. */
  readonly tail: string;
  /** What the run wrote to COORD_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly work?: string | undefined;
  /** A1: the files that it left; absent = none. Empty = its order names files, and there were none. */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** As of an older one: its list cannot be read. */
  readonly unlisted?: Unlisted | undefined;
  /** O15: it FAILED because it needs something from a person. It is shown as BLOCKED and not tried again by itself. */
  readonly asks?: true | undefined;
  /** O8: its order was removed from ORDERS.json after this run, and is listed again. */
  readonly returned?: true | undefined;
  /** As of a running one. */
  readonly watched?: readonly string[] | undefined;
}

/** What O8 remembers of a run whose full record has left the document. */
export interface OlderRun
  extends Pick<
    EndedRun,
    'order' | 'generation' | 'attempt' | 'state' | 'code' | 'told' | 'exitCode' | 'finishedAt' | 'work' | 'asks' | 'returned'
  > {
  /** Absent = none, or an older version wrote it. */
  readonly reason?: string | null | undefined;
  /** Absent = an older version wrote it. */
  readonly startedAt?: string | undefined;
  /** The end of its log, if it FAILED. */
  readonly tail?: string | undefined;
  /** Kept where they are short: an order that comes after it may start much later (O7). */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
  /** A1.5: whole, or not at all. Empty = there were none; absent tells nothing of that. */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** How many files it left where this line does not list them: whoever needs them must not take it for a run that left none. */
  readonly unlisted?: Unlisted | undefined;
}

/** An order that this machine has in view and has not started, and why. */
export interface WaitingOrder {
  readonly order: string;
  readonly generation: number;
  readonly state: 'ASSIGNED' | 'BLOCKED';
  readonly reason: string;
  /** Absent = an older version wrote it. */
  readonly code?: ReasonCode | undefined;
  readonly told?: Told | undefined;
  /** O4a: true for a hold, which every machine computes itself. Reporting it only makes it known sooner; it counts for nothing once it is over. */
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
/** Outputs of an older run are kept up to this many characters of JSON. */
export const OLDER_OUTPUTS_MAX = 2_000;
/** A1.5: characters that lists of files beyond that may take together in the short lines of one machine. */
export const OLDER_LISTS_MAX = 200_000;
/** Bytes of older runs in `results/<N>.json`; the others stand in further documents. */
export const OLDER_SIZE_MAX = 400_000;
/** Characters that stay of the end of a FAILED run's tail. */
export const OLDER_TAIL_MAX = 400;
/** Characters that the history keeps of the end of a tail. */
export const HISTORY_TAIL_MAX = 2_000;
/** Characters of JSON that runs may take while they wait for the history: they must not fill the journal while pushes fail. */
export const MOVED_RUNS_MAX = 2_000_000;

export function emptyResults(machine: number): ResultsDocument {
  return { machine, running: [], claimed: [], waiting: [], ended: [], older: [], before: [] };
}

const STOP_REASONS = ['cancelled', 'removed', 'superseded', 'takenOver', 'left', 'halted'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** One that a newer version wrote, or the run itself, is as good as any: it is asked to stop, or was. */
export function knownStop(word: string): StopReason {
  return STOP_REASONS.find((reason) => reason === word) ?? 'cancelled';
}

/** How a run ended, as its watchdog wrote it. */
export interface ExitRecord {
  /** `lease`: nobody saw it end before its lease was over (O5). Its exit code does not matter. */
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
  /** A1; absent = it neither got nor left files. */
  readonly artifacts?: ArtifactsReport;
}

/** The end of a run's log as it stands: terminal codes and secrets are still in it, and it is longer than what is published. */
export interface LogEnd {
  readonly tail: string;
  /** Absent = with the log. */
  readonly tailBegins?: 'with a line' | 'within a line';
}

interface Said extends LogEnd {
  readonly outputs: Readonly<Record<string, string>>;
  /** O18: the question that its agent had noted, if the run was cut off; absent = none. */
  readonly asked?: string;
}

/** How a run ended. Its output is raw: not cleaned of secrets. */
export type RunSight =
  | { readonly kind: 'running' }
  | (Said & { readonly kind: 'ended'; readonly exit: ExitRecord })
  /** The computer or the watchdog died while it ran: it does nothing any more, and nobody knows how it ended. */
  | (Said & { readonly kind: 'interrupted' } & Pick<ExitRecord, 'workspace'>)
  /** It never began and never will: it may be started under a new key. */
  | { readonly kind: 'neverBegan' };
