// Builds the checks of order fields. The list of fields takes it as an argument, so that code which only needs names and options does not
// load the package.
import * as zod from 'zod';
import { ORDER_ID } from '../../core/model/orders/order.ts';
import { DURATION_PATTERN, parseDuration } from '../text/duration.ts';

/** One by one: of the package is built in what is named. */
const z = {
  string: zod.string,
  number: zod.number,
  boolean: zod.boolean,
  unknown: zod.unknown,
  enum: zod.enum,
  object: zod.object,
  record: zod.record,
  array: zod.array,
  tuple: zod.tuple,
  union: zod.union,
};

const NO_NUL = /^[^\u0000]*$/;
/** UTF-16 units of one text of an order: a command line, an argument, a prompt. */
export const TEXT_MAX = 65_536;
/** What is shown in a table. */
const NO_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f]*$/;
const LENGTH_MS = { min: 1000, max: 30 * 86_400_000 };

/** Something is said in it. */
const line = z.string().max(TEXT_MAX).regex(NO_NUL).regex(/\S/);
const argument = z.string().max(TEXT_MAX).regex(NO_NUL);
const command = z.union([line, z.tuple([line], argument).refine((argv) => argv.length <= 1000, { params: { maximum: 1000 } })]);
const word = z.string().min(1).max(200);
const id = z.string().regex(ORDER_ID);
const duration = z.union([
  z
    .number()
    .min(LENGTH_MS.min / 1000)
    .max(LENGTH_MS.max / 1000),
  z.string().regex(DURATION_PATTERN).refine(isLength),
]);

function count(min: number, max: number) {
  return z.number().int().min(min).max(max);
}

function isLength(written: string): boolean {
  const ms = parseDuration(written);
  return ms !== null && ms >= LENGTH_MS.min && ms <= LENGTH_MS.max;
}

export const values = { z, NO_NUL, NO_CONTROLS, line, argument, command, word, id, duration, count };
