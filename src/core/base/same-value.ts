// Equality of plain values as JSON would write them: the order of keys does not count, and what is undefined is not there. Pure.

export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  }
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let left = 0;
  for (const key of Object.keys(other)) if (other[key] !== undefined) left += 1;
  for (const key of Object.keys(one)) {
    if (one[key] === undefined) continue;
    if (!Object.hasOwn(other, key) || !sameValue(one[key], other[key])) return false;
    left -= 1;
  }
  return left === 0;
}
