// How many lines each pane gets. Pure.

export interface Want {
  /** Lines that it could use. */
  readonly most: number;
  /** Lines below which it says too little. */
  readonly least: number;
}

/** Never more than there are; the favourite, which keys go to, is served before the others. */
export function shareOut(height: number, wants: readonly Want[], favourite: number): readonly number[] {
  const given = wants.map(() => 0);
  let left = height;
  const give = (at: number, upTo: number) => {
    const more = Math.max(0, Math.min(left, upTo - (given[at] ?? 0)));
    given[at] = (given[at] ?? 0) + more;
    left -= more;
  };
  const order = wants.map((_, at) => at).sort((a, b) => Number(b === favourite) - Number(a === favourite));
  for (const at of order) give(at, wants[at]?.least ?? 0);
  if (wants[favourite] !== undefined)
    give(favourite, Math.max(wants[favourite].least, Math.min(wants[favourite].most, half(height))));
  // The rest line by line, so that none is starved by a long one.
  for (let before = -1; left > 0 && before !== left; ) {
    before = left;
    for (const at of order) give(at, Math.min(wants[at]?.most ?? 0, (given[at] ?? 0) + 1));
  }
  return given;
}

function half(height: number): number {
  return Math.ceil(height / 2);
}

/** The first of `count` rows to show in so many lines, so that the chosen one stands in the middle where that can be. */
export function firstShown(count: number, lines: number, chosen: number): number {
  return Math.max(0, Math.min(chosen - Math.floor((lines - 1) / 2), count - lines));
}
