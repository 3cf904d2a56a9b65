// Defines what doctor asks of git and of the remote. Each answer is a value, also where nothing answered; only what is named repair
// repairs. Each limit is for one connection.
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { Identity } from '../../system/fleet/identity-file.ts';

/** A fleet folder's remote, asked with somebody's environment. */
export interface RemotePlace {
  /** `.coord/`. */
  readonly state: string;
  readonly url: string;
  readonly person: NodeJS.ProcessEnv;
}

export type RefsSight =
  | { readonly kind: 'listed'; readonly refs: ReadonlyMap<string, string>; readonly head: string | null }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

type WriteSight =
  | { readonly kind: 'accepted'; readonly ref: string; readonly deleted: boolean }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

export type StrangerSight =
  | { readonly kind: 'no way' }
  | { readonly kind: 'readable' | 'closed'; readonly address: string }
  | { readonly kind: 'unclear'; readonly address: string; readonly trouble: Trouble };

export type CloneSight =
  | { readonly kind: 'none' }
  | { readonly kind: 'sound'; readonly looked: 'objects' | 'connections' }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'unknown' };

interface Lanes {
  /** Lane commits by machine number, where this fleet keeps them. */
  readonly here: ReadonlyMap<number, string>;
  /** Numbers of the lanes that are in the other namespace (R4), where this fleet does not look. */
  readonly elsewhere: readonly number[];
}

/** How much there is of the repo's history, as far as this clone can tell. */
export interface HistorySight {
  /** Of all that its branches, lanes and claims lead to, as it is packed in the clone, with what that had and has given up (C5a). */
  readonly bytes: number;
  /** C5a: the clone has the newest part alone. */
  readonly isPart: boolean;
}

/** As `git --version` says it; null = there is none; `fails`: what is there says this instead. */
export type GitSight = string | null | { readonly fails: string };

/** Of one examination. */
export interface Examiner {
  /** Found with this PATH; one that has the same folders in the same order is asked once. */
  gitVersion(path: string): Promise<GitSight>;
  /** One connection. */
  refs(place: RemotePlace, timeoutMs: number): Promise<RefsSight>;
  /** Whether the person's git settings are others than those that were taken over. */
  haveSettingsChanged(place: RemotePlace): Promise<boolean>;
  /** Two connections at most: with those of before, and then with those of now, which stay where they alone are answered. Call under the cycle's lock. */
  trySettings(place: RemotePlace, timeoutMs: number): Promise<RefsSight>;
  lanesIn(refs: ReadonlyMap<string, string>, namespace: Identity['namespace']): Lanes;
  /** Two connections: pushes a ref of its own and deletes it again. */
  mayWrite(
    place: RemotePlace,
    namespace: Identity['namespace'],
    format: 'sha1' | 'sha256',
    timeoutMs: number,
  ): Promise<WriteSight>;
  /** One connection, without any login. */
  readAsStranger(place: RemotePlace, timeoutMs: number): Promise<StrangerSight>;
  /** The hub's folder where the remote lies on a disk of this computer; else null. */
  hubFolder(url: string): string | null;
  /** Git's lock files that are older than the time (epoch milliseconds). */
  locksIn(gitDir: string, untilMs: number): Promise<readonly string[]>;
  /** No connection; at most twice the limit. */
  clone(place: RemotePlace, timeoutMs: number): Promise<CloneSight>;
  cloneFolder(state: string): string;
  history(place: RemotePlace, timeoutMs: number): Promise<HistorySight>;
  /** Call under the cycle's lock. */
  clearCloneLocks(state: string): Promise<number>;
  /** Call under the cycle's lock. The next sync clones anew. */
  moveCloneAside(state: string): Promise<void>;
}
