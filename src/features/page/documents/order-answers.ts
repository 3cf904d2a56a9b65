// Defines what the page asks of one order.
import type { StatusOrder } from '../../../core/model/status/status.ts';

/** Of an order in the archive. */
export interface ArchivedEntry {
  /** Of a step the order's that it was one of. */
  readonly id: string;
  /** Where it stands, in coordination/. */
  readonly path: string;
  /** As it stood in ORDERS.json. */
  readonly entry: string;
  readonly order: StatusOrder;
  /** The newest first, as far as their machines still tell of them. `run` names one among those of its machine; `said`: its state and why; `tail`: the end of its output. */
  readonly runs: readonly {
    readonly run: string;
    readonly machine: number | null;
    readonly at: string | null;
    readonly said: string;
    readonly tail: string;
  }[];
  /** T11.5: nobody signs an archive, and signatures are demanded here; absent = not so. */
  readonly signed?: false;
}

/** As ORDERS.json has it. */
export interface EntryText {
  readonly text: string;
  /** Names this very text: an edit of another one is refused. */
  readonly seen: string;
}
