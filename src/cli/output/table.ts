// Columns that line up, and times that people can read. Colour is added by the caller after the widths are known.

import { cutLine } from '../../core/base/cut-text.ts';
import { visibleText } from '../../documents/text/escape-text.ts';

/** Rows of plain text become lines; `paint` colours a finished cell. The last column is not padded. */
export function columns(
  rows: readonly (readonly string[])[],
  paint: (text: string, column: number, row: number) => string = (text) => text,
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  return rows.map((row, at) =>
    row
      .map(
        (cell, column) =>
          paint(cell, column, at) + (column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cell.length)),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** `40 s`, `5 min`, `3 h`, `2 days`. */
export function roughly(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `40 s ago`; a clock that went back says `just now`. */
export function ago(iso: string | undefined, nowMs: number): string {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at) || at === 0) return 'never';
  return nowMs - at < 1000 ? 'just now' : `${roughly(nowMs - at)} ago`;
}

/** Characters of a word that somebody chose, in a table. */
export const CELL_MAX = 100;

/** Other people's words as a cell: nothing of them moves the cursor or breaks the line. */
export function plainCell(text: string, lengthMax: number): string {
  return oneLine(visibleText(text), lengthMax);
}

export function oneLine(text: string, lengthMax: number): string {
  return cutLine(text, lengthMax);
}
