// What STATUS.json says of messages: enough to see who talks to whom, and what waits for people. The logs hold the whole.
import type { Reader, ReceiptState } from '../messages/message.ts';
import type { Priority } from '../orders/order.ts';

export interface StatusMessage {
  readonly from: number;
  readonly to: Reader;
  readonly number: number;
  /** ISO 8601 UTC, of the sender. */
  readonly at: string;
  readonly priority: Priority;
  readonly state: ReceiptState;
  /** The beginning of the body. */
  readonly text: string;
}

export interface StatusMessages {
  /** The newest from machine to machine, newest first. */
  readonly last: readonly StatusMessage[];
  /** To people, and not read yet; newest first. */
  readonly toPeople: readonly StatusMessage[];
  /** What became of people's messages, by the machine that reads them. */
  readonly fromPeople: Readonly<Record<string, { readonly delivered: number; readonly read: number }>>;
}
