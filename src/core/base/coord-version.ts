// Versions of coord as machines say them. What a machine says of itself is a word of others, and may be no version. Pure.

export function isVersion(word: string): boolean {
  return /^\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[a-z0-9.]{1,40})?$/.test(word);
}

/** What is tried before a release (`0.2.0-rc.1`) is older than that. */
export function isOlder(one: string, other: string): boolean {
  const [first = '', before] = one.split('-');
  const [second = '', beforeOther] = other.split('-');
  const numbers = first.localeCompare(second, 'en', { numeric: true });
  if (numbers !== 0) return numbers < 0;
  return before !== undefined && (beforeOther === undefined || before.localeCompare(beforeOther, 'en', { numeric: true }) < 0);
}

/** Null = none of them is a version. */
export function newestVersion(words: readonly string[]): string | null {
  return words.filter(isVersion).reduce<string | null>((best, one) => (best === null || isOlder(best, one) ? one : best), null);
}

/** Not the newest, or no version at all. */
export function isBehind(word: string, newest: string): boolean {
  return !isVersion(word) || isOlder(word, newest);
}
