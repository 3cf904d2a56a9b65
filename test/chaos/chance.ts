// Chance with a seed: what is ordered and whom a kill meets is the same again; when things happen is the machine's own.
export interface Chance {
  fraction(): number;
  between(min: number, max: number): number;
  one<T>(of: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  let state = (seed % 2_147_483_646) + 1;
  const fraction = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return {
    fraction,
    between: (min, max) => min + (max - min) * fraction(),
    one: (of) => of[Math.floor(fraction() * of.length)] as (typeof of)[number],
  };
}
