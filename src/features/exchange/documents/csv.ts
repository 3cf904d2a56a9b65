// Writes a table as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it: its words are other people's.
// Pure.
import { visibleText } from '../../../documents/text/escape-text.ts';
import type { Cell, Row } from './records.ts';

/** Also the wide forms, which some spreadsheets read alike. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

export function csvOf(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))];
  return lines.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = visibleText(cell ?? '');
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
