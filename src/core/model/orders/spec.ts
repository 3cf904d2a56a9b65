// A spec as `coord plan` reads it (D10): what people want, with a list of tasks that become orders.
import type { Json } from '../ledger/intention.ts';
import type { Parsed } from '../status/fault.ts';

/** Where a task, a field or a default stands. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface TaskField extends Place {
  readonly value: Json;
}

export interface SpecTask extends Place {
  /** Within its spec: its `id`, else made of its title; null = neither can be. */
  readonly id: string | null;
  /** The id of the order that it is; null with it. */
  readonly order: string | null;
  readonly title: string;
  /** A person has ticked it as done. */
  readonly ticked: boolean;
  /** By its name in an order. */
  readonly fields: Readonly<Record<string, TaskField>>;
  /** What stands below the fields; '' = nothing. */
  readonly prose: string;
  /** True: it waits for the task above it, because both are numbered. */
  readonly follows: boolean;
  /** The task does not become an order while it has faults. */
  readonly isBad: boolean;
}

/** The part of a spec that a machine needs to compute its progress. */
export interface SpecOutline {
  /** Below `coordination/`: `specs/dao.md`. */
  readonly path: string;
  /** Null = it names none, and its tasks are not planned yet. */
  readonly mvp: string | null;
  readonly owner: string | null;
  /** Tasks that can be orders, and tasks that wait to be planned; drafts are not among them. */
  readonly tasks: readonly {
    readonly order: string | null;
    readonly ticked: boolean;
    readonly feature: string | null;
  }[];
}

/** Null with faults = it cannot be read. */
export interface ParsedOutline extends Parsed<SpecOutline> {
  /** How many characters of it are YAML, for the cap on YAML (D8). Absent = it was not read. */
  readonly yaml?: number;
}

export interface SpecDocument {
  /** Below `coordination/`: `specs/dao.md`. */
  readonly path: string;
  /** Its first heading. */
  readonly title: string | null;
  /** Null = it says none. */
  readonly mvp: string | null;
  readonly owner: string | null;
  readonly defaults: Readonly<Record<string, TaskField>>;
  /** Null = `defaults` cannot be obeyed, so no task can be. */
  readonly tasks: readonly SpecTask[] | null;
  /** Tasks under the heading for drafts; they never become orders. */
  readonly drafts: readonly SpecTask[];
  /** The heading of the drafts; null = there are none. */
  readonly draftLine: number | null;
  /** Line of the heading below the drafts; null = there is none. */
  readonly draftEnd: number | null;
}
