// Defines what operations need of the world. compose.ts makes it.
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { HistoryShortener } from '../../core/model/ledger/shortening.ts';
import type { ParseCache } from '../../machine/reading/parse-cache.ts';
import type { Clock, Companion, Journal, Ledger, Random, Runner } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Identity } from '../../system/fleet/identity-file.ts';
import type { Examiner } from '../doctor/examiner.ts';
import type { Feature } from '../feature.ts';

export interface Adapters {
  readonly ledger: Ledger & HistoryShortener & { packIfNeeded(spareMs: number | null): Promise<boolean> };
  readonly runner: Runner;
  readonly journal: Journal;
}

/** What init and join ask of a remote before this machine has a ledger. */
export interface Remotes {
  /** Throws USAGE for what git should never see. */
  parse(given: string): Promise<{ readonly url: string; readonly display: string }>;
  /** Takes the person's own git settings over (credentials, insteadOf, ssh); returns lines to show, without secrets. */
  importSettings(state: string): Promise<readonly string[]>;
  inspect(state: string, url: string): Promise<RemoteSight>;
  /** R4; throws REFUSED or UNREACHABLE. */
  namespaceFor(state: string, url: string, sight: ReachedRemote): Promise<Identity['namespace']>;
  /** A bare repo on this computer, for a fleet without a host. */
  createHub(path: string): Promise<void>;
}

export interface ReachedRemote {
  readonly kind: 'reached';
  readonly empty: boolean;
  readonly defaultBranch: string;
  readonly lanes: readonly number[];
  readonly namespace: Identity['namespace'] | null;
  readonly objectFormat: 'sha1' | 'sha256';
}

type RemoteSight = ReachedRemote | { readonly kind: 'unreachable'; readonly trouble: Trouble };

export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** coord's folder of this computer: `${COORD_HOME:-~/.coord}`. */
  readonly home: string;
  /** Of coord. */
  readonly version: string;
  /** Differs with every change of the program. */
  readonly build: string;
  /** T6: a person has typed the command, on this terminal: what it records is signed by their key, if the fleet has signatures. */
  readonly isPerson?: true;
  /** T3: an AI agent acts through coord mcp: what it records is signed as such by this machine, if a root person said that it may be. */
  readonly isAgent?: true;
  /** Whoever asked has their answer, and hears no more of what becomes of it: what is refused from now on is for others to tell (D5). */
  readonly wasAnswered?: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** What this process has parsed (C4), by the root of the fleet folder: whatever it does after that parses only what changed. */
  readonly parsed: Map<string, ParseCache>;
  readonly remotes: Remotes;
  /** For doctor. */
  examiner(): Promise<Examiner>;
  open(folder: FleetFolder, identity: Identity): Promise<Adapters>;
  /** What features hand in; the same each time. */
  features(): Promise<readonly Feature[]>;
  /** Starts a process that tells people what they are owed, and does not wait for it. */
  startTeller(folder: FleetFolder): void;
  /** Starts a process that looks for agents, and does not wait for it. */
  startDetector(folder: FleetFolder): void;
  /** The command of a run that is a call (O14). */
  readonly caller: readonly [string, ...string[]];
  /** What lives beside a daemon's loop in this folder. */
  companions(folder: FleetFolder): Promise<readonly Companion[]>;
  /** Called at named points; a test may end the process there. */
  step(name: string): void;
}
