// The last lines of failed runs, folded away below the table of orders. A tail is text from anywhere: its fence is longer than
// any run of backticks in it, so it cannot get out.
import type { StatusDocument, StatusRun } from '../../core/model/status/status.ts';
import { visibleText } from '../text/escape-text.ts';
import type { ShownOrder } from './readme-orders.ts';

const TAILS_MAX = 10;
const LINES_MAX = 20;
const CHARACTERS_MAX = 2000;

export function failedTails(status: StatusDocument, shown: readonly ShownOrder[]): string[] {
  const failed = shown.flatMap(([id, order]) => {
    const runs: readonly (readonly [string | null, StatusRun])[] =
      order.machines === undefined
        ? [[order.machine === undefined ? null : String(order.machine), order]]
        : Object.entries(order.machines);
    return runs
      .filter(([, run]) => run.state === 'FAILED' && (run.tail ?? '').trim() !== '')
      .map(([machine, run]) => ({ id, machine, run }));
  });
  return failed.slice(0, TAILS_MAX).map(({ id, machine, run }) => {
    const name = machine === null ? '' : ` on ${machine} ${status.machines[machine]?.name ?? ''}`.trimEnd();
    return `<details>\n<summary>Last lines of ${htmlText(id)}${htmlText(name)}</summary>\n\n${fenced(run.tail ?? '')}\n\n</details>`;
  });
}

/** A code block that holds the end of the text and nothing but it. */
function fenced(text: string): string {
  const lines = visibleText(text).trimEnd().split('\n').slice(-LINES_MAX).join('\n');
  const end = [...lines].slice(-CHARACTERS_MAX).join('');
  const longest = Math.max(0, ...[...end.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}text\n${end}\n${fence}`;
}

/** One line of plain HTML text. */
function htmlText(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
