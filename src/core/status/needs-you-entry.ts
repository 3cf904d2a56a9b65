// A kind of needs-you: something that only a person can move, found in the documents alone, so without a clock (D6).
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { AlertKind } from '../model/messages/alert.ts';
import type { OrdersDocument } from '../model/orders/order.ts';
import type { Because, Told } from '../model/orders/reason.ts';
import type { Fault } from '../model/status/fault.ts';
import type { NeedCode, NeedsYou, StatusOrder } from '../model/status/status.ts';
import type { StatusMessages } from '../model/status/status-messages.ts';
import { sentence } from './ways.ts';

/** What the board will say of orders and messages, and the documents that it is made from. */
interface NeedSources {
  readonly orders: OrdersDocument;
  readonly ordersReadable: boolean;
  readonly fleet: FleetSettings;
  readonly machines: Machines;
  readonly faults: readonly Fault[];
  /** Without chains: their steps are listed. */
  readonly shown: readonly (readonly [id: string, order: StatusOrder])[];
  /** What a hold asks of a person, by order; null = the order waits for others, which ask for themselves. */
  readonly asks: ReadonlyMap<string, Because | null>;
  readonly messages: StatusMessages | null;
}

export interface NeedKind {
  readonly code: NeedCode;
  /** The kind of alert that tells it (alerts.yaml). */
  readonly alert: AlertKind;
  /** The ways out: each line of this kind names one of them. */
  readonly ways: readonly string[];
  /** The board shows it in a block of its own, and not among the warnings. */
  readonly hasOwnBlock?: true;
  find(from: NeedSources): readonly NeedsYou[];
}

/** What is said of it, from its parts. */
export function toldNeed(told: Told, subject: Parameters<typeof sentence>[1]): Pick<NeedsYou, 'why' | 'told'> {
  return { why: sentence(told, subject), told };
}

/** Its subject, in a word; `labelOf`: names a machine. */
export function needSubject({ order, document, machine }: NeedsYou, labelOf: (machine: number) => string): string {
  return order ?? document ?? (machine === undefined ? 'fleet' : labelOf(machine));
}
