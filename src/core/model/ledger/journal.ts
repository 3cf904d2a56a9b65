// The journal's state: what this machine intends and has done, apart from the outbox. Survives everything but the disk.
import type { Emergency } from '../machines/emergency.ts';
import type { Instant } from '../machines/instant.ts';
import type { LocalPause } from '../machines/pause.ts';
import type { WakeNotes } from '../machines/waking.ts';
import type { HandedUpTo } from '../messages/bus.ts';
import type { OwnHandOff } from '../messages/hand-off.ts';
import type { MailState } from '../messages/mail.ts';
import type { ClaimTerms, OwnClaim } from '../orders/claim.ts';
import type { EndedRun, OlderRun, RunName, StopReason } from '../orders/run.ts';
import type { PersonEdit } from './intention.ts';
import type { Refusal } from './push.ts';

/** A run that was started and whose end is not recorded yet. Saved before the spawn (O9). */
export interface ActiveRun extends RunName {
  /** Names the run's folder. */
  readonly key: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** Set once a stop was asked for. */
  readonly stop: StopReason | null;
  /** Of the claim that it was started by; absent = an order for one machine or all. */
  readonly claim?: ClaimTerms;
  /** Mark of the work (O8b). */
  readonly work?: string | undefined;
  /** O14: the local program that it calls; absent = it is no call. */
  readonly program?: string;
  /** O15: the agent that does it; absent = it is none's. */
  readonly agent?: string;
}

/** `main`: people's documents, and the board where nothing else is said; `board`: the branch of F4. */
export type BoardTarget = 'main' | 'board';

/** With the words of the host. */
export interface BoardRefused extends Refusal {
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly triedAt: Instant;
  readonly targets: readonly BoardTarget[];
}

/** What this machine knows of one schedule (core/decide/schedules-seen.ts). */
export interface ScheduleSeen {
  /** Its zone and line; empty = it is cancelled. */
  readonly of: string;
  readonly generation: number;
  /** Occurrences up to then are not made here; by this machine's own clock. */
  readonly sinceMs: number;
}

export interface ClaimRefused {
  readonly times: number;
  readonly at: Instant;
  readonly detail: string;
}

/** D4: versions of one document, by the ids of their contents. */
export interface SeenVersions {
  /** What was in force when it was last looked at, newest first; a setting may stand in an older version than another. */
  readonly good: readonly string[];
  /** Those of main's history that cannot be read at all: nobody has to parse them again. */
  readonly bad: readonly string[];
}

