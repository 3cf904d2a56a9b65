// What an order means once it was parsed: every default applied, every unit in its name. Protocol section 5.
import type { Json } from '../ledger/intention.ts';
import type { Call } from './call.ts';
import type { MadeStep } from './template.ts';
import type { OrderEvent, Trigger } from './trigger.ts';
import type { UnknownField } from './unknown-field.ts';

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A shell line (run by `sh -c`) or an argument vector (run as it stands). */
export type Command =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'argv'; readonly argv: readonly [string, ...string[]] };

/** What an order of each kind asks for. A feature adds its own kind (`declare module`), and its rules to features/rules.ts. */
export interface Works {
  readonly shell: { readonly kind: 'shell'; readonly command: Command };
  readonly call: Call;
}

export type WorkKind = keyof Works;
export type Work = Works[WorkKind];

export type Assign =
  | { readonly kind: 'machine'; readonly machine: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly of: readonly (number | string)[] }
  | { readonly kind: 'match'; readonly tags: readonly string[]; readonly tool: string | null }
  /** The route in fleet.yaml for its type cannot be read. */
  | { readonly kind: 'nowhere'; readonly reason: string };

/** An order with a schedule is a template. It never runs itself; its occurrences do (core/orders/occurrences.ts). */
export interface Schedule {
  /** As written. */
  readonly line: string;
  readonly timezone: string;
  /** While an earlier occurrence runs, a new one is left out, or waits. */
  readonly overlap: 'skip' | 'queue';
  /** The newest minute that is due at or before this instant; null = none for more than a year. */
  newestAt(nowMs: number): number | null;
}

/** O16: the fresh checkout that an order asks for. */
export interface OrderWorkspace {
  readonly repo: string;
  /** Null = the repo's default branch. */
  readonly branch: string | null;
}

/** Ids become ref names and file names: no `..`, no end in `.lock` or `.`. */
export const ORDER_ID = /^(?!.*\.\.)(?!.*\.lock$)(?!.*\.$)[a-z0-9][a-z0-9._-]{0,63}$/;

export interface Order {
  readonly id: string;
  /** From 1; (id, generation) names one piece of work (O8). */
  readonly generation: number;
  readonly title: string | null;
  readonly type: string | null;
  readonly feature: string | null;
  readonly spec: string | null;
  readonly assign: Assign;
  /** It has a `type` and no `assign`; `routed`: fleet.yaml gave it one. */
  readonly route?: 'open' | 'routed';
  readonly work: Work;
  /** As written, `~` not yet expanded; null = the home folder. */
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** O16: it runs in a fresh checkout of its own. */
  readonly workspace?: OrderWorkspace;
  /** A run that changed nothing there is FAILED. */
  readonly expectsChanges?: true;
  readonly timeoutMs: number;
  readonly check: Command | null;
  readonly attempts: number;
  readonly priority: Priority;
  /** O1: for an `all` order: machines that join after it was placed run it too. */
  readonly joiners: boolean;
  /** Null = it runs once. */
  readonly schedule: Schedule | null;
  /** O19: the events that each have an occurrence. Absent = none. */
  readonly on?: Trigger;
  /** Of such an occurrence: what happened. */
  readonly event?: OrderEvent;
  readonly cancelled: boolean;
  /** Ids of the orders that must be COMPLETED before it starts. */
  readonly after: readonly string[];
  /** It waits for a person's word, `approved`. */
  readonly approval: boolean;
  readonly approved: boolean;
  /** A person approved other work than is listed now. */
  readonly approvedOther?: true;
  /** Set when fleet.yaml, and not the order, asks for the approval. `why`: the part that cannot be read, if that is the cause. */
  readonly ruled?: { readonly why: string | null };
  /** A person's word for what became of a generation that nobody else can tell. */
  readonly resolved: Resolved | null;
  /** W4: a machine that sleeps is woken for it. */
  readonly wake?: boolean;
  /** O17: its agent goes on in the session of an earlier run, with these words where there are any. Absent = afresh. */
  readonly resume?: true | string;
  /** O17: the spec that it names, if main does not have it. */
  readonly lacks?: string;
  /** Values of further fields that make it other work (O8b) or need a new approval (O4a), by name. Absent = there are none. */
  readonly marked?: Readonly<Record<'work' | 'approval', readonly (readonly [string, Json])[]>>;
  /** It is a step of a chain. */
  readonly step?: { readonly chain: string; readonly name: string };
  /** O20: it is a step that a template makes. */
  readonly template?: MadeStep;
  /** T6: why this machine does not believe that a person asked for it; absent = it does, or demands no signatures. Set by `asBelieved` alone. */
  readonly unbelieved?: string;
  /** T6: it says that it is approved, and this machine knows of nobody who signed that. Set by `asBelieved` alone. */
  readonly unsignedApproval?: true;
  /** D4: fields of its entry that this version does not know. An order with any is BLOCKED and never started. Absent = none. */
  readonly unknown?: readonly UnknownField[];
}

interface Resolved {
  readonly generation: number;
  readonly as: 'COMPLETED' | 'FAILED';
  readonly note: string | null;
}

/** An entry that cannot be obeyed. It stops only itself (D4), and never counts as a removal of `id`. */
export interface RefusedOrder {
  /** Null when not even an id could be read. */
  readonly id: string | null;
  readonly reason: string;
}

/** An entry with `steps`. It never runs itself: its steps are orders, listed in its place, each after the one before. */
export interface Chain {
  readonly id: string;
  readonly title: string | null;
  readonly after: readonly string[];
  readonly cancelled: boolean;
  readonly steps: readonly { readonly id: string; readonly name: string }[];
  /** O20: the template that makes its steps. */
  readonly use?: string;
}

export interface OrdersDocument {
  readonly orders: readonly Order[];
  readonly refused: readonly RefusedOrder[];
  /** Absent = none. */
  readonly chains?: readonly Chain[];
}

export const NO_ORDERS: OrdersDocument = { orders: [], refused: [] };
