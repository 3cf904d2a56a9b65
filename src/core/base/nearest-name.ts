// Which known name somebody probably meant who typed another one.

/** A longer word is no slip of the fingers. */
const LENGTH_MAX = 60;

/** Null = none is near: one slip away, or two of a name of six letters and more. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const plain = plainName(name);
  if (plain.length < 3 || plain.length > LENGTH_MAX) return null;
  let nearest: { readonly name: string; readonly steps: number } | null = null;
  for (const one of known) {
    const steps = distance(plain, plainName(one));
    if (steps <= (one.length < 6 ? 1 : 2) && (nearest === null || steps < nearest.steps)) nearest = { name: one, steps };
  }
  return nearest?.name ?? null;
}

/** Without what people write in different ways. */
export function plainName(name: string): string {
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
