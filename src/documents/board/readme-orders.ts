// Renders the board's table of orders: unfinished ones in the order of ORDERS.json, then the newest finished ones. The rest is counted,
// with a link to STATUS.json.
import { parseTime } from '../../core/base/time.ts';
import type { StatusDocument, StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import { changedNote } from '../../core/orders/work-hash.ts';
import { STATUS_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { markedState, unbroken } from '../text/state-mark.ts';
import { nextDue } from './next-due.ts';

const SHOWN_MAX = 30;

export type ShownOrder = readonly [id: string, order: StatusOrder];

/** The orders that the board shows, in its order. */
export function shownOrders({ orders }: StatusDocument): readonly ShownOrder[] {
  const all = wholeOrders(orders);
  const open = all.filter(([, order]) => !isFinished(order));
  if (open.length >= SHOWN_MAX) return open.slice(0, SHOWN_MAX);
  const finished = all
    .filter(([, order]) => isFinished(order))
    .map((entry, index) => ({ entry, index, at: entry[1].finishedAt ?? '' }));
  finished.sort((a, b) => (a.at === b.at ? b.index - a.index : a.at < b.at ? 1 : -1));
  return [...open, ...finished.map(({ entry }) => entry)].slice(0, SHOWN_MAX);
}

/** `leftOut`: how many of them STATUS.json has no room for. */
export function orderTable(status: StatusDocument, shown: readonly ShownOrder[], leftOut: number): string {
  const total = wholeOrders(status.orders).length;
  if (total === 0) return 'No orders yet.';
  const rows = shown.map(([id, order]) => {
    const title = order.title === undefined ? '' : `<br>${markdownCell(order.title)}`;
    return `| ${unbroken(markedState(order.state))} | **${markdownCell(id)}**${title} | ${[where(status, order), ...known(id, order, status)].join('<br>')} |`;
  });
  const older = leftOut === 0 ? '' : `; the ${leftOut} that ended first are in \`results/\` alone`;
  const rest = total > shown.length ? `\n\nand ${total - shown.length} more in [${STATUS_PATH}](${STATUS_PATH})${older}` : '';
  return `${['| state | order | machine |', '|---|---|---|', ...rows].join('\n')}${rest}`;
}

function isFinished(run: StatusRun): boolean {
  return run.state === 'COMPLETED' || run.state === 'FAILED' || run.state === 'CANCELLED';
}

function where(status: StatusDocument, order: StatusOrder): string {
  if (order.machines !== undefined) {
    const runs = Object.values(order.machines);
    const count = (state: StatusRun['state']) => runs.filter((run) => run.state === state).length;
    const failed = count('FAILED') === 0 ? '' : `, ${count('FAILED')} failed`;
    return `all · ${count('COMPLETED')} of ${runs.length} done${failed}`;
  }
  if (order.machine === undefined) return markdownCell(order.assign);
  return `${order.machine} ${markdownCell(status.machines[String(order.machine)]?.name ?? '')}`.trim();
}

/** What is known of it, a line each: codes and reasons, then the time. */
function known(id: string, order: StatusOrder, { orders }: StatusDocument): string[] {
  const code =
    order.exitCode === undefined || order.exitCode === null || order.exitCode === 0 ? '' : `exit code ${order.exitCode}`;
  const time =
    order.finishedAt !== undefined
      ? readableTime(order.finishedAt)
      : order.startedAt !== undefined
        ? `since ${readableTime(order.startedAt)}`
        : '';
  const why = [code, markdownCell(order.reason ?? ''), markdownCell(changedNote(id, order, orders) ?? '')]
    .filter((word) => word !== '')
    .join(' · ');
  return [why, scheduleLine(order), branchLink(order.outputs) ?? '', unbroken(time)].filter((line) => line !== '');
}

/** Documents know no clock (D6): the next time is that after the one that was due last. */
function scheduleLine({ schedule, state, lastRuns = [] }: StatusOrder): string {
  if (schedule === undefined || state === 'CANCELLED') return '';
  const [last] = lastRuns;
  const next = last === undefined ? null : nextDue(schedule, parseTime(last.due));
  return `schedule ${markdownCell(schedule)}${next === null ? '' : `, next after that ${unbroken(readableTime(next))}`}`;
}

const BRANCH = /^coord\/[A-Za-z0-9@._-]{1,120}$/;
const PAGE = /^https:\/\/[A-Za-z0-9.-]+(?:\/[A-Za-z0-9@%._~-]+)+$/;

/** The branch that holds what an order changed (O16). A run can say anything among its outputs: only what coord says of a branch counts. Null = none. Plain ASCII, so nothing of it can end a cell or a link. */
export function branchLink(outputs: Readonly<Record<string, string>> | undefined): string | null {
  const { branch = '', branch_url: page = '' } = outputs ?? {};
  if (!BRANCH.test(branch)) return null;
  const name = `\`${branch}\``;
  const asPage = branch.replaceAll('@', '%40');
  return PAGE.test(page) && page.endsWith(`/${asPage}`) ? `[${name}](${page})` : name;
}
