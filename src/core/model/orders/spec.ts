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
  /** A person says that it is done. */
  readonly ticked: boolean;
  /** By its name in an order. */
  readonly fields: Readonly<Record<string, TaskField>>;
  /** What stands below the fields; '' = nothing. */
  readonly prose: string;
  /** It comes after the one above it because both are numbered. */
  readonly follows: boolean;
  /** It is not placed as long as there are any. */
  readonly isBad: boolean;
}

/** What a machine needs of a spec to say how far it is. */
export interface SpecOutline {
  /** Below `coordination/`: `specs/dao.md`. */
  readonly path: string;
  /** Null = it says none, and its tasks are nobody's plan yet. */
  readonly mvp: string | null;
  readonly owner: string | null;
  /** Those that an order can be of, and those that wait to be planned; without drafts. */
  readonly tasks: readonly {
    readonly order: string | null;
    readonly ticked: boolean;
    readonly feature: string | null;
  }[];
}

/** Null with faults = it cannot be read. */
export interface ParsedOutline extends Parsed<SpecOutline> {
  /** How many characters of it are YAML: what it took to read it (D8). Absent = it was not read. */
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
  /** Null = what `defaults` says cannot be obeyed, and so no task can. */
  readonly tasks: readonly SpecTask[] | null;
  /** Under a heading that says so; nothing comes of them. */
  readonly drafts: readonly SpecTask[];
  /** The heading of the drafts; null = there are none. */
  readonly draftLine: number | null;
  /** Of the heading below the draft; null = there is none. */
  readonly draftEnd: number | null;
}
