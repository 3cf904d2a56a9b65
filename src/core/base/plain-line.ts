/** In characters. */
const LENGTH_MAX = 200;

/** Words from outside in one line: no variable may hold what ends it, and what stands between two words is one blank. */
export function plainLine(text: string): string {
  return [...text.replaceAll(/[\s\p{C}]+/gu, ' ').trim()].slice(0, LENGTH_MAX).join('');
}
