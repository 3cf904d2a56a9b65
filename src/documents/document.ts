// What a kind of document below `coordination/` is: where it stands, who owns it (D1), and how it is read and written. documents.ts lists them all.
import type { FleetSettings } from '../core/model/ledger/fleet.ts';
import type { JournalState } from '../core/model/ledger/journal.ts';
import type { MoreSaid, MoreViews } from '../core/model/ledger/snapshot.ts';
import type { MachineDocument, Scalar } from '../core/model/machines/machine.ts';
import type { Parsed } from '../core/model/status/fault.ts';
import type { StatusDocument } from '../core/model/status/status.ts';
import type { FlatFields } from './yaml/flat-fields.ts';

export interface DocumentKind<T = unknown> {
  readonly owner: 'people' | 'machine' | 'derived';
  /** Its one path, or a pattern for the whole of each; of a machine's document the first group is the number of the machine. */
  readonly path: string | RegExp;
  /** How each snapshot reads it (D2). Absent = nothing is decided by it, and no cycle reads it. */
  readonly parse?: (text: string, path: string) => Parsed<T>;
  /** D8: so many bytes of it are read in one cycle, of all machines together, and what one costs. Absent = it shares what there is for its owner's. */
  readonly room?: { readonly bytesMax: number; readonly cost: number };
  /** D4: how an earlier version stays in force. Absent = what cannot be read counts for nothing. */
  readonly lastGood?: LastGood<T>;
  /** How a machine writes its own out of its journal. Absent = a step of the cycle does. */
  readonly say?: Said<T>;
  /** D10: what people want. A snapshot keeps its outline, and a fault of it is a warning. */
  readonly isSpec?: true;
  /** Of what people say of orders, without what is of these, which are listed no more. The same text where it says nothing of them. */
  without?(text: string, orders: ReadonlySet<string>): string;
  /** What README.md says of it. */
  mention?(status: StatusDocument): readonly string[];
  /** The text on the board; null = there is none, and what stands there goes. */
  readonly fold?: (board: Folded) => string | null;
}

/** Of a document of which each machine has one. */
interface Said<T> {
  readonly pathOf: (machine: number) => string;
  /** Null = there is nothing to say, and no such document. */
  readonly text: (state: JournalState) => string | null;
  /** By which name a snapshot keeps what all machines say there, and what this machine says; absent = it keeps nothing. */
  readonly kept?: { readonly name: keyof MoreSaid; value(state: JournalState): T };
}

/** Of a document with one path, on main. It is read whatever there is to read besides (D8). */
interface LastGood<T> {
  /** It is looked for also where main has none. */
  readonly isRequired: boolean;
  /** Of versions that nobody has looked at yet, so much text is read at once. */
  readonly bytesMax: number;
  /**
   * What is not found yet, after one more version, the newest first; null = none of it. `value`: null = that version cannot be read. Older ones
   * are looked at until it is empty.
   */
  missing(value: T | null, before: readonly string[] | null): readonly string[] | null;
}

/** What the board is made of. */
interface Folded {
  readonly status: StatusDocument;
  /** The same within the caps of D8. */
  readonly capped: StatusDocument;
  readonly fleet: FleetSettings;
  readonly more: MoreViews;
  /** The documents of people's that main has. */
  readonly written: ReadonlySet<string>;
  /** What main is called. */
  readonly main: string;
}

/** Fields that a feature adds to COMPUTER_<N>.md; features/documents.ts lists them. */
export interface MachineFields {
  /** A value that is not of its form is a fault. */
  read(fields: FlatFields, data: object): Partial<MachineDocument>;
  /** By name, in the order in which they stand. */
  written(document: MachineDocument): Readonly<Record<string, Scalar>>;
}

/** The parsed form of a file by its id; faults carry the path that was asked for. */
export interface DocumentReader {
  read<T>(kind: DocumentKind<T>, path: string, id: string): Parsed<T>;
}

/** Git hosts and Windows cut longer paths off. */
const PATH_LENGTH_MAX = 200;
const NAMES = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** A path that may be a document of ours: all others are never read (D8). */
export function isDocumentPath(path: string): boolean {
  return path.length <= PATH_LENGTH_MAX && NAMES.test(path);
}
