// A claim (O2): the machine that creates its ref runs that attempt of a shared order. A claim never changes.
import type { RunName } from './run.ts';

/** The terms that a take-over obeys, even if ORDERS.json changes later (O2). */
export interface ClaimTerms {
  /** How often the order is tried at most. */
  readonly attempts: number;
  /** The least time that an observer waits before it calls the holder lost (O4). */
  readonly leaseMs: number;
}

/** A claim of this machine whose run has not started: wanted until a fetch shows it with this nonce. */
export interface OwnClaim extends RunName, ClaimTerms {
  readonly nonce: string;
}

/** A claim as its ref shows it. */
export interface ClaimView extends OwnClaim {
  readonly commit: string;
  /** 0 = nobody knows whose it is. */
  readonly machine: number;
  /** The instance of the holder's state folder. */
  readonly instance: string;
  /** T8: 64 bytes in base64, of whoever wrote it; absent = it has none. */
  readonly signature?: string;
  /** T8: of the lane that was pushed with it; absent = it is not signed, or by an older version. */
  readonly beat?: number;
}

/** `train/1.2`: how the claim's ref ends. */
export function claimName({ order, generation, attempt }: RunName): string {
  return `${order}/${generation}.${attempt}`;
}

/** The order that a claim's name belongs to. */
export function orderOfClaim(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}
