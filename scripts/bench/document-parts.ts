// The table of docs/performance.md, part by part: what is measured anew takes the place of what stood there of the same part, and
// everything else stays, with the day and the computer that it was measured on, and so does the text around it.
import type { Row } from './row.ts';
import { cellsOf, HEAD } from './table.ts';

/** A row of the table as it stands in the document. */
interface Line {
  readonly part: string;
  readonly cells: readonly string[];
}

/** One run of the bench, and which parts of the table are still of it. */
interface Source {
  readonly parts: readonly string[];
  readonly words: string;
}

export interface Parts {
  readonly lines: readonly Line[];
  readonly sources: readonly Source[];
}

export interface Measured {
  readonly part: string;
  readonly rows: readonly Row[];
}

const TABLE = /^\| part \|.*\n\|-.*\n((?:\|.*\n)*)(?:\n(?:- Measured: .*\n)+)?/m;

/** What a document holds; nothing of one that has no such table. */
export function partsOf(document: string): Parts {
  const table = TABLE.exec(document)?.[1] ?? '';
  const lines = [...table.matchAll(/^\| (.+) \|$/gm)]
    .map(([, inner]) => (inner ?? '').split(' | '))
    .map(([part = '', ...cells]) => ({ part, cells }));
  const sources = [...document.matchAll(/^- Measured: (.+?); on (.+)$/gm)].map(([, parts = '', words = '']) => ({
    parts: parts.split(', '),
    words,
  }));
  return { lines, sources };
}

/** New parts come last. */
export function withMeasured({ lines, sources }: Parts, measured: readonly Measured[], words: string): Parts {
  const anew = measured.map(({ part }) => part);
  const before = [...new Set(lines.map(({ part }) => part))];
  const order = [...before, ...anew.filter((part) => !before.includes(part))];
  const rowsOf = (part: string): readonly Line[] => {
    const found = measured.find((one) => one.part === part);
    return found === undefined
      ? lines.filter((line) => line.part === part)
      : found.rows.map((row) => ({ part, cells: cellsOf(row) }));
  };
  const left = sources
    .map((source) => ({ ...source, parts: source.parts.filter((part) => !anew.includes(part)) }))
    .filter(({ parts }) => parts.length > 0);
  return { lines: order.flatMap(rowsOf), sources: anew.length === 0 ? left : [...left, { parts: anew, words }] };
}

/** The document with these parts in the place of its own. Throws where it has no such table. */
export function withParts(document: string, parts: Parts): string {
  if (!TABLE.test(document)) throw new Error('the document has no table of parts: expected a line that begins with | part |');
  return document.replace(TABLE, () => `${renderParts(parts)}\n`);
}

export function renderParts({ lines, sources }: Parts): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(['part', ...HEAD]),
    `|${'---|'.repeat(HEAD.length + 1)}`,
    ...lines.map(({ part, cells }) => line([part, ...cells])),
  ];
  return [...table, '', ...sources.map(({ parts, words }) => `- Measured: ${parts.join(', ')}; on ${words}`)].join('\n');
}
