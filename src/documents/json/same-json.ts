// Equality of JSON values: the order of an object's keys does not count.
import type { Json } from '../../core/model/ledger/intention.ts';

export function sameJson(a: Json, b: Json): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (isList(a) || isList(b)) {
    if (!isList(a) || !isList(b)) return false;
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index] ?? null));
  }
  const keys = Object.keys(a);
  const same = (key: string) => Object.hasOwn(b, key) && sameJson(a[key] ?? null, b[key] ?? null);
  return keys.length === Object.keys(b).length && keys.every(same);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
