// Everything that touches the world stands behind one of these. No code: adapters live in ledger/, runs/, journal/, system/, and a feature's in its room.
import type { HubSight } from './core/model/ledger/hub-sight.ts';
import type { Intention } from './core/model/ledger/intention.ts';
import type { JournalState } from './core/model/ledger/journal.ts';
import type { HistoryQuestion, MainHistory } from './core/model/ledger/main-history.ts';
import type { Changes, LaneChange, PushReport, RefUpdate, Restored, Trouble } from './core/model/ledger/push.ts';
import type { Believed, Files, Snapshot } from './core/model/ledger/snapshot.ts';
import type { Blob, Trees } from './core/model/ledger/trees.ts';
import type { Instant } from './core/model/machines/instant.ts';
import type { Wakeable } from './core/model/machines/waking.ts';
import type { LedgerMessage } from './core/model/messages/bus.ts';
import type { MailIntention } from './core/model/messages/mail.ts';
import type { AgentRequest } from './core/model/orders/agent.ts';
import type { ArtifactsRequest, HandedFiles } from './core/model/orders/artifact.ts';
import type { CallRequest } from './core/model/orders/call.ts';
import type { Command } from './core/model/orders/order.ts';
import type { EndedRun, HandedResult, RunProgress, RunSight, StopReason } from './core/model/orders/run.ts';
import type { RunLease } from './core/model/orders/run-lease.ts';
import type { ParsedOutline } from './core/model/orders/spec.ts';
import type { WorkspaceRequest } from './core/model/orders/workspace.ts';

export type Fetched =
  | {
      readonly kind: 'fetched';
      readonly trees: Trees;
      /** The main that the remote showed, where what this machine pushed onto it stays in view (null = it showed none); absent = that of `trees`. */
      readonly mainBefore?: string | null;
    }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

export interface ReadFirst {
  /** Machines whose lanes come before others. */
  readonly machines: readonly number[];
  /** So many lanes are read at least, from the lowest number; absent = as many as a fleet with default settings looks into. */
  readonly lanes?: number;
  /** Names of claims that come before all others (O2), and orders whose claims come next; absent = none. */
  readonly claims?: ReadonlySet<string>;
  readonly orders?: ReadonlySet<string>;
}

/** C4a: main as an accepted push of this machine left it, while no fetch has shown it. */
export interface PushedMain {
  readonly commit: string;
  readonly machine: number;
  /** Lane commits that this machine has pushed since: a fetch that shows one of them shows main as it is. */
  readonly later: readonly string[];
}

/** The one port to git. */
export interface Ledger {
  /**
   * One connection. `board`: the branch of F4 to be fetched too, or null. `first`: what is read before others where there is too much (R7).
   * `pushed`: stays in view where a mirror that lags shows what stood before it.
   */
  fetch(board: string | null, first?: ReadFirst, pushed?: PushedMain): Promise<Fetched>;
  /** What the last fetch that succeeded showed, with what pushes moved since, by whichever process of this machine; null = there was none. No connection. */
  lastSeen(): Promise<Trees | null>;
  /** The id that content has, or would have, in a tree. */
  idOf(text: string): string;
  /** Ids from fetched trees; no connection. Every id asked for has an entry in the answer. */
  read(ids: Iterable<string>): Promise<ReadonlyMap<string, Blob>>;
  /** Bytes of each of these, without its content; null = it is no file, or not there. No connection. */
  sizes(ids: Iterable<string>): Promise<ReadonlyMap<string, number | null>>;
  /** Ids of the versions of a document on main in which it is a plain file, newest first, the present one too, as far as the clone has them (C5a). */
  versions(path: string, countMax: number): Promise<readonly string[]>;
  /** Those that main has had since it was at `seen`, or at what stands in for that (R3b): none of a side that began before. Null = that cannot be told here. */
  versionsSince(seen: string, path: string, countMax: number): Promise<readonly string[] | null>;
  /** C5a: fetches what this clone began without, of the histories in view. False = there was nothing, and no connection. Throws UNREACHABLE. `isAsked`: a person waits. */
  fetchRest(isAsked?: boolean): Promise<boolean>;
  /** Who changed what below `coordination/` on main, as the last fetch showed it and as far as the clone has it (C5a); no connection. */
  history(question: HistoryQuestion): Promise<MainHistory>;
  /**
   * True when history leads from `older` to `newer`, or they are the same; false also when one of them is not known here. No connection, but where the clone is
   * damaged (C5), or began without what it takes (C5a). Throws UNREACHABLE or LOCAL_STATE where that does not tell: it is no "no".
   */
  follows(older: string, newer: string): Promise<boolean>;
  /** R3b: whether `newer` has a shortened history that still holds `older` as it was, but for what came before it. No connection; throws as `follows`. */
  continues(older: string, newer: string): Promise<boolean>;
  /** Builds the commits in the clone; nobody else sees them; no connection. */
  write(changes: Changes): Promise<readonly RefUpdate[]>;
  /** One connection. Compare-and-swap on every ref. */
  push(updates: readonly RefUpdate[]): Promise<PushReport>;
  /**
   * Creates main at a commit that was seen before, with all that it holds; refused where there is a main. One connection. Where the clone has a part of
   * its history (C5a), main gets that part, and a commit that says so.
   */
  restoreMain(commit: string, said: { readonly message: string; readonly author: string }): Promise<Restored>;
  /** Ends helper processes; the ledger can be used again after it. */
  close(): Promise<void>;
}

