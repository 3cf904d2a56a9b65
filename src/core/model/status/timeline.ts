// What happened in a fleet, as one list of events. Each event has the time of the clock that saw it: the committer's, or that of the machine
// that reports it. Across machines the order is only as good as these clocks agree (D7).
import type { Cost } from '../machines/spending.ts';
import type { Reader } from '../messages/message.ts';
import type { Priority } from '../orders/order.ts';
import type { EndState } from '../orders/run.ts';

interface Happened {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** T11.5: nobody signs it, on a machine that demands signatures; absent = there it is signed, or nobody asks. */
  readonly signed?: false;
}

/** Who edited on main: a person, by git's author name; or a person at a machine, and the machine wrote it. */
export type Editor = { readonly person: string } | { readonly machine: number };

export interface OrderEvent extends Happened {
  readonly kind: 'order';
  readonly what: 'added' | 'changed' | 'cancelled' | 'retried' | 'removed' | 'archived';
  readonly order: string;
  readonly title: string | null;
  /** `assign`, if it is one word. */
  readonly for: string | number | null;
  /** Fields that changed. */
  readonly fields: readonly string[];
  readonly by: Editor;
  readonly commit: string;
}

interface OfRun extends Happened {
  readonly machine: number;
  readonly order: string;
  readonly generation: number;
  readonly attempt: number;
}

export interface RunStarted extends OfRun {
  readonly kind: 'started';
}

export interface RunEnded extends OfRun {
  readonly kind: 'ended';
  readonly state: EndState;
  readonly reason: string | null;
  readonly exitCode: number | null;
  /** O15: it ended because it needs a person, though its state is FAILED. */
  readonly asks?: true;
  /** Null where only the short line of an older run is known. */
  readonly durationMs: number | null;
  /** What its agent told; absent = it is no agent's, or told nothing. */
  readonly cost?: Partial<Cost> & { readonly agent: string };
}

/** An attempt that began on another machine than the one before it. `at`: its start. */
export interface TakenOver extends OfRun {
  readonly kind: 'takenOver';
  /** The machine of the attempt before. */
  readonly from: number;
  /** `failed`: that attempt had FAILED by itself before; `lost`: it had no known end, whatever became of it. */
  readonly why: 'failed' | 'lost';
}

interface MessageEvent extends Happened {
  readonly kind: 'message';
  readonly by: Editor;
  readonly to: Reader;
  /** Null = a person's: it has none. */
  readonly number: number | null;
  readonly priority: Priority;
  readonly text: string;
}

export interface MachineEvent extends Happened {
  readonly kind: 'machine';
  readonly what: 'joined' | 'left' | 'lost' | 'back';
  readonly machine: number;
  /** With `lost`: the machine that reports it. */
  readonly says: number | null;
}

/** A commit made ORDERS.json unreadable, or its changes are not known. */
export interface FaultEvent extends Happened {
  readonly kind: 'fault';
  readonly document: string;
  readonly text: string;
  readonly by: Editor;
  readonly commit: string;
}

export type TimelineEvent = OrderEvent | RunStarted | RunEnded | TakenOver | MessageEvent | MachineEvent | FaultEvent;

export interface TimelineFilter {
  readonly order: string | null;
  readonly machine: number | null;
  /** ISO 8601 UTC. */
  readonly since: string | null;
}

/** What a machine is to `--machine`: its number, and the name that orders may use. */
export type MachineNames = Readonly<Record<number, string>>;
