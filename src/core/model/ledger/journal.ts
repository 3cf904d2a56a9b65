// The journal's state: what this machine intends and has done, apart from the outbox. Survives everything but the disk.
import type { Emergency } from '../machines/emergency.ts';
import type { Instant } from '../machines/instant.ts';
import type { LocalPause } from '../machines/pause.ts';
import type { Spent } from '../machines/spending.ts';
import type { HandedUpTo } from '../messages/bus.ts';
import type { MailState } from '../messages/mail.ts';
import type { Reader } from '../messages/message.ts';
import type { ClaimTerms, OwnClaim } from '../orders/claim.ts';
import type { EndedRun, OlderRun, RunName, StopReason } from '../orders/run.ts';
import type { TriggerSeen } from '../orders/trigger.ts';
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
  /** O9: its watchdog has taken it over, so that it began, whatever becomes of its folder. Absent = nobody knows. */
  readonly begun?: true;
  /** Terms of the claim that it was started by; absent = an order for one machine or all. */
  readonly claim?: ClaimTerms;
  /** Mark of the work (O8b). */
  readonly work?: string | undefined;
  /** O14: the local service that it calls; absent = it is no call. */
  readonly program?: string;
  /** O15: the agent that does it; absent = none. */
  readonly agent?: string;
  /** O19: triggers that waited for its end as it began, as `id@generation`; absent = none. */
  readonly watched?: readonly string[] | undefined;
}

/** `main`: people's documents, and the board by default; `board`: the branch of F4. */
export type BoardTarget = 'main' | 'board';

