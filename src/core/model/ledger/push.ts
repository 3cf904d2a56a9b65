// What a machine wants the remote to hold, and the outcome for each ref of a push.

export type TroubleCode =
  | 'NETWORK'
  | 'AUTHENTICATION'
  | 'NOT_FOUND'
  | 'TIMEOUT'
  /** The host asks for fewer requests (429). */
  | 'THROTTLED'
  | 'DISK'
  | 'CLONE'
  | 'UNKNOWN';

/** Why the remote did not answer clearly. The code is a guess from git's wording; no decision about a ref rests on it (R5). */
export interface Trouble {
  readonly code: TroubleCode;
  /** Git's own last words, credentials taken out, one line. */
  readonly message: string;
}

/** New content, or the id of content that a fetched tree holds. */
export type Content = { readonly text: string } | { readonly id: string };

export interface LaneChange {
  readonly machine: number;
  /** The value that this machine last pushed; null = create (I1). */
  readonly expected: string | null;
  /** The main commit in view (R0). */
  readonly parent: string | null;
  /** The whole tree of the lane, keyed by path below `coordination/`. */
  readonly files: ReadonlyMap<string, Content>;
  readonly message: string;
}

export interface BoardChange {
  /** Null = main. */
  readonly branch: string | null;
  /** The commit that is built upon and expected (parent == base); null = create. */
  readonly base: string | null;
  /** Keyed by path below `coordination/`; null deletes. Everything else in the tree is carried along. */
  readonly files: ReadonlyMap<string, Content | null>;
  readonly message: string;
  /** I3: the README.md of the repo itself, where this creates main. Never with a base: no machine writes beside `coordination/` of a repo that has anything. */
  readonly frontPage?: string;
}

/** A claim is created once and never moved; only its holder deletes it (O2). */
export type ClaimChange =
  /**
   * `name`: `<id>/<generation>.<attempt>`; `message`: the whole content of the claim's commit; `over`: the commit that stands there and is no claim
   * (T8), absent = none.
   */
  | { readonly kind: 'create'; readonly name: string; readonly message: string; readonly over?: string }
  | { readonly kind: 'delete'; readonly name: string; readonly commit: string };

export interface Changes {
  readonly lane: LaneChange | null;
  /** One for the board, one for people's documents on main where F4 keeps them apart. */
  readonly boards: readonly BoardChange[];
  /** Absent = none. */
  readonly claims?: readonly ClaimChange[];
}

interface RefMove {
  /** Full name on the remote. */
  readonly ref: string;
  /** Null = the ref must not exist. */
  readonly expected: string | null;
}

/** One ref of a push. `commit` exists in the clone and nowhere else yet; null deletes the ref. */
export type RefUpdate = DocumentsUpdate | ClaimUpdate;

export interface DocumentsUpdate extends RefMove {
  readonly what: 'lane' | 'main' | 'board';
  readonly commit: string;
}

export interface ClaimUpdate extends RefMove {
  readonly what: 'claim';
  /** `<id>/<generation>.<attempt>`. */
  readonly name: string;
  readonly commit: string | null;
}

/** Why a ref was refused, in the words of git or the host, and what fixes it, if known. */
export interface Refusal {
  readonly detail: string;
  readonly hint?: string | undefined;
  /** The ref stood elsewhere than this push began from, and so git did not even ask the host for it. Absent = the host refused it. */
  readonly isStale?: true;
}

/** In one line, for people. */
export function refusalWords({ detail, hint }: Refusal): string {
  return hint === undefined ? detail : `${detail}; try: ${hint}`;
}

/** Where a host takes nothing from a login. */
export const MAY_PUSH_HINT =
  'give this login the right to push: on a host, a deploy key with write access or the role of a writer';

export type RefOutcome = { readonly kind: 'accepted' } | (Refusal & { readonly kind: 'refused' });

/** Each ref is judged alone (R1), keyed by `RefUpdate.ref`; of one that is not there nobody knows (R5). `unknown`: no clear answer, anything may have happened (R5). */
export type PushReport =
  | { readonly kind: 'answered'; readonly refs: ReadonlyMap<string, RefOutcome> }
  | { readonly kind: 'unknown'; readonly trouble: Trouble };

/** `missing`: the commit, or something of it, is not kept here any more. `accepted in part`: with the newest part of its history. */
export type Restored =
  | RefOutcome
  | { readonly kind: 'accepted in part' | 'missing' }
  | { readonly kind: 'unknown'; readonly trouble: Trouble };
