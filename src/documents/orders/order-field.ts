// One field of an entry of ORDERS.json: its check, what it expects in the words of a fault, and what it is for.
import * as z from 'zod';

/** What each field expects, in the words of a fault: `expected "attempts" to be a whole number from 1 to 100`. */
export const expectations = z.registry<{ expected: string }>();

export function field<T extends z.ZodType>(schema: T, expected: string, description: string): z.ZodOptional<T> {
  const optional = schema.optional().describe(description);
  expectations.add(optional, { expected });
  return optional;
}

export const NO_NUL = /^[^\u0000]*$/;
/** UTF-16 units of one text of an order: a command line, an argument, a prompt. */
export const TEXT_MAX = 65_536;

/** Something is said in it. */
export const line = z.string().max(TEXT_MAX).regex(NO_NUL).regex(/\S/);
