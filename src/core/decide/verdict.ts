// The results of decide: actions of this machine, the verdict on one order, and the whole decision.
import type { Instant } from '../model/machines/instant.ts';
import type { OwnClaim } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import type { StopReason, WaitingOrder } from '../model/orders/run.ts';

export type Action =
  /** `claim`: the confirmed claim of a shared order. `service`: where a call goes. */
  | {
      readonly kind: 'start';
      readonly order: Order;
      readonly attempt: number;
      readonly claim: OwnClaim | null;
      readonly service?: string;
    }
  | { readonly kind: 'claim'; readonly order: Order; readonly attempt: number; readonly service?: string }
  /** A claim that nobody will run: it is deleted. */
  | { readonly kind: 'unclaim'; readonly name: string }
  | { readonly kind: 'stop'; readonly key: string; readonly reason: StopReason };

/** What one order asks of this machine now. */
export type Verdict =
  | Extract<Action, { kind: 'start' | 'claim' | 'unclaim' }>
  /** Reported to everybody. */
  | (Because & { readonly kind: 'waits'; readonly state: WaitingOrder['state']; readonly hold?: true })
  /** Its turn has not come. */
  | { readonly kind: 'later'; readonly name: string; readonly since: Instant; readonly why: Because | null }
  | { readonly kind: 'nothing' };

export interface Decision {
  readonly actions: readonly Action[];
  /** Orders meant for this machine that it does not start now, and why. */
  readonly waiting: readonly WaitingOrder[];
  /** Attempts that wait for their turn, by claim name; kept in the journal. */
  readonly dueSince: Readonly<Record<string, Instant>>;
}