export interface JournalState {
  readonly version: 1;
  readonly machine: number;
  /** Of this state folder. */
  readonly instance: string;
  /** R3: UUID of the computer that this folder is a machine on; null = not noted yet. */
  readonly computer: string | null;
  readonly seq: number;
  /** ISO 8601 UTC, when seq last moved. */
  readonly updated: string;
  readonly beat: number;
  /** Lane commits that this machine pushed or tried to push, oldest first (R3). */
  readonly pushed: readonly string[];
  /** The last lane push known to be accepted: START of that push (O5, H1). */
  readonly accepted: { readonly commit: string; readonly at: Instant } | null;
  /** The last lane push that was sent and not answered yet: a fetch that shows it makes it the accepted one (R5). */
  readonly tried: {
    readonly commit: string;
    readonly at: Instant;
    /** H2: what it measures of this machine's period once it is accepted; null or absent = nothing. */
    readonly gapMs?: number | null;
  } | null;
  /** Milliseconds between the last syncs that pushed, oldest first (H2). */
  readonly pushGapsMs: readonly number[];
  /** When each of the last pushes was made, by whichever process of this machine, in epoch milliseconds, oldest first (H2). */
  readonly pushTimes: readonly number[];
  readonly active: readonly ActiveRun[];
  /** Keys of runs that left `active` and whose folders are perhaps not discarded yet (O9). */
  readonly undiscarded: readonly string[];
  /** Claims that this machine wants or holds and has not started yet (O2). */
  readonly claims: readonly OwnClaim[];
  /** How often the host refused to delete a claim of this machine that still stands, by name (O2a). */
  readonly deletionsRefused: Readonly<Record<string, number>>;
  /** O2b: claims that the host refused and that nobody holds, by name: how often, when last, and in its words. Absent = none. */
  readonly claimsRefused?: Readonly<Record<string, ClaimRefused>>;
  /** Since when an attempt could have been started here and waits, by claim name: for its rank (O3), or for the pause between attempts. */
  readonly dueSince: Readonly<Record<string, Instant>>;
  /** By the id of the template. */
  readonly schedules: Readonly<Record<string, ScheduleSeen>>;
  readonly ended: readonly EndedRun[];
  /** Left `ended`, and not yet to be seen in the history documents of the ledger. */
  readonly movedRuns: readonly EndedRun[];
  /** The newest run of each order whose full record left `ended` (O8). */
  readonly older: readonly OlderRun[];
  /** O8: remembered orders that ORDERS.json does not list, and since when, ISO 8601 UTC. */
  readonly unlisted: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  /** What sits between the notes marks of this machine's document. */
  readonly notes: string;
  /** Hashes of the notes that this machine said before, and that the board may still show. */
  readonly notesSaid: readonly string[];
  /** O4: each other lane's commit and beat, and when this machine first saw it, by its own clocks. */
  readonly observed: Readonly<Record<number, { readonly commit: string; readonly beat: number; readonly at: Instant }>>;
  /** R8: machines that counted here, in the order in which they came to: they count before others. */
  readonly admitted: readonly number[];
  /** D4: by path, what a document of people that decides is read from where its present version cannot be read. */
  readonly versions: Readonly<Record<string, SeenVersions>>;
  /** O4: since when every look at the remote has failed; null = the last one was answered. */
  readonly unheardSince: Instant | null;
  /** F1: the newest commit of main, where a person made it and no machine has answered it, and when this machine first saw it. */
  readonly unanswered: { readonly commit: string; readonly at: Instant } | null;
  /** F3: last-seen times written at the last checkpoint, ISO 8601 UTC. */
  readonly seen: Readonly<Record<number, string>>;
  readonly checkpointAt: Instant | null;
  /** F3: hash of the facts of others that the last checkpoint saw. */
  readonly checkpointOf: string | null;
  /** F4: the branch that fleet.yaml named when it was last read. */
  readonly board: string | null;
  /** R1a: since when the host refuses what I write beside my lane, which of it, and when it was last tried. */
  readonly boardRefused: BoardRefused | null;
  /** How often each was refused on one base: a stale base moves, a policy does not (R1a, R2). */
  readonly refusedOn: Readonly<Partial<Record<BoardTarget, { readonly base: string | null; readonly times: number }>>>;
  /** R5: edits that were sent and not known to have landed: the last versions of ORDERS.json before them, newest first, and after. */
  readonly sentEdits: {
    /** The document that tells; absent = ORDERS.json. */
    readonly path?: string;
    readonly before: readonly string[];
    readonly after: string;
    readonly intentions: readonly string[];
  } | null;
  /** D5: edits of this machine's people that could not be applied, newest last. */
  readonly lostEdits: readonly { readonly id: string; readonly at: string; readonly edit: PersonEdit; readonly reason: string }[];
  /** Messages: what this machine wrote, and how far it has read. */
  readonly mail: MailState;
  /** D9: newest first. */
  readonly handOffs: readonly OwnHandOff[];
  /** M8: by source. */
  readonly handed: Readonly<Record<string, HandedUpTo>>;
  /** I4: asked to leave, and since when. Nothing starts; `stop`: what runs is stopped; `landed`: LEFT is on the remote, and all that was to be said. */
  readonly leaving: { readonly since: string; readonly stop: boolean; readonly landed: boolean } | null;
  /** Its owner's word that nothing new starts here; what fleet.yaml says stands there. */
  readonly pause: LocalPause | null;
  /** M6: stands until it is said to be over. */
  readonly emergency: Emergency | null;
  /** W3, W4: machines that are to be woken, and packets that went out. */
  readonly wakes: WakeNotes;
  /** R3a: the last main that a fetch has shown this machine; null = none yet. */
  readonly main: string | null;
  /** R3a: the last main that this machine pushed itself, in a push that was accepted; null = none yet. */
  readonly pushedMain: string | null;
  /** Main does not lead on from there: what it is instead (null = gone), and since when. Nothing starts and nothing is pushed while it stands. */
  readonly rewritten: { readonly found: string | null; readonly since: string } | null;
  /** R3: a lane commit that somebody else wrote as me. Nothing starts and nothing is pushed while it stands. */
  readonly duplicate: string | null;
}