/** T: says what a machine that demands signatures believes. */
export interface Believer {
  /** Fails closed: what cannot be checked is not believed, with the reason. The same snapshot gives the same object. */
  believe(snapshot: Snapshot, trees: Trees): Promise<Believed>;
  /** T5.3: throws LOCAL_STATE where it cannot be read what this machine signed last: then nobody knows which documents are its own. */
  mustKnowOwnWord(): void;
}

/** T5, T8: signs a lane and claims with the key of this machine. */
export interface LaneSealer {
  /** `trailer`: what follows the trailers of its message; `ids`: of all its documents, by path. */
  seal(lane: LaneChange, ids: Files): { readonly seal: string; readonly trailer: string };
  /** The message of a claim, with its signature. */
  sealClaim(name: string, message: string, lane: LaneChange): string;
}

export interface RunSpec {
  /** Names the run's folder; unique for each start: `hello-1.1-<nonce>`. */
  readonly key: string;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
  readonly command: Command;
  /** O14: what its command is to send; it reads that in the spec. Absent = it is no call. */
  readonly call?: CallRequest;
  /** O15: the same of an order for an agent. */
  readonly agent?: AgentRequest;
  /** O16: where it works; its watchdog has that made before it, and looked after behind it. */
  readonly workspace?: WorkspaceRequest;
  /** A1, A4: what has its watchdog take its files, and get those of earlier orders. */
  readonly artifacts?: ArtifactsRequest;
  /** A4: files of earlier orders; absent = nothing. */
  readonly files?: readonly HandedFiles[];
  readonly check: Command | null;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment of the run but COORD_OUTPUT, COORD_PROGRESS and COORD_RESULTS, which the runner adds. */
  readonly env: Readonly<Record<string, string>>;
  /** O7: what earlier orders put out, for COORD_RESULTS; absent = nothing. */
  readonly results?: readonly HandedResult[];
  /** Command and check together. */
  readonly timeoutMs: number;
  /** O5: its first lease; null = it needs none. */
  readonly lease: RunLease | null;
}

export interface Runner {
  /**
   * Resolves when the watchdog has taken the run over; the run goes on whatever becomes of this process. With a lease that is over, or of another
   * start of the computer, it throws a CoordError and the run never begins (O5).
   */
  start(spec: RunSpec): Promise<void>;
  /**
   * Renews the lease of a run, once a later lane push is known to be accepted (O5). Changes nothing, and does not throw, where the lease
   * is over already, where this one is older, and where the run has none, has ended or is not known.
   */
  extend(key: string, lease: RunLease): Promise<void>;
  /** Settles what became of a run. `hasBegun`: it is known to have, so that one whose folder is gone is ended and `interrupted`. */
  look(key: string, hasBegun?: boolean): Promise<RunSight>;
  /** Leaves a lasting request; the watchdog obeys within a second. */
  stop(key: string, reason: StopReason): Promise<void>;
  /** Resolves when one of these runs has ended (true), or after the time or when told to give up (false). No clock tells which: a timer may be early. */
  untilOneEnds(keys: readonly string[], timeoutMs: number, giveUp?: AbortSignal): Promise<boolean>;
  /** How far it says that it is (O17); null = it says nothing. */
  progress(key: string): RunProgress | null;
  /** Forgets the folder of a run that ended and was reported. Said again, it changes nothing. */
  discard(key: string): Promise<void>;
  /** The folders of reported runs that are kept, and how many at most; in bytes on the disk. */
  kept(): KeptRuns;
}

