// Equality of plain values as JSON would write them: the order of keys does not count, and what is undefined is not there. Pure.

export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  }
  const [one, other] = [entriesOf(a), entriesOf(b)];
  const values = b as Record<string, unknown>;
  return one.length === other.length && one.every(([key, value]) => Object.hasOwn(b, key) && sameValue(value, values[key]));
}

function entriesOf(record: object): [string, unknown][] {
  return Object.entries(record).filter(([, value]) => value !== undefined);
}
