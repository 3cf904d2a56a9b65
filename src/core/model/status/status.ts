// STATUS.json: what programs and people read (protocol section 8). A pure function of the source documents.
import type { ServiceState } from '../machines/local-service.ts';
import type { MachineState } from '../machines/machine.ts';
import type { Usage } from '../machines/usage.ts';
import type { Artifact, Unlisted } from '../orders/artifact.ts';
import type { ReasonCode, Told } from '../orders/reason.ts';
import type { OrderState, RunProgress } from '../orders/run.ts';
import type { Progress } from './progress.ts';
import type { StatusMessages } from './status-messages.ts';

export interface StatusSummary {
  readonly machines: number;
  readonly online: number;
  readonly queued: number;
  readonly assigned: number;
  readonly inProgress: number;
  readonly completed: number;
  readonly failed: number;
  readonly blocked: number;
  readonly cancelled: number;
  readonly unread: number;
}

export interface StatusMachine {
  readonly name: string;
  readonly state: MachineState | 'OFFLINE';
  /** ISO 8601 UTC: the newest time that the documents know this machine was there. */
  readonly lastSeen: string;
  readonly seq: number;
  /** Ids of the orders that run there. */
  readonly runs: readonly string[];
  readonly tags: readonly string[];
  readonly tools: readonly string[];
  readonly slots: number;
  readonly allows: readonly string[];
  readonly heartbeat: string;
  readonly version: string;
  /** With PAUSED, where it has an end. ISO 8601 UTC. */
  readonly pausedUntil?: string;
  readonly pauseNote?: string;
  /** M6: what happened, and since when, ISO 8601 UTC. */
  readonly emergency?: string;
  readonly emergencySince?: string;
  /** L5: its local services, by name, as it said last. */
  readonly programs?: Readonly<Record<string, StatusService>>;
  /** Another machine still calls it lost, though it has been heard of since (F2). */
  readonly back?: true;
  /** H4: how much of its computer is in use, as it said last. */
  readonly usage?: Usage;
  /** T5.6: why this machine does not go by what that one says. Absent = it does. Not in STATUS.json. */
  readonly doubted?: string;
}

export interface StatusService {
  readonly state: ServiceState;
  /** Coord does not start it again by itself. */
  readonly givenUp?: true;
  /** Calls that it has, and that it takes at once. */
  readonly load: number;
  readonly capacity: number;
  readonly specialties: readonly string[];
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly detail?: string;
}

/** The state of an order on one machine; times, codes and tail only where there are any. */
export interface StatusRun {
  readonly state: OrderState;
  readonly reason?: string;
  /** With a reason; absent = an older version told it. */
  readonly code?: ReasonCode;
  /** The reason in its parts, if it tells a way out. Not in STATUS.json. */
  readonly told?: Told | undefined;
  readonly attempt?: number;
  readonly exitCode?: number | null;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly tail?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  /** A1. Not in STATUS.json. */
  readonly artifacts?: readonly Artifact[];
  /** A1.5: files that it left and that its result does not list any more. Not in STATUS.json. */
  readonly unlisted?: Unlisted;
  /** Its attempt was lost, and another machine takes over: `by` then at the latest (ISO 8601 UTC), where one of them has a free slot by then; absent = nobody knows. */
  readonly takeOver?: { readonly by?: string };
  /** O17: of a run that goes on, where it tells. */
  readonly progress?: RunProgress;
  /** ORDERS.json asks for other work under this id and generation than this run was started with. */
  readonly changed?: true;
}

