// The one table, in columns for a terminal; document-parts.ts writes it as Markdown.
import type { Row } from './row.ts';

export const HEAD = ['what', 'measured', 'at most', 'beside', ''];
/** A figure and its unit stay together. */
const WORDS = / (?!(?:ms|s|KB|B|×)(?:\W|$))/;
/** What is longer goes on in the next line. */
const WIDTHS = [32, 48, 26, 40, 4];

export function renderTable(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => [rule(), ...inColumns(cellsOf(row))]);
  return [...inColumns(HEAD), ...lines, rule()].join('\n');
}

export function cellsOf({ what, measured, atMost, beside, isOk }: Row): string[] {
  return [what, measured, atMost, beside, isOk ? 'ok' : 'over'];
}

function rule(): string {
  return WIDTHS.map((width) => '─'.repeat(width)).join('  ');
}

function inColumns(cells: readonly string[]): string[] {
  const columns = cells.map((cell, at) => wrapped(cell, WIDTHS[at] ?? 0));
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, at) => (column[line] ?? '').padEnd(WIDTHS[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(WORDS)) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
