// A number with its word: `1 order`, `3 orders`.
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
