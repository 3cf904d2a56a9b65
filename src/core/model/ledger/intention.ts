// A person's edit that came through this machine (D5): recorded before anything else happens, settled when main shows it.

/** A JSON value as a person would write it in ORDERS.json. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type OrderEdit =
  | {
      readonly kind: 'add';
      readonly order: { readonly id: string; readonly [field: string]: Json };
      /** It is to run, also if an order of this id has run before: then it gets the next generation (O8). */
      readonly again?: true;
    }
  | {
      readonly kind: 'set';
      readonly id: string;
      readonly field: string;
      readonly value: Json;
      readonly was?: FieldBefore;
      readonly work?: Json;
    }
  | { readonly kind: 'unset'; readonly id: string; readonly field: string; readonly was?: FieldBefore; readonly work?: Json }
  | { readonly kind: 'remove'; readonly id: string; readonly entry?: EntryAsIs };

/** An entry without an id of its own, known by its whole content; `left` of them stay. */
export interface EntryAsIs {
  readonly is: Json;
  readonly left: number;
}

// `work`, of a step without an id: what it did as the person saw it. By its number alone, the edit could land on another step.

/** Several fields of one order, all or none. */
export interface OrderChange {
  readonly kind: 'change';
  readonly id: string;
  readonly fields: readonly OrderEdit[];
  /** What the person saw of the order `order`, which may be a step. If it is something else by now, nothing is changed. */
  readonly seen?: { readonly order: string; readonly generation: number; readonly mark: string };
  /** Of other orders that the same command named: they land together with this one, all or none. */
  readonly also?: readonly OrderChange[];
}

/** Of `paused` in fleet.yaml. `id`: `fleet`, or a machine's number in digits. */
export type PauseEdit =
  | { readonly kind: 'pause'; readonly id: string; readonly until: string | null; readonly note: string }
  | { readonly kind: 'resume'; readonly id: string };

/** A whole spec that was saved here. `id`: its path below `coordination/`; `from`: the id of the text it was edited from, null = it is new. */
export interface SpecEdit {
  readonly kind: 'spec';
  readonly id: string;
  readonly text: string;
  readonly from: string | null;
}

/** A whole document of people's that a command of coord writes. `id`: its path below `coordination/`; `from`: as of a spec. */
export interface DocumentEdit {
  readonly kind: 'document';
  readonly id: string;
  readonly text: string;
  readonly from: string | null;
}

/** One value of a JSON document of people's that commands of coord write. `id`: as of a document; `value`: null = it goes. */
export interface PutEdit {
  readonly kind: 'put';
  readonly id: string;
  /** Names, from the outermost in. */
  readonly at: readonly string[];
  readonly value: Json;
  /** The time (`at`) of what stood there as this was said: who said it knew of that, so it is no later word. Absent = it said none. */
  readonly was?: string;
  /** The order that it is said of. */
  readonly order: string;
}

export type PersonEdit = OrderEdit | OrderChange | PauseEdit | SpecEdit | DocumentEdit | PutEdit;

/** The field as the person saw it: its value, or nothing. Where main has another value by now, main's stands (D5). */
export type FieldBefore = readonly [Json] | readonly [];

export interface Intention {
  readonly id: string;
  /** ISO 8601 UTC; orders the outbox. */
  readonly recordedAt: string;
  readonly edit: PersonEdit;
  /** The device that asked for it, by the name that the owner of this machine gave it; absent = this machine. */
  readonly by?: string;
  /** H2: nobody waits for it, so it goes in turn. */
  readonly canWait?: true;
}

export function isAwaited({ canWait }: Intention): boolean {
  return canWait !== true;
}

/** Why an edit stays here though the remote answers: a person has to fix a document on main, or git here is too slow to look what became of it (R5.3). */
export type EditWait = { readonly kind: 'fix'; readonly what: string } | { readonly kind: 'slow' };
