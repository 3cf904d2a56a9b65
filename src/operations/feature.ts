// Defines what a feature adds to what every machine does. The kernel calls features through this alone; features/index.ts lists them.
import type { PersonEdit, PutEdit } from '../core/model/ledger/intention.ts';
import type { TakenBack } from '../core/model/ledger/taken-back.ts';
import type { Self } from '../core/model/machines/self.ts';
import type { BusReport, PostRequest } from '../core/model/messages/bus.ts';
import type { HandOff, HandOffRequest } from '../core/model/messages/hand-off.ts';
import type { AgentAnswer, AgentQuestion, DetectedAgents, FoundAgent, PlainAgent } from '../core/model/orders/agent.ts';
import type { RunWithFiles } from '../core/model/orders/left-files.ts';
import type { Priority } from '../core/model/orders/order.ts';
import type { WaitingOrder } from '../core/model/orders/run.ts';
import type { CycleOutcome } from '../machine/outcome.ts';
import type { ArtifactRef, Believer, Companion, Journal, LaneSealer, Ledger, ProgramBoxes, Waker } from '../ports.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import type { Identity } from '../system/fleet/identity-file.ts';
import type { LocalPolicy } from '../system/policy/placement.ts';
import type { CheckedPlace, CheckOf } from './doctor/check.ts';
import type { NamedMessage } from './messages/mail-files.ts';
import type { SearchEntry } from './search/search-entry.ts';
import type { View } from './sync/view.ts';

export interface Feature {
  readonly name: string;
  /** What `coord doctor` looks at besides. */
  checks?(): Promise<readonly CheckOf<CheckedPlace>[]>;
  /** What a purge of this folder would lose, and what helps; null = nothing. */
  keeps?(folder: FleetFolder): Promise<Kept | null>;
  /** Deletes what this folder put on the remote beside its lane, as it is purged; null = nothing. What keeps it there is told, and never thrown. */
  takeBack?(folder: FleetFolder, identity: Identity): Promise<TakenBack | null>;
  /** Forgets what this computer keeps of the fleet that was in this folder: another one may come there. */
  forget?(folder: FleetFolder): void;
  /** What this machine, which was removed, has on the remote beside its lane; null = nothing, or nobody can tell now. */
  leftBehind?(folder: FleetFolder, identity: Identity, machine: number): Promise<TakenBack | null>;
  /** Takes what people saved in the folder into the outbox; returns why a document was not taken, by its path. Under the cycle's lock. */
  takeSaved?(here: SavedHere): Promise<ReadonlyMap<string, string>>;
  /** What lies here for the next sync to take: a sign for each, that stays the same as long as it does. */
  signs?(folder: FleetFolder, ledger: Pick<Ledger, 'idOf'>): Iterable<string>;
  /** Sends to whomever is meant, a program of this machine among them; `ledger` sends to machines and people. */
  send?<T>(
    folder: FleetFolder,
    request: PostRequest,
    ledger: (letter: SendRequest) => Promise<T>,
  ): Promise<({ readonly kind: 'bus' } & BusReport) | T>;
  /** Records a note for the next worker, which the next sync sends. */
  handOff?(folder: FleetFolder, request: HandOffRequest): Promise<Omit<HandOff, 'at'>>;
  /** What this machine knows of itself besides, from local files alone: asked in each cycle. */
  self?(folder: FleetFolder): Partial<Self>;
  /** T: what says what is believed here; null = this computer's owner demands no signatures. */
  believer?(folder: FleetFolder, policy: LocalPolicy, ledger: Ledger): Believer | null;
  /** T5: what signs the lane here; null = this machine has no key. */
  sealer?(folder: FleetFolder): LaneSealer | null;
  /** T6: signs what a person has just recorded here, by whatever key they have; T3: or an agent. */
  seal?(recorded: Recorded): Promise<Sealed>;
  /** T11: throws REFUSED where this machine demands the word of a person for that, and nobody is here who may say it. */
  vouch?(folder: FleetFolder, vouched: Vouched): Promise<void>;
  /** T4: what stands in the place of an address, where somebody joins; `trust`: the fingerprint that they were told. Throws USAGE. */
  arrival?(word: string, trust: string | null): Promise<Arrival>;
  /** What sends the packets that wake machines. */
  waker?(): Waker;
  /** A2: the ref with files of this machine's runs; null = there are none here. */
  artifactRef?(folder: FleetFolder, identity: Identity): ArtifactRef | null;
  /** The files that runs of orders left. */
  readonly leftFiles?: LeftFiles;
  /** What lives beside a daemon's loop in this folder. */
  companion?(folder: FleetFolder): Promise<Companion>;
  /** Lines of a run elsewhere as they come, until `end`; null = nobody tells them here. They are hints: what is reported is what counts. */
  live?(folder: FleetFolder, asked: LiveRun, heard: (lines: LiveLines) => void): Promise<{ end(): Promise<void> } | null>;
  /** Gets a file that a run left on another machine; `came`: how many of its bytes are here. Null = there is no way to it. */
  bring?(folder: FleetFolder, wanted: WantedFile, came: (bytes: number) => void): Promise<Brought | null>;
  /** What `coord search` looks through besides, from the projection alone. */
  searchable?(folder: FleetFolder): Promise<readonly SearchEntry[]>;
  /** Where the cycle puts messages to them. */
  boxes?(folder: FleetFolder, machine: number): ProgramBoxes;
  /** The AI agents of this computer. */
  readonly agents?: AgentsHere;
  /** Called with the messages to this machine's people, as a cycle left them. */
  inboxLeft?(folder: FleetFolder, messages: readonly NamedMessage[]): void;
  /** Called at the end of each sync that is no dry run. Waits for nobody. */
  afterSync?(folder: FleetFolder, done: SyncDone): void;
}

