// The one source of chance of a simulated world: mulberry32. The same seed gives the same history, byte for byte.

export interface Chance {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number from 0 to one below `count`. */
  below(count: number): number;
  between(low: number, high: number): number;
  /** True so often, of 1. */
  is(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** By weights. */
  weighted<T>(from: readonly (readonly [number, T])[]): T;
}

export function createChance(seed: number): Chance {
  let state = Math.imul(seed ^ 0x9e3779b9, 2_654_435_761);
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number) => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    between: (low, high) => low + below(high - low + 1),
    is: (probability) => fraction() < probability,
    pick<T>(from: readonly T[]): T {
      const one = from[below(from.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
    weighted<T>(from: readonly (readonly [number, T])[]): T {
      let left = fraction() * from.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of from) {
        left -= weight;
        if (left < 0) return value;
      }
      throw new Error('nothing to pick from');
    },
  };
}
