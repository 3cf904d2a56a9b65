// Numbers of things in words.

/** `1 order`, `3 orders`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** After the first of a list: ` and 4 more`; empty where none is left out. */
export const andMore = (count: number): string => (count > 0 ? ` and ${count} more` : '');

/** `a, b, c and 4 more`. */
export const firstFew = (words: readonly string[], most: number, between = ', '): string =>
  `${words.slice(0, most).join(between)}${andMore(words.length - most)}`;

/** Of more machines than these the first are named and the others counted: a reason must not grow with the fleet. */
const MACHINES_NAMED_MAX = 5;

/** `1 or 2`; `one of 12 machines`. */
export const oneOf = (machines: readonly (number | string)[]): string =>
  machines.length > MACHINES_NAMED_MAX ? `one of ${machines.length} machines` : machines.join(' or ');

/** `1, 2`; `1, 2, 3, 4, 5 and 195 more`. */
export const machinesIn = (machines: readonly (number | string)[]): string => firstFew(machines.map(String), MACHINES_NAMED_MAX);