/** What no order and no program may have done (T11). */
export interface Vouched {
  /** In a few words: `adopt`. */
  readonly act: string;
  /** The machine that it takes out of the fleet. */
  readonly removes?: number;
}

/** T4: how a machine comes into a fleet whose people sign. */
export interface Arrival {
  readonly url: string;
  /** What it is to be called; null = nobody said. */
  readonly name: string | null;
  /**
   * Once it has joined, where nothing is allowed yet. `ask`: shows these lines, and whether a person says yes; null = there is nobody to ask.
   * Returns lines for people; throws where that is not the fleet that was meant: then nothing starts here.
   */
  settle(
    folder: FleetFolder,
    ask: ((lines: readonly string[], question: string) => Promise<boolean>) | null,
  ): Promise<readonly string[]>;
}

export interface LiveRun {
  readonly order: string;
  /** Where it may run. */
  readonly machines: readonly number[];
}

export interface LiveLines {
  readonly machine: number;
  /** Some before these are missing. */
  readonly isCut: boolean;
  /** Lines with their ends, cleaned as a reported tail is. */
  readonly text: string;
}

/** A file by what the result of its run says of it. */
export interface WantedFile {
  /** Who has it. */
  readonly machine: number;
  readonly sha256: string;
  readonly size: number;
  /** Where it is to be written: nothing is there yet. */
  readonly into: string;
}

/**
 * `other`: what came is not what was named. `silent`: that machine said nothing, or no more. `busy`: it gave files to others all the time.
 * `unconnected`: this computer has no way to it now.
 */
export type Brought = 'whole' | 'other' | 'silent' | 'busy' | 'unconnected' | NoFile;

/** `gone`: it is not there any more. `not allowed`: the owner of that machine publishes no files. */
export type NoFile = 'gone' | 'not allowed';

/** Where a file lies. */
export type HeldFile = { readonly path: string } | { readonly none: NoFile };

export interface AgentsHere {
  /** As they were last found. */
  found(): readonly FoundAgent[];
  /** O15: asks each that is found; `env` is what runs get, `plain` what agents.yaml describes. */
  detect(env: Readonly<Record<string, string>>, path: string, plain: ReadonlyMap<string, PlainAgent>): Promise<DetectedAgents>;
  /** Asks one, and waits for its whole answer. */
  ask(question: AgentQuestion): Promise<AgentAnswer>;
}

export interface LeftFiles {
  /** Of each machine the newest run of the order that left some, as of the last sync. Throws NOT_FOUND where none did. */
  of(folder: FleetFolder, order: string): Promise<readonly RunWithFiles[]>;
  /** The first bytes of one, from here or from the ref of its machine. Throws NOT_FOUND for one that does not travel. */
  start(folder: FleetFolder, run: RunWithFiles, sha256: string, bytesMax: number): Promise<Buffer>;
  /** One of this machine's, for another machine. */
  held(folder: FleetFolder, sha256: string): Promise<HeldFile>;
}

/** What a feature shows beside the view of the last sync, from files of this computer alone; features/shown.ts lists them. */
export interface ShownPart {
  readonly name: string;
  /** The file that it is read from: whoever shows it looks again when that changes. */
  path(folder: FleetFolder): string;
  read(folder: FleetFolder): { readonly value: unknown; readonly lines: readonly string[] };
}

export interface SendRequest {
  /** As typed: a number, a name, `all`, or `0` for people. */
  readonly to: string;
  readonly body: string;
  readonly priority: Priority;
}

interface Kept {
  readonly why: string;
  readonly hint: string;
}

export interface Sealed {
  /** They say what was signed. */
  readonly edits: readonly PutEdit[];
  /** What waits for a signature all the same, each with why, for people. */
  readonly unsigned: readonly string[];
}

/** What was recorded with one command, or one call of a tool. */
export interface Recorded {
  readonly by: 'person' | 'agent';
  readonly folder: FleetFolder;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly edits: readonly PersonEdit[];
}

export interface SavedHere {
  readonly folder: FleetFolder;
  readonly ledger: Ledger;
  readonly journal: Journal;
}

export interface SyncDone {
  readonly view: View;
  /** False: the ledger was not seen, and the view says of it what an earlier one said. */
  readonly isFresh: boolean;
  /** Of the orders that have one, by id. */
  readonly types: ReadonlyMap<string, string>;
  /** The kinds of work that this computer's owner allows. */
  readonly allows: readonly string[];
  readonly waiting: readonly WaitingOrder[];
  /** Its cycles whose push was accepted: what others do not know yet. */
  readonly said: readonly CycleOutcome[];
}
