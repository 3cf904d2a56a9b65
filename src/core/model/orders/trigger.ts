// What an order with `on` waits for (O19), and what happened.

/** Ends of an order. */
export const END_KINDS = ['failed', 'completed'] as const;
export const TRIGGER_KINDS = [...END_KINDS, 'emergency', 'lost', 'message', 'program'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** The order is a template. It never runs itself; for each such event it has an occurrence. */
export interface Trigger {
  readonly kind: TriggerKind;
  /**
   * The id of the order, or chain, that is watched; of an emergency or a loss a machine's number or name, or `any`; of a message the number or name
   * of the machine that it is to; of a local service `builder crashed`, `2/builder given up`.
   */
  readonly of: string;
  /** Of a message: what its first line is to be like, with `*` for any characters. Absent = any. */
  readonly match?: string;
}

/** One event, as documents show it. All of it is data from outside. */
export interface OrderEvent {
  /** The id of its occurrence, made of what the event is, so that every machine makes the same. */
  readonly id: string;
  readonly kind: TriggerKind;
  /** Whose end it is; absent = it is no end of a run. */
  readonly run?: { readonly order: string; readonly generation: number; readonly attempt: number };
  /** Where it happened; of a message who wrote it, 0 = people. */
  readonly machine: number;
  /** ISO 8601 UTC, by that machine's clock; empty = nobody says. */
  readonly at: string;
  readonly text: string;
}

/** What this machine knows of one trigger. */
export interface TriggerSeen {
  /** What it waits for; empty = it is cancelled. */
  readonly of: string;
  readonly generation: number;
  /** Ids of occurrences whose events were before the trigger, or have been taken. */
  readonly seen: readonly string[];
  /** Events that were taken, whose occurrences have not ended. */
  readonly open: readonly OrderEvent[];
  /** Of the occurrence that people see as the trigger's: whoever resumes it means this one. Absent = not known. */
  readonly shown?: OrderEvent;
  /** The last one that was stopped, because it came of itself too often. Absent = none. */
  readonly stopped?: OrderEvent;
}

/** So many triggers are noted with a run. */
export const WATCHED_MAX = 20;

/** Null = it waits for no order. */
export function watchedOrder({ kind, of }: Trigger): string | null {
  return END_KINDS.some((end) => end === kind) ? of : null;
}

/** The number or name of the machine that it waits for; null = it waits for no certain one. */
export function watchedMachine(on: Trigger): string | null {
  if (watchedOrder(on) !== null) return null;
  const machine = on.kind === 'program' ? readServiceWords(on.of)?.machine : on.of;
  return machine === undefined || machine === 'any' ? null : machine;
}

/** `failed backup`, `message 2 deploy *` */
export function triggerText({ kind, of, match }: Trigger): string {
  return `${kind} ${of}${match === undefined ? '' : ` ${match}`}`;
}

interface ServiceWords {
  /** A number, a name, or `any`. */
  readonly machine: string;
  readonly name: string;
  readonly what: 'crashed' | 'given up';
}

/** Reads `builder crashed`, `2/builder given up`; null = it is neither. */
export function readServiceWords(of: string): ServiceWords | null {
  const [, machine = 'any', name, what] = /^(?:([^/]+)\/)?([a-z][a-z0-9_-]{0,63}) +(crashed|given up)$/.exec(of) ?? [];
  return name === undefined || what === undefined ? null : { machine, name, what: what as ServiceWords['what'] };
}

/** So many triggers may wait for messages. */
export const MESSAGE_TRIGGERS_MAX = 100;