/** With the words of the host. */
interface BoardRefused extends Refusal {
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

interface TimesRefused {
  readonly times: number;
  readonly at: Instant;
  readonly detail: string;
}

/** D4: versions of one document, by the ids of their contents. */
export interface SeenVersions {
  /** The versions that were in force at the last look, newest first; different settings may come from different versions. */
  readonly good: readonly string[];
  /** Versions in main's history that cannot be read at all, and are not parsed again. */
  readonly bad: readonly string[];
  /** The main up to which all was looked at; absent = a version of coord that did not note it looked last. */
  readonly main?: string | undefined;
}

/** R5: edits that one push carried and that may have landed. */
export interface SentEdits {
  /** The commit of main that it brought; absent = not noted: nobody can tell. */
  readonly commit?: string;
  /** The main that it was built on; absent likewise. */
  readonly base?: string;
  readonly intentions: readonly string[];
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
  /** T5: what these are signed with, as far as they are, oldest first; absent = none is. */
  readonly seals?: readonly string[];
  /** The last lane push known to be accepted: START of that push (O5, H1). */
  readonly accepted: { readonly commit: string; readonly at: Instant; readonly beat?: number } | null;
  /** The last lane push that was sent and not answered yet: a fetch that shows it makes it the accepted one (R5). */
  readonly tried: {
    readonly commit: string;
    readonly at: Instant;
    /** Of that lane commit; absent = it is not signed. */
    readonly beat?: number;
    /** H2: the push period that it measures once it is accepted; null or absent = none. */
    readonly gapMs?: number | null;
  } | null;
  /** Milliseconds between the last syncs that pushed, oldest first (H2). */
  readonly pushGapsMs: readonly number[];
  /** When this machine's last pushes were made, by any of its processes, in epoch milliseconds, oldest first (H2). */
  readonly pushTimes: readonly number[];
  readonly active: readonly ActiveRun[];
  /** Keys of runs that left `active`, and whose folders may not be discarded yet (O9). */
  readonly undiscarded: readonly string[];
  /** Claims that this machine wants or holds and has not started yet (O2). */
  readonly claims: readonly OwnClaim[];
  /** How often the host refused to delete a claim of this machine that still stands, by name (O2a); 3 = and its end was told. */
  readonly deletionsRefused: Readonly<Record<string, number>>;
  /** O2b: claims that the host refused and that nobody holds, by name: how often, when last, and in its words. Absent = none. */
  readonly claimsRefused?: Readonly<Record<string, TimesRefused>>;
  /** O9.10: starts that failed here and whose pause may go on, by claim name: how often, when last, and why. Absent = none. */
  readonly startsRefused?: Readonly<Record<string, TimesRefused>>;
  /** Since when an attempt waits here for its rank (O3) or the pause between attempts, by claim name. */
  readonly dueSince: Readonly<Record<string, Instant>>;
  /** By the id of the template. */
  readonly schedules: Readonly<Record<string, ScheduleSeen>>;
  /** O19: by the id of the template. Absent = none. */
  readonly triggers?: Readonly<Record<string, TriggerSeen>>;
  readonly ended: readonly EndedRun[];
  /** Runs that left `ended` and do not stand in the ledger's history yet. */
  readonly movedRuns: readonly EndedRun[];
  /** The newest run of each order whose full record left `ended` (O8). */
  readonly older: readonly OlderRun[];
  /** O8: remembered orders that ORDERS.json does not list, and since when, ISO 8601 UTC. */
  readonly unlisted: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  /** D11: the ORDERS.json that orders are archived from once a day has passed: its id, and since when, ISO 8601 UTC. Absent = none. */
  readonly archiveFrom?: { readonly orders: string; readonly at: string };
  /** R3b: what fleet.yaml announces of the history. Absent = nothing. */
  readonly announced?: {
    readonly compactAt: string;
    readonly keepMs: number | null;
    /** Since when this machine knows of it, ISO 8601 UTC. */
    readonly at: string;
    /** The own lane as it was then: while it stands, nobody knows that this machine has seen it. Null = there was none, or it told that. */
    readonly unsaid: string | null;
  };
  /** O21: what runs of agents have cost here. Absent = nothing. */
  readonly spent?: Spent;
  /** What sits between the notes marks of this machine's document. */
  readonly notes: string;
  /** Hashes of earlier notes of this machine, which the board may still show. */
  readonly notesSaid: readonly string[];
  /** O4: each other lane's commit and beat, and when this machine first saw it, by its own clocks. */
  readonly observed: Readonly<Record<number, { readonly commit: string; readonly beat: number; readonly at: Instant }>>;
  /** R8: machines that have counted here, in the order in which they first counted: they count before others that the board does not count. */
  readonly admitted: readonly number[];
  /** D4: the versions from which a document that decides is read while its present version cannot be read, by path. */
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
  /** R1a: since when the host refuses refs beside the lane, which ones, and when they were last tried. */
  readonly boardRefused: BoardRefused | null;
  /** How often each was refused on one base: a stale base moves, a policy does not (R1a, R2). */
  readonly refusedOn: Readonly<Partial<Record<BoardTarget, { readonly base: string | null; readonly times: number }>>>;
  /** R5: the edits of the last push; null = it carried none, or main shows what became of them. */
  readonly sentEdits: SentEdits | null;
  /** R5: those of earlier pushes that were not answered, newest last. Absent = none. */
  readonly sentBefore?: readonly SentEdits[];
  /** R5.3: commits of unanswered pushes that git was too slow to look for. Absent = none. */
  readonly slowCommits?: Readonly<Record<string, { readonly times: number; readonly at: Instant }>>;
  /** D5: edits of this machine's people that could not be applied, newest last. */
  readonly lostEdits: readonly { readonly id: string; readonly at: string; readonly edit: PersonEdit; readonly reason: string }[];
  /** Messages: what this machine wrote, and how far it has read. */
  readonly mail: MailState;
  /** M8: by source. */
  readonly handed: Readonly<Record<string, HandedUpTo>>;
  /** I4: the machine is to leave, and since when. Nothing starts. `stop`: runs are stopped; `landed`: LEFT and the whole outbox are on the remote. */
  readonly leaving: {
    readonly since: string;
    readonly stop: boolean;
    readonly landed: boolean;
    /** Messages that were dropped because their log had no room, by reader. Absent = none. */
    readonly unsent?: Readonly<Record<Reader, number>>;
  } | null;
  /** The owner's pause; a pause by fleet.yaml is not here. */
  readonly pause: LocalPause | null;
  /** M6: stands until somebody says that it is over. */
  readonly emergency: Emergency | null;
  /** M6: urgent messages that wait in the outbox for room in their log, and have made their emergency already. Absent = none. */
  readonly called?: readonly string[] | undefined;
  /** R3a: the last main that a fetch has shown this machine; null = none yet. */
  readonly main: string | null;
  /** R3a, C4a: the last main that this machine pushed itself, in a push that was accepted; null = none, or a fetch has shown it since. */
  readonly pushedMain: string | null;
  /** The lane commit of that push; absent = it is not known. */
  readonly pushedMainLane?: string;
  /** Main does not lead on from there: what it is instead (null = gone), and since when. Nothing starts and nothing is pushed while it stands. */
  readonly rewritten: { readonly found: string | null; readonly since: string } | null;
  /** R3: a lane commit that somebody else wrote as me. Nothing starts and nothing is pushed while it stands. */
  readonly duplicate: string | null;
}
