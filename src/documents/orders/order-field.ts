// Defines what is known of one field of an order. The schema, the faults, specs and plans, `coord order add` and `set`, and the table of
// docs/orders.md all read the list of these (order-fields.ts).
import type { z } from 'zod';
import type { Json } from '../../core/model/ledger/intention.ts';
import type { Command, Work, WorkKind } from '../../core/model/orders/order.ts';
import type { values } from './order-values.ts';

/** An order that is no chain, a chain, a step of one, an order that takes a template. */
export type Place = 'order' | 'chain' | 'step' | 'use';

/** What a field may need to know of those beside it. */
interface Beside {
  readonly type?: string | undefined;
  readonly call?: unknown;
}

/** As the help shows it: `--timeout <duration>`; one without a value is a flag. */
export type FieldOption = readonly [flags: string, words: string, more?: OptionMore];

interface OptionMore {
  /** Words with commas between them, each time one more, or a whole number from … to …; absent = a text. */
  readonly is?: 'list' | 'repeated' | readonly [least: number, most: number];
  readonly choices?: readonly string[];
  /** `coord order set` takes it too; a text is what that command says of it. */
  readonly set?: true | string;
  /** A number, where it is one: the check of the field says what is wrong with others. */
  readonly isNumber?: true;
  /** `-` is what standard input says. */
  readonly readsInput?: true;
  /** What help says of it where it is a list; absent = none. */
  readonly defaultWords?: string;
  /** What completes it, where the name of its value does not say it. */
  readonly completes?: 'orders' | 'nothing';
}

/** Of a command line, by the names that the parser gives them: `maxTurns`. */
export type Options = Readonly<Record<string, unknown>>;

/** How a task of a spec says it in one line; a function: of a line that is not in brackets. */
export type TaskValue = 'text' | 'number' | 'flag' | 'list' | 'brackets' | ((text: string) => Json);

export interface OrderField<S extends z.ZodType = z.ZodType, M extends object = object> {
  /** The check of the written value. `step`: the check in a step. */
  schema(of: typeof values, step: z.ZodType): S;
  /** In the words of a fault: expected "attempts" to be …. */
  readonly expected: string;
  /** One sentence, for the JSON schema and for docs/orders.md; the default comes behind it. */
  readonly words: string;
  readonly default?: string;
  /** What docs/orders.md says instead, or of the default. */
  readonly docs?: string;
  readonly docsDefault?: string;
  /** Where it may not stand; there it is a fault. */
  readonly not?: readonly Place[];
  /** What the order means by it; undefined = it is not written. */
  means?(value: z.output<S> | undefined, beside: Beside): M;
  /** It says what is done: an order of this kind has all fields that do, and no other order has one. */
  readonly work?: WorkKind;
  /** Of the first field of its kind: what the checked entry asks for. */
  reads?(entry: Readonly<Record<string, unknown>>): Work;
  /** What a command line asks for with it, in place of a command: `a call`. */
  readonly called?: string;
  /** It means something to an order of this kind alone. */
  readonly of?: WorkKind;
  /**
   * What another value makes of the order: other work (O8b), or something that has to be approved again (O4a). `named`: the marks of runs
   * and approvals take it in by its name; those without had a place of their own in them before.
   */
  readonly changes?: 'work' | 'approval';
  readonly named?: true;
  /** With a template, people say it of single steps too (`said`). */
  readonly ofSteps?: true;
  /** For people alone: a plan changes it also while the order runs. */
  readonly forPeople?: true;
  /** Fields of the object that it may be, each with what it should be where it has faults of its own. */
  readonly within?: Readonly<Record<string, string | null>>;
  /** Fields of objects that stand in that object, by the name of each. */
  readonly inner?: Readonly<Record<string, readonly string[]>>;
  /** Of these, exactly one. */
  readonly oneOf?: readonly string[];
  /** What helps where its text is too long. */
  readonly tooLong?: string;
  /** Other names that people and tools have for it. */
  readonly alsoCalled?: readonly string[];
  /** Absent = no task of a spec has it; `instead`: what a spec has for it. */
  readonly task?: TaskValue;
  readonly instead?: string;
  readonly options?: readonly FieldOption[];
  /** Of these options; absent = what the first one says. Undefined = nothing is said of it. Throws `WrongOptions`. */
  take?(options: Options): Json | undefined;
}

/** Keeps the types of a descriptor. */
export function orderField<S extends z.ZodType, M extends object>(field: OrderField<S, M>): OrderField<S, M> {
  return field;
}

/** Words of a command line that make no field; `hint`: the command that would. */
export class WrongOptions extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = 'coord order add --help') {
    super(message);
    this.hint = hint;
  }
}

/** A command line, or a program and its arguments. */
export type Written = string | [string, ...string[]];

export function commandOf(written: Written): Command {
  return typeof written === 'string' ? { kind: 'line', line: written } : { kind: 'argv', argv: written };
}
