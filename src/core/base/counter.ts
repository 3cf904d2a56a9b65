// Counters that others tell of, such as seq and beat. Anybody who may push can write any number there (R3): a machine that counted on from the
// highest one that a number can be would say what nobody can read.

/** Counted once a second, it takes 30,000 years. */
export const COUNTER_MAX = 1e12;

/** Zero for one that no machine reaches. */
export function reachable(count: number): number {
  return count <= COUNTER_MAX ? count : 0;
}