export interface KeptRuns {
  readonly count: number;
  readonly bytes: number;
  readonly countMax: number;
  readonly bytesMax: number;
}

export interface Journal {
  /** Null = this machine has none yet. */
  load(): Promise<JournalState | null>;
  /** On disk and fsynced when it resolves; a crash leaves the old or the new state, never a mixture. */
  save(state: JournalState): Promise<void>;
  /** Edits in the outbox, oldest first. Safe without the cycle's lock. */
  intentions(): Promise<readonly Intention[]>;
  /** Messages to be sent and readings to be told, oldest first; in the same outbox. */
  mail(): Promise<readonly MailIntention[]>;
  /** In their order, as far as the disk takes them. What is there under an id stays as it is. */
  record(...intentions: readonly (Intention | MailIntention)[]): Promise<void>;
  settle(...ids: readonly string[]): Promise<void>;
}

/** Outlines of specs, or their faults, that an earlier process parsed, by their path and the id of their content: specs are many and long, and a process that has just started knows none. */
export interface SpecShelf {
  /** Nothing of it is damaged, or of another program. */
  load(): ReadonlyMap<string, ParsedOutline>;
  /** It may be lost. */
  save(outlines: ReadonlyMap<string, ParsedOutline>): void;
}

/** The boxes of the programs of this machine. */
export interface ProgramBoxes {
  /**
   * Puts a message of the ledger there (M8); on disk when it resolves, and said again, also in a later process, it changes nothing.
   * False = it is not there: no such program here, or its box is full or cannot be used.
   */
  handOver(message: LedgerMessage): Promise<boolean>;
  /** The journal has it that messages were handed over up to here, by source: none of them is said again. */
  settled(upTo: Readonly<Record<string, number>>): Promise<void>;
}

/** What a daemon lets those know that live beside its loop: the supervisor of local services, the local API, the bell. */
export interface DaemonHandle {
  /** A line of the daemon's log. */
  log(text: string): void;
  /** Have the loop look now at what lies here; it syncs where there is news. */
  wake(): void;
  /** Have the loop look at the remote soon. While that fails, it goes by its own pace. */
  look(): void;
  /** H3: whether somebody tells this machine of news at once. While that is so, it looks less often by itself. */
  told(isTold: boolean): void;
  /** Called after every sync; returns what ends that. */
  onSynced(listener: () => void): () => void;
}

/** Lives as long as a daemon does. It never throws once it runs; one that cannot start says why, and the daemon goes on without it. */
export interface Companion {
  /** For the log: `the local API`. */
  readonly name: string;
  start(daemon: DaemonHandle): Promise<{ end(): Promise<void> }>;
}

/** A2: the files here that travel, as the ref of this machine holds them. */
export interface ArtifactRef {
  /**
   * Brings the ref up to date where it is not, without what ended before `beforeMs`; what the remote refuses is tried again later, and throws nothing.
   * Returns when the last pushes of it were made, by whichever process of this machine, in epoch milliseconds (H2). `ended`: runs of this machine.
   */
  publish(beforeMs: number, nowMs: number, hub: HubSight, ended: readonly EndedRun[]): Promise<readonly number[]>;
}

/** Wakes computers in the networks that this one is in. */
export interface Waker {
  /** What it would take to wake this one, as it is now. */
  here(): Wakeable;
  /** Into the networks that both are in, as far as is known. Throws a CoordError where nothing could be sent; whether anybody woke is not known. */
  wake(sleeper: Wakeable): Promise<void>;
}

export interface Clock {
  now(): Instant;
}

export interface Random {
  /** Random UUID, version 4. */
  uuid(): string;
  /** In [0, 1). */
  fraction(): number;
}