export interface StatusOrder extends StatusRun {
  readonly title?: string;
  readonly generation?: number;
  /** The highest generation that has begun, if it is higher than the listed one: a lowered generation changes nothing. */
  readonly reached?: number;
  /** Ids of the orders that come first. */
  readonly after?: readonly string[];
  /** Absent where it asks for none. */
  readonly approval?: 'awaited' | 'given';
  /** Of a step: the chain that it belongs to. */
  readonly chain?: string;
  /** Of a chain: the ids of its steps, which are listed too, and of the current step. The chain has the state of that step. */
  readonly steps?: readonly string[];
  readonly at?: string;
  /** O20: of a chain, the template that makes its steps. */
  readonly use?: string;
  /** Of a step that a template makes: the mark by which a person approves it (O4a). Not in STATUS.json. */
  readonly mark?: string;
  /** The machine that has it; for an `all` order `machines` says more. */
  readonly machine?: number;
  /** What `assign` says, as a short phrase: `2 pc`, `all`. */
  readonly assign: string;
  readonly machines?: Readonly<Record<string, StatusRun>>;
  /** Of a scheduled order: its line, with its time zone where that is not UTC. Its state is that of its newest occurrence. */
  readonly schedule?: string;
  /** Of an order with `on`: what it waits for, and how many of its occurrences are known. Its state is that of the newest one. */
  readonly on?: string;
  readonly times?: number;
  /** Its occurrences, the newest first. */
  readonly lastRuns?: readonly StatusLastRun[];
}

/** One occurrence of a template, on one machine. */
export interface StatusLastRun {
  /** ISO 8601 UTC: the minute when it was due; of an order with `on`, when it started. */
  readonly due: string;
  readonly state: OrderState;
  readonly machine: number;
  readonly exitCode?: number | null;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** `assign` of an order that `routing` in fleet.yaml has sent somewhere begins so. */
export const BY_ROUTING = 'by routing: ';

/** What `assign` of a status says, one by one: machines by number, name or both (`2 pc`), or tags and tools, `any`, `all`, `nobody`. */
export function assignWords(assign: string): readonly string[] {
  return (assign.startsWith(BY_ROUTING) ? assign.slice(BY_ROUTING.length) : assign).split(' or ');
}

/** What only a person can move, by its code, as its heading. `offline`: an order stands still because its machine is away. `pause`: a pause without an end. */
export const NEED_TITLES = {
  emergency: 'Emergency',
  program: 'Local service',
  document: 'Document',
  order: 'Order',
  offline: 'Waits for a machine',
  message: 'Messages',
  pause: 'Pause',
} as const;
export type NeedCode = keyof typeof NEED_TITLES;

/** Something that only a person can move. */
export interface NeedsYou {
  readonly code: NeedCode;
  readonly order?: string;
  readonly machine?: number;
  /** A local service of that machine. */
  readonly program?: string;
  readonly document?: string;
  readonly why: string;
  /** The same in its parts, if it tells a way out. Not in STATUS.json. */
  readonly told?: Told | undefined;
  /** Of an order, by what code it says why; absent = an older version wrote the words. Not in STATUS.json. */
  readonly because?: ReasonCode | 'exitCode' | undefined;
}

export interface StatusFault {
  readonly document: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly level: 'fault' | 'warning';
}

/** How many entries found no room in STATUS.json (D8). */
export interface LeftOut {
  readonly orders: number;
  readonly needsYou: number;
  readonly faults: number;
}

/** A feature adds what it says besides (`declare module`). */
export interface StatusDocument {
  readonly version: 1;
  /** The newest time in the sources, ISO 8601 UTC; the epoch when they hold none. */
  readonly updated: string;
  /** Hash of the source documents (D6). */
  readonly sources: string;
  readonly summary: StatusSummary;
  readonly machines: Readonly<Record<string, StatusMachine>>;
  readonly orders: Readonly<Record<string, StatusOrder>>;
  /** D10; absent where nobody names an MVP or a feature. */
  readonly progress?: Progress;
  /** Absent while nobody wrote anything. */
  readonly messages?: StatusMessages;
  /** Absent if nothing was left out. */
  readonly leftOut?: LeftOut;
  readonly needsYou: readonly NeedsYou[];
  readonly faults: readonly StatusFault[];
}
