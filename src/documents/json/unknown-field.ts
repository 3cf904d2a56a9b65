// Finds unknown names in a document of people's, and the name that each was probably meant to be (D4). documents/orders/order-faults.ts
// marks orders that have one, and decide does not start them.

import { cutText } from '../../core/base/cut-text.ts';
import { type UnknownField, unknownFieldSentence } from '../../core/model/orders/unknown-field.ts';
import { FIELDS } from '../orders/order-fields.ts';
import { visibleText } from '../text/escape-text.ts';

const LENGTH_MAX = 60;
/** More than these a sentence does not name. */
const NAMED_MAX = 5;

/** What other tools and other people call a field of an order. */
const MEANT: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(FIELDS).flatMap(([name, { alsoCalled = [] }]) => alsoCalled.map((other) => [other, name])),
  ['labels', 'tags'],
]);

/** Null = `name` is known, or begins with `x-`: such names are for people's own use. */
export function unknownField(name: string, known: ReadonlySet<string>): UnknownField | null {
  if (known.has(name) || isOwnName(name)) return null;
  return named(name, known);
}

function named(name: string, known: ReadonlySet<string>): UnknownField {
  return { field: cutText(visibleText(name), LENGTH_MAX), meant: meantBy(name, known) };
}

/** The same of keys that a schema of ours did not take; `path`: where in it they stand. */
export function unknownKeys(keys: readonly string[], schema: object, path: readonly unknown[]): string {
  const known = new Set(path.length === 0 && 'shape' in schema ? Object.keys(schema.shape as object) : []);
  const more = keys.length > NAMED_MAX ? ` and ${keys.length - NAMED_MAX} more` : '';
  const said = keys.slice(0, NAMED_MAX).map((key) => unknownFieldSentence(named(key, known)));
  return `${said.join('; ')}${more}`;
}

/** `x-note`: kept, and never obeyed. */
export function isOwnName(name: string): boolean {
  return /^x-/i.test(name);
}

/** The known name that was probably meant; null = none is near. */
function meantBy(name: string, known: ReadonlySet<string>): string | null {
  const plain = plainName(name);
  const alias = Object.hasOwn(MEANT, plain) ? MEANT[plain] : undefined;
  if (alias !== undefined && known.has(alias)) return alias;
  if (plain.length < 3 || plain.length > LENGTH_MAX) return null;
  let nearest: { readonly field: string; readonly steps: number } | null = null;
  for (const field of known) {
    const steps = distance(plain, plainName(field));
    if (steps <= (field.length < 6 ? 1 : 2) && (nearest === null || steps < nearest.steps)) nearest = { field, steps };
  }
  return nearest?.field ?? null;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

/** Letters that are put in, left out, changed, or in each other's place. */
function distance(one: string, other: string): number {
  const rows: number[][] = Array.from({ length: one.length + 1 }, (_, i) => [i]);
  const cell = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= other.length; j += 1) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= one.length; i += 1)
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let best = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        best = Math.min(best, cell(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = best;
    }
  return cell(one.length, other.length);
}
