// A pane as lines: its title with a rule, and as many of its rows as fit, in columns. Pure.
import { firstShown } from './layout.ts';
import { cutText, fitLine, fitText, type Line, lineWidth, type Part, part, textOf, widthOf } from './line.ts';
import type { Pane } from './panes.ts';
import type { Row } from './rows.ts';

/** Of the width, what the first column may take, and each of the others but the last. */
const FIRST_MAX = 0.3;
const OTHERS_MAX = 0.22;
const MARGIN = 2;

export interface Shown {
  readonly pane: Pane;
  readonly isChosen: boolean;
  readonly index: number;
}

export function wantedLines({ rows }: Pane): number {
  return 1 + rows.length;
}

export function paneLines({ pane, isChosen, index }: Shown, width: number, height: number): readonly Line[] {
  if (height <= 0) return [];
  const { rows } = pane;
  const count = Math.max(0, Math.min(rows.length, height - 1));
  // The others show their beginning: what runs now, what waits for a person.
  const first = isChosen ? firstShown(rows.length, count, index) : 0;
  const range = count < rows.length ? `${first + 1}–${first + count} of ${rows.length}` : '';
  const widths = columnWidths(rows, width - MARGIN);
  return [
    titleLine(rows.length === 0 ? `${pane.title} · ${pane.empty}` : pane.title, range, isChosen, width),
    ...rows
      .slice(first, first + count)
      .map((row, at) => rowLine(row, widths, isChosen && first + at === index, width, pane.name === 'needs')),
  ];
}

/** The one that keys go to is told by its mark and its rule, not by colour alone. */
function titleLine(title: string, range: string, isChosen: boolean, width: number): Line {
  const head = cutText(`${isChosen ? '▸' : '─'} ${title} `, width);
  const tail = range === '' ? '' : ` ${range}`;
  const rule = '─'.repeat(Math.max(0, width - widthOf(head) - widthOf(tail)));
  const line: Line = [part(head, isChosen ? 'bold' : undefined), part(rule, 'dim'), part(tail, 'dim')];
  return fitLine(line, width);
}

/** Over all rows, so that nothing jumps while one scrolls. */
function columnWidths(rows: readonly Row[], width: number): readonly number[] {
  const widest: number[] = [];
  for (const { cells } of rows)
    cells.forEach(({ text }, at) => {
      widest[at] = Math.max(widest[at] ?? 0, widthOf(text));
    });
  return widest.map((cells, at) => Math.min(cells, Math.max(6, Math.floor(width * (at === 0 ? FIRST_MAX : OTHERS_MAX)))));
}

/** Where that is too long, the command at its end is what helps. */
const COMMAND = /(?<=[:;] )coord [^:;]+$/;

function keepCommand(cell: Part, room: number): Part {
  const command = COMMAND.exec(cell.text)?.[0] ?? '';
  const rest = room - widthOf(command) - 1;
  if (command === '' || widthOf(cell.text) <= room || rest < MARGIN) return cell;
  return { ...cell, text: `${cutText(cell.text.slice(0, -command.length), rest)} ${command}` };
}

/** `isNeed`: what it says ends with a command. */
function rowLine({ cells }: Row, widths: readonly number[], isChosen: boolean, width: number, isNeed: boolean): Line {
  const room = width - MARGIN - widths.slice(0, cells.length - 1).reduce((sum, cells) => sum + cells + 2, 0);
  const columns = cells.flatMap((cell, at): Part[] => {
    if (at === cells.length - 1) return [isNeed ? keepCommand(cell, room) : cell];
    return [{ ...cell, text: fitText(cell.text, widths[at] ?? 0) }, part('  ')];
  });
  const line: Line = [part(isChosen ? '› ' : '  '), ...columns];
  if (!isChosen) return fitLine(line, width);
  return [part(textOf(fitLine(line, width)), 'inverse')];
}

/** Two columns side by side, with a rule between them. */
export function beside(left: readonly Line[], right: readonly Line[], leftWidth: number, height: number): readonly Line[] {
  return Array.from({ length: height }, (_, at) => {
    const line = left[at] ?? [];
    const padded = lineWidth(line) < leftWidth ? [...line, part(' '.repeat(leftWidth - lineWidth(line)))] : line;
    return [...padded, part(' │ ', 'dim'), ...(right[at] ?? [])];
  });
}
