// Words from outside in one line of 200 characters at most.

const LENGTH_MAX = 200;

/** For what a command gets: no variable may hold what ends it, and what stands between two words is one blank. */
export function plainLine(text: string): string {
  return [...text.replaceAll(/[\s\p{C}]+/gu, ' ').trim()].slice(0, LENGTH_MAX).join('');
}

/** For a document: a sign that nobody sees is shown as `?`. */
export function documentLine(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
  return [...plain.trim()].slice(0, LENGTH_MAX).join('').trim();
}
