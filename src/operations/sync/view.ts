// Reads `.coord/view.json`, which the cycle leaves for `coord status`: STATUS.json's shape, with `self` and `sync` added.
import { statSync } from 'node:fs';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import type { EditWait, PersonEdit } from '../../core/model/ledger/intention.ts';
import type { Refusal, Trouble, TroubleCode } from '../../core/model/ledger/push.ts';
import type { OddRef } from '../../core/model/ledger/trees.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import type { HaltSync } from '../../core/status/halt-words.ts';
import { CoordError } from '../../errors.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import { jsonIn, textIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { withoutTold } from './edit-rejections.ts';

/** Raised when a field is added or changes its meaning: a view is never read by another version. */
export const VIEW_FORM = 18;

export interface View extends StatusDocument {
  readonly form: typeof VIEW_FORM;
  readonly self: {
    /** As fleet.yaml has it; null = nobody gave it one. */
    readonly fleet: string | null;
    readonly machine: number;
    readonly name: string;
    readonly allows: readonly string[];
    /** O10.10: why nothing may run here, whatever the policy allows. Absent = it is as its owner wrote it. */
    readonly policyProblem?: string;
    /** T: it demands signatures. Absent = it does not. */
    readonly signed?: true;
    /** Messages that nobody has read here. */
    readonly unread: number;
    /** M6: the urgent ones of those, by the first line of each; 0 = people. */
    readonly urgent: readonly { readonly from: number; readonly name: string; readonly what: string }[];
    readonly remote: string;
    readonly folder: string;
  };
  readonly sync: SyncState;
}

export interface SyncState extends HaltSync {
  /** ISO 8601 UTC; null = what is shown is what the remote had at the last sync. */
  readonly unsyncedSince: string | null;
  readonly trouble: Trouble | null;
  /** The host refuses what this machine says, or gives no answer to it, and shows it what others do; absent = that is not so. */
  readonly laneRefused?: true;
  /** Edits of people here that main does not show yet. */
  readonly pendingEdits: readonly PersonEdit[];
  /** What of them does not go with the next sync that can, and why, by the name under which each was recorded. */
  readonly editsWait: Readonly<Record<string, EditWait>>;
  /** Those that main did not admit, and nobody was told of yet. */
  readonly lostEdits: readonly { readonly id: string; readonly at: string; readonly edit: PersonEdit; readonly reason: string }[];
  readonly boardRefused: (Refusal & { readonly since: string }) | null;
  /** With the time since when. */
  readonly rewritten: { readonly from: string; readonly found: string | null; readonly since: string } | null;
  /** R7: refs that say nothing, the first of them by name; absent = none. */
  readonly oddRefs?: { readonly named: readonly OddRef[]; readonly count: number };
  /** R3b: when the history is to be shortened, and how much stays; absent = nobody means to. */
  readonly shortening?: Pick<FleetSettings, 'compactAt' | 'keepHistoryMs'>;
  /** T9: what this machine sees of a host that does not show everybody the same; absent = nothing. */
  readonly distrust?: readonly string[];
  /** D4b: parts of its last sync that coord tripped over, each with why; absent = none. */
  readonly mishaps?: readonly string[];
  /** When this machine last saw each other machine's lane move, by its own clock, ISO 8601 UTC. */
  readonly lastHeard: Readonly<Record<string, string>>;
  /** H1: machines that come about once a heartbeat, so that something syncs them by itself; absent = none. */
  readonly regular?: readonly number[];
  /** Files of people that were saved in the projection here and were not taken from there, and why. */
  readonly notTaken: readonly { readonly path: string; readonly why: string }[];
  /** Documents of the board that have no place in the folder here, because of what stands there, such as a file where a folder would. */
  readonly notShown?: readonly string[];
  /** D5.13: files of the outbox that were damaged and lie there under another name; absent = none. */
  readonly setAside?: readonly string[];
  /** The same of those that this user may not read. */
  readonly closed?: readonly string[];
  /** H2: what this machine has to say waits until then for its share of the host's pushes, ISO 8601 UTC; null = nothing waits. */
  readonly heldUntil: string | null;
}

/**
 * Null where there is none, or none that this version can show: the next sync leaves one. `view`: as the file has it, if that is known already.
 */
