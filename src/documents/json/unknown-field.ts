// Finds unknown names in a document of people's, and the name that each was probably meant to be (D4). documents/orders/order-faults.ts
// marks orders that have one, and decide does not start them.

import { andMore } from '../../core/base/counted.ts';
import { cutText } from '../../core/base/cut-text.ts';
import { nearestName, plainName } from '../../core/base/nearest-name.ts';
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
  const said = keys.slice(0, NAMED_MAX).map((key) => unknownFieldSentence(named(key, known)));
  return `${said.join('; ')}${andMore(keys.length - NAMED_MAX)}`;
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
  return nearestName(name, known);
}
