// Renders the last lines of runs that have ended, a folded block an order: of one that failed they say why, of one that completed they are often
// what it was for. Nothing of them can leave its block.
import { listedName } from '../../core/model/machines/machine-label.ts';
import type { StatusDocument, StatusRun } from '../../core/model/status/status.ts';
import { markdownCell, visibleText } from '../text/escape-text.ts';
import { markedState } from '../text/state-mark.ts';
import type { ShownOrder } from './readme-orders.ts';

/** Orders with last lines, and their characters, of those that failed, of those that completed, and of others: a page that is too large is not rendered. */
const ORDERS_MAX = 10;
const KIND_CHARACTERS_MAX = 25_000;
/** Runs of one order, those that failed first. */
const RUNS_MAX = 20;
const LINES_MAX = 20;
const CHARACTERS_MAX = 2000;
/** Of each of several runs of one order. */
const SHARED_CHARACTERS_MAX = 500;

interface Tail {
  readonly machine: string | null;
  readonly run: StatusRun;
}

export function lastLines(status: StatusDocument, shown: readonly ShownOrder[]): string[] {
  const all = shown.map(([id, order]) => ({ id, order, tails: tailsOf(order) })).filter(({ tails }) => tails.length > 0);
  const stateOf = ({ tails }: { readonly tails: readonly Tail[] }) => tails[0]?.run.state;
  const failed = all.filter((it) => stateOf(it) === 'FAILED');
  const completed = all.filter((it) => stateOf(it) === 'COMPLETED');
  const others = all.filter((it) => !failed.includes(it) && !completed.includes(it));
  return [failed, completed, others].flatMap((kind) => {
    const blocks: string[] = [];
    let left = KIND_CHARACTERS_MAX;
    for (const { id, tails } of kind.slice(0, ORDERS_MAX)) {
      const block = folded(status, id, tails);
      left -= block.length;
      if (left < 0) break;
      blocks.push(block);
    }
    return blocks;
  });
}

/** Found once for each order as it stands: of hundreds of machines few are shown, and all are asked in each fold. */
const found = new WeakMap<ShownOrder[1], readonly Tail[]>();

function tailsOf(order: ShownOrder[1]): readonly Tail[] {
  const tails = found.get(order) ?? findTails(order);
  found.set(order, tails);
  return tails;
}

/** The runs of it that have ended and put something out. */
function findTails(order: ShownOrder[1]): readonly Tail[] {
  const runs: readonly Tail[] =
    order.machines === undefined
      ? [{ machine: order.machine === undefined ? null : String(order.machine), run: order }]
      : Object.entries(order.machines).map(([machine, run]) => ({ machine, run }));
  const told = runs.filter(({ run }) => run.finishedAt !== undefined && /\S/.test(run.tail ?? ''));
  const isFailed = ({ run }: Tail) => run.state === 'FAILED';
  return [...told.filter(isFailed), ...told.filter((tail) => !isFailed(tail))];
}

function folded(status: StatusDocument, id: string, tails: readonly Tail[]): string {
  const name = ({ machine }: Tail) => (machine === null ? '' : listedName(machine, status.machines));
  const [first] = tails;
  const where =
    tails.length > 1 ? `on ${tails.length} machines` : first === undefined || name(first) === '' ? '' : `on ${name(first)}`;
  const mark = first === undefined ? '' : (markedState(first.run.state).split(' ')[0] ?? '');
  const shown = tails.slice(0, RUNS_MAX);
  const blocks = shown.map((tail) => {
    const head = tails.length > 1 ? `${markedState(tail.run.state)} on ${markdownCell(name(tail))}\n\n` : '';
    return `${head}${fenced(tail.run.tail ?? '', tails.length > 1 ? SHARED_CHARACTERS_MAX : CHARACTERS_MAX)}`;
  });
  const rest = tails.length > RUNS_MAX ? [`and of ${tails.length - RUNS_MAX} more machines`] : [];
  const title = `${mark} Last lines of ${htmlText(id)}${where === '' ? '' : ` ${htmlText(where)}`}`;
  return `<details>\n<summary>${title}</summary>\n\n${[...blocks, ...rest].join('\n\n')}\n\n</details>`;
}

/** A code block that holds the end of the text and nothing but it. */
function fenced(text: string, charactersMax: number): string {
  // What becomes visible takes more room than before, and time: first the end, then that.
  const end = lastOf(visibleText(lastOf(text.trimEnd(), charactersMax)), charactersMax);
  const longest = Math.max(0, ...[...end.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}text\n${end}\n${fence}`;
}

function lastOf(text: string, charactersMax: number): string {
  const lines = text.split('\n').slice(-LINES_MAX).join('\n');
  return [...lines.slice(-2 * charactersMax)].slice(-charactersMax).join('');
}

/** One line of plain HTML text. */
function htmlText(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
