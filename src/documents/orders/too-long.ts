// Names what a value of an order should be where its check knows that better than the words of its field: the limit that it is beyond, as nobody
// sees from the beginning of a text, or of a list, that it is too long.
import type { z } from 'zod';

export interface TooLong {
  /** `500 characters long at most`: what it has to be. */
  readonly limit: string;
  /** How long it is. */
  readonly length: number;
}

/** Null = the words of its field say it. */
export function wantedBy(issue: z.core.$ZodIssue | undefined): string | null {
  return issue?.code === 'custom' && issue.params?.toBe !== undefined ? String(issue.params.toBe) : null;
}

type Path = readonly PropertyKey[];

/** Null = something else is wrong with it. `value`: what stands at the path of the issue. */
export function tooLong(issue: z.core.$ZodIssue, value: unknown): TooLong | null {
  const beyond = beyondIn(issue, []);
  if (beyond === null) return null;
  const found = beyond.within.reduce<unknown>((of, key) => Object(of)[key], value);
  if (typeof found === 'string') return { limit: `${beyond.most} characters long at most`, length: found.length };
  return Array.isArray(found) ? { limit: `a list of ${beyond.most} at most`, length: found.length } : null;
}

/** Of several forms that a value may have, the one that it is too long for is the one that was meant. */
function beyondIn(issue: z.core.$ZodIssue, within: Path): { readonly most: number; readonly within: Path } | null {
  if (issue.code === 'too_big') return { most: Number(issue.maximum), within };
  if (issue.code === 'custom') return issue.params?.maximum === undefined ? null : { most: Number(issue.params.maximum), within };
  if (issue.code !== 'invalid_union') return null;
  const isOther = (form: readonly z.core.$ZodIssue[]) =>
    form.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
  for (const inner of issue.errors.filter((form) => !isOther(form)).flat()) {
    const beyond = beyondIn(inner, [...within, ...inner.path]);
    if (beyond !== null) return beyond;
  }
  return null;
}