export function readView(folder: FleetFolder, view: View | null = viewIn(viewText(folder))): View | null {
  if (view === null) return null;
  const { self, sync } = view;
  const refusals = sync?.lostEdits ?? [];
  return {
    ...view,
    self: selfSince(self, allowedSince(folder)),
    ...(refusals.length === 0 ? {} : { sync: { ...sync, lostEdits: withoutTold(folder, refusals) } }),
  };
}

/** T5.6: why this machine does not go by what that one says; null = it does, or nothing says so. Documents may be there of a machine that is none. */
export function doubtOf(view: Pick<View, 'machines' | 'self'> | null, machine: number | null | undefined): string | null {
  // 0: people.
  if (view === null || machine == null || machine === 0) return null;
  const shown = view.machines[String(machine)];
  return shown === undefined && view.self.signed === true ? 'no such machine counts here' : (shown?.doubted ?? null);
}

/** Throws where there is none. */
export function syncedView(folder: FleetFolder): View {
  const view = readView(folder);
  if (view !== null) return view;
  const what =
    viewText(folder) === null
      ? `${folder.root} has never synced`
      : `${folder.view} cannot be read: it is damaged, or another version of coord wrote it`;
  throw new CoordError('LOCAL_STATE', what, 'coord sync');
}

/** Whatever was allowed since, in a policy that could be read (O10.11). */
function selfSince(self: View['self'], allows: readonly string[] | null): View['self'] {
  if (allows === null) return { ...self, allows: self?.allows ?? [] };
  const { policyProblem: _over, ...rest } = { ...self };
  return { ...rest, allows };
}

/** O10: what the owner allows counts from now on, and is shown before the next sync looks at it. */
export function noteAllowed(folder: FleetFolder, allows: readonly string[]): void {
  writeWhole(folder.allowed, JSON.stringify(allows));
}

/** Null = the view was left after it, or nothing was. The policy itself is YAML, whose parser takes longer than all the rest. */
function allowedSince(folder: FleetFolder): readonly string[] | null {
  const [noted, left] = [folder.allowed, folder.view].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
  if (noted === undefined || left === undefined || noted < left) return null;
  const allows = jsonIn(folder.allowed);
  return Array.isArray(allows) ? allows.filter((kind) => typeof kind === 'string') : null;
}

export function viewText(folder: Pick<FleetFolder, 'view'>): string | null {
  return textIn(folder.view);
}

export function viewIn(text: string | null): View | null {
  try {
    const view = text === null ? null : (JSON.parse(text) as View);
    return view?.form === VIEW_FORM ? view : null;
  } catch {
    return null;
  }
}

/** H2: `until` as the view has it. Null = nothing waits, or its turn has come. */
export function heldSentence(until: string | null, nowMs: number): string | null {
  const inS = until === null ? 0 : Math.ceil((Date.parse(until) - nowMs) / 1000);
  if (until === null || inS <= 0) return null;
  return `next push in ${inS} s (${until.slice(11, 19)} UTC), to stay within pushes_per_minute of fleet.yaml`;
}

/** H2: its turn has come, and no daemon lives here that would take it. Null = that is not so. */
export function unsentSentence(until: string | null, nowMs: number, hasDaemon: boolean): string | null {
  if (hasDaemon || until === null || Date.parse(until) > nowMs) return null;
  return 'this machine has changes to push: coord sync, or coord daemon start';
}

/** The one command that helps where the remote was not reached. */
export function helpFor(code: TroubleCode): string {
  return code === 'DISK' ? 'df -h .' : 'coord doctor';
}

/** What of the folder here is not as the board has it, or was recorded here and cannot be read, a line each. */
export function foldersHereLines({
  notTaken,
  notShown = [],
  setAside = [],
  closed = [],
}: Pick<SyncState, 'notTaken' | 'notShown' | 'setAside' | 'closed'>): readonly string[] {
  return [
    ...notTaken.map(({ path, why }) => `coordination/${path} was edited here and not taken: ${why}`),
    ...notShown.map(
      (path) =>
        `cannot write coordination/${path}: something else has that name (a file, a link, a folder, a name in another case), or the folder is read-only`,
    ),
    ...closed.map((name) => `.coord/outbox/${name} cannot be read by this user: what it recorded here is not sent`),
    ...setAside.map((name) => `.coord/outbox/${name} was damaged and is set aside: what it recorded here is not sent`),
  ];
}
