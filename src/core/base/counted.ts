// Numbers of things in words.

/** `1 order`, `3 orders`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** After the first of a list: ` and 4 more`; empty where none is left out. */
export const andMore = (count: number): string => (count > 0 ? ` and ${count} more` : '');

/** `a, b, c and 4 more`. */
export const firstFew = (words: readonly string[], most: number, between = ', '): string =>
  `${words.slice(0, most).join(between)}${andMore(words.length - most)}`;
