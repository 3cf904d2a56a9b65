// Turns offsets of a text into lines and columns, both from 1. Columns count UTF-16 units, as editors do; a byte order mark takes no
// column.

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Prepares the line table of a text; `\n`, `\r\n` and `\r` end a line. */
export function positionsOf(text: string): (offset: number) => Position {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  const marked = text.startsWith('\ufeff');
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (starts[low] ?? 0) + 1;
    return { line: low + 1, column: low === 0 && marked && column > 1 ? column - 1 : column };
  };
}
