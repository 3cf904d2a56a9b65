// From the options of `coord order add` and `coord order set` to the fields of an order, by the descriptor of each field.
import { readFileSync } from 'node:fs';
import type { Json } from '../../core/model/ledger/intention.ts';
import { type FieldOption, type Options, type OrderField, WrongOptions } from '../../documents/orders/order-field.ts';
import { FIELDS, fieldsThat } from '../../documents/orders/order-fields.ts';
import { CoordError } from '../../errors.ts';
import type { CommandDescriptor, CommandOption } from '../command.ts';

const OPTIONS = Object.values(FIELDS).flatMap(({ options = [] }) => options);
const SETTABLE = fieldsThat(({ options = [] }) => options.some(([, , more]) => more?.set !== undefined));

/** Those of `coord order add`, and what completes them. */
export const ADD_OPTIONS: readonly CommandOption[] = OPTIONS.map((option) => commandOption(option, option[1]));
export const ADD_COMPLETES: NonNullable<CommandDescriptor['completes']> = Object.fromEntries(
  OPTIONS.flatMap(([flags, , more]) => (more?.completes === undefined ? [] : [[flags.split(' ')[0], more.completes]])),
);

/** Those of `coord order set`. */
export const SET_OPTIONS: readonly CommandOption[] = OPTIONS.flatMap((option) => {
  const words = option[2]?.set;
  return words === undefined ? [] : [commandOption(option, words === true ? option[1] : words)];
});

function commandOption([flags, , { is, choices, defaultWords } = {}]: FieldOption, words: string): CommandOption {
  const list = is === 'list' || is === 'repeated' ? { default: [], ...(defaultWords === undefined ? {} : { defaultWords }) } : {};
  return [flags, words, { ...(is === undefined ? {} : { is }), ...(choices === undefined ? {} : { choices }), ...list }];
}

/** The fields that the options of `coord order add`, or of `set`, say something of. Throws USAGE. */
export function fieldsFrom(given: Options, command: 'add' | 'set'): { readonly [field: string]: Json } {
  const names = command === 'set' ? SETTABLE : Object.keys(FIELDS);
  const options = withInput(given);
  const asked = names.flatMap((name): [string, Json][] => {
    const field = FIELDS[name];
    // What nobody said is no change, whatever it is in a new order.
    const isUnsaid = command === 'set' && !(field?.options ?? []).some((option) => isGiven(given[optionName(option)]));
    const value = field === undefined || isUnsaid ? undefined : take(field, options);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(asked);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function take(field: OrderField, options: Options): Json | undefined {
  try {
    return field.take === undefined ? plainValue(field, options) : field.take(options);
  } catch (error) {
    if (error instanceof WrongOptions) throw new CoordError('USAGE', error.message, error.hint);
    throw error;
  }
}

/** What an option alone says. */
function plainValue({ options: [option] = [] }: OrderField, options: Options): Json | undefined {
  if (option === undefined) return undefined;
  const value = options[optionName(option)] as Json | undefined;
  if (Array.isArray(value) && value.length === 0) return undefined;
  return option[2]?.isNumber === true && typeof value === 'string' ? numberOf(value) : value;
}

/** What is no number is shown as it was written, by the check of the field. */
export function numberOf(text: string): Json {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}

/** With what standard input says in the place of `-`. */
function withInput(given: Options): Options {
  const reading = OPTIONS.filter(([, , more]) => more?.readsInput === true).map(optionName);
  const asked = reading.filter((name) => given[name] === '-');
  return { ...given, ...Object.fromEntries(asked.map((name) => [name, readFileSync(0, 'utf8')])) };
}

/** As the parser names it: `maxTurns`. */
function optionName([flags]: FieldOption): string {
  const [, name = ''] = /--([a-z-]+)/.exec(flags) ?? [];
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
