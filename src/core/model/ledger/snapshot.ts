// The snapshot: main, lanes and claims as one fetch showed them, parsed. A value; nothing in it changes.
import type { MachineDocument } from '../machines/machine.ts';
import type { MailView } from '../messages/message.ts';
import type { ClaimView } from '../orders/claim.ts';
import type { OrdersDocument } from '../orders/order.ts';
import type { ResultsDocument } from '../orders/run.ts';
import type { SpecOutline } from '../orders/spec.ts';
import type { TemplateSources } from '../orders/template.ts';
import type { Fault } from '../status/fault.ts';
import type { FleetSettings } from './fleet.ts';
import type { SeenVersions } from './journal.ts';
import type { OddRef } from './trees.ts';

/** Paths below `coordination/` with the id of their content. Equal ids mean equal content. */
export type Files = ReadonlyMap<string, string>;

export interface MachineView {
  readonly document: MachineDocument;
  readonly results: ResultsDocument;
  /** This machine's documents as D2 reads them: from its lane, or from the board where that has a higher seq or there is no lane. */
  readonly files: Files;
  readonly lane: LaneView | null;
  /** The machine's document as it stands on the board, where it can be read. */
  readonly copy?: MachineDocument | undefined;
}

export interface LaneView {
  readonly commit: string;
  /** The main commit that the machine had in view (R0). */
  readonly parent: string | null;
  readonly beat: number;
  /** When that machine wrote it, by its own clock; absent = it is not known. */
  readonly madeMs?: number;
  /** The lane's own documents, whatever the board says. */
  readonly files: Files;
}

/** What one machine says in documents that features add, by the name of each: a feature adds its own here (`declare module`). */
// biome-ignore lint/suspicious/noEmptyInterface: it is empty where no feature adds any
export interface MoreSaid {}

/** The same of all machines, as D2 reads it. */
export type MoreViews = { readonly [Name in keyof MoreSaid]?: ReadonlyMap<number, MoreSaid[Name]> };

/** T9: a machine whose lane names a main that does not belong with the one here. */
export interface Fork {
  readonly machine: number;
  readonly theirs: string;
  readonly mine: string;
}

export interface ToldBefore {
  /** Why it is not believed now. */
  readonly why: string;
  /** Of shared orders: the highest generation that it ran. */
  readonly runs: Readonly<Record<string, number>>;
}

/** T: what a machine that demands signatures believes of a snapshot. */
export interface Believed {
  /** Each order that is not covered is `unbelieved`, and has no word of a person that is not covered. */
  readonly orders: OrdersDocument;
  /** Machines whose words nobody vouches for, and why: what they say lets nothing go, and still holds things back. */
  readonly doubted: ReadonlyMap<number, string>;
  /** T5.5: what machines told that are admitted and not believed now, as they were believed last. Absent = nothing. */
  readonly toldBefore?: ReadonlyMap<number, ToldBefore>;
  /** Machines that the trust names, or that came in by an invitation: whether such a one has left, it alone says. */
  readonly admitted: ReadonlySet<number>;
  /** T4: that show an invitation of the trust, and were not let in here: another machine may have let them in. Absent = nobody. */
  readonly invited?: ReadonlySet<number>;
  /** T8: without those that are none, and with those that believed lanes tell of. */
  readonly claims: Snapshot['claims'];
  readonly forks: readonly Fork[];
  /** T7: ids of entries that anybody may run again. */
  readonly repeatable: ReadonlySet<string>;
  /** Ids of entries and of their steps that are not what somebody signed whom the fleet trusts: nothing that comes after them goes. */
  readonly uncovered: ReadonlySet<string>;
  /** T5: what this machine signed last, where the ledger shows something else as its word. Absent = it shows that. */
  readonly ownFiles?: Files;
  /** T5: of the commit on this machine's own lane. Null = nobody's who has its key: it is replaced. Absent = there is none, or nobody can tell. */
  readonly ownSeal?: string | null;
}

export interface Unread {
  /** What stands there and is no document that can be obeyed, by path: links and files of other modes, any other file, and folders, which end with a slash. */
  readonly at: ReadonlySet<string>;
  /** Folders of which some was not read, by name (D8). */
  readonly cut: ReadonlySet<string>;
}

export interface Snapshot {
  readonly main: {
    /** Null = the remote has no main yet. */
    readonly commit: string | null;
    /** What the branch is called; absent = `MAIN`. */
    readonly name?: string;
    /** The newest commit carries a machine's trailers (R6). */
    readonly byMachine: boolean;
    readonly files: Files;
    /** What no document is written over: nobody knows what it says. `all`: nothing of the folder could be read. Absent = nothing. */
    readonly unread?: Unread | 'all';
  };
  /** Where machines fold: main, or the branch that fleet.yaml names (F4). */
  readonly board: {
    readonly commit: string | null;
    /** The newest commit carries a machine's trailers (R6). */
    readonly byMachine: boolean;
    readonly files: Files;
    /** `sources` of the STATUS.json that stands there (D6). */
    readonly sources: string | null;
    /** D8: the board holds more than was read, so a path that `files` lacks may exist. Absent = no. */
    readonly isCut?: boolean;
  };
  /** In force (D4). */
  readonly orders: OrdersDocument;
  /** False: ORDERS.json is missing or does not parse now; `orders` is the newest that did. Nothing new starts (D4). */
  readonly ordersReadable: boolean;
  readonly fleet: FleetSettings;
  /** O20: what made orders of the entries that take a template; absent = nothing but `fleet`. */
  readonly made?: TemplateSources;
  /** Digests of versions of templates that orders have begun with, and that are to be looked for in main's history. */
  readonly wanted?: readonly string[];
  /** D10: those that can be read, by path; absent = none. */
  readonly specs?: ReadonlyMap<string, SpecOutline>;
  readonly machines: ReadonlyMap<number, MachineView>;
  /** Every lane, also one whose documents nobody can read: its number is taken, and its owner builds on it (R3, I1). */
  readonly lanes: ReadonlyMap<number, LaneView>;
  /** By name, `train/1.2`; also those whose holder is gone. */
  readonly claims: ReadonlyMap<string, ClaimView>;
  /** R8: machines beyond `machines_max`, lowest first. They are in `lanes` only, without files. Absent = none. */
  readonly uncounted?: readonly number[];
  /** R8: what these say of their runs, as far as machines look: none of it runs again elsewhere. Absent = nothing. */
  readonly uncountedRuns?: ReadonlyMap<number, ResultsDocument>;
  /** D4: machines with a document in their lane that cannot be read, so that the board's copy counts. Absent = none. */
  readonly unreadLanes?: readonly number[];
  /** R7: refs that say nothing; absent = none. */
  readonly odd?: readonly OddRef[];
  /** D4: versions of the documents that decide, to be remembered; absent = none were seen. */
  readonly versions?: Readonly<Record<string, SeenVersions>>;
  /** Decisions rest on this, and never the board, which is the same on all machines. Absent = this machine demands no signatures. */
  readonly believed?: Believed;
  readonly mail: MailView;
  readonly more: MoreViews;
  readonly faults: readonly Fault[];
}
