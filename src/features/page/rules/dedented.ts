// A part of a text without the blanks that it has from where it stands. Pure.

/** The first line has none: the part begins with it. */
export function dedented(text: string): string {
  const [first = '', ...others] = text.split('\n');
  const blanks = others.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const least = blanks.length === 0 ? 0 : Math.min(...blanks);
  return [first, ...others.map((line) => line.slice(Math.min(least, line.length)))].join('\n');
}
