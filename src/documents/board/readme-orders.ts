// Renders the board's table of orders: first what needs somebody, then what goes on, then what ended last. Older ones are folded, and the rest
// is counted, with a link to STATUS.json. Two columns, so that nothing is cut off on a phone.
import { counted } from '../../core/base/counted.ts';
import { isBranchPage } from '../../core/base/host-pages.ts';
import { parseTime } from '../../core/base/time.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import type { OrderState } from '../../core/model/orders/run.ts';
import type { StatusDocument, StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import { changedNote } from '../../core/orders/work-hash.ts';
import { STATUS_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { markedCell, unbroken } from '../text/state-mark.ts';
import { nextDue } from './next-due.ts';

/** In the order in which people read them, and how many of each stand in the open. */
const GROUPS: readonly { readonly states: readonly OrderState[]; readonly max: number; readonly isEnd: boolean }[] = [
  { states: ['FAILED'], max: 10, isEnd: true },
  { states: ['BLOCKED'], max: 20, isEnd: false },
  { states: ['IN_PROGRESS'], max: 20, isEnd: false },
  { states: ['ASSIGNED', 'QUEUED'], max: 20, isEnd: false },
  { states: ['COMPLETED', 'CANCELLED'], max: 10, isEnd: true },
];
const FOLDED_MAX = 60;

export type ShownOrder = readonly [id: string, order: StatusOrder];

export interface ShownOrders {
  readonly open: readonly ShownOrder[];
  readonly folded: readonly ShownOrder[];
  /** Those that STATUS.json alone has. */
  readonly others: number;
}

/** The orders that the board shows: those that have ended the newest first, all others as ORDERS.json lists them. */
export function shownOrders({ orders }: StatusDocument): ShownOrders {
  const all = wholeOrders(orders);
  const groups = GROUPS.map(({ states, max, isEnd }) => {
    const its = all.filter(([, { state }]) => states.includes(state));
    const sorted = isEnd ? newestFirst(its) : its;
    return { open: sorted.slice(0, max), rest: sorted.slice(max) };
  });
  const rest = groups.flatMap((group) => group.rest);
  return {
    open: groups.flatMap((group) => group.open),
    folded: rest.slice(0, FOLDED_MAX),
    others: Math.max(0, rest.length - FOLDED_MAX),
  };
}

function newestFirst(orders: readonly ShownOrder[]): readonly ShownOrder[] {
  const timed = orders.map((entry, index) => ({ entry, index, at: entry[1].finishedAt ?? '' }));
  timed.sort((a, b) => (a.at === b.at ? b.index - a.index : a.at < b.at ? 1 : -1));
  return timed.map(({ entry }) => entry);
}

/** `leftOut`: how many of them STATUS.json has no room for. */
export function orderTable(status: StatusDocument, { open, folded, others }: ShownOrders, leftOut: number): string[] {
  if (open.length === 0) return ['No orders yet.'];
  const table = (orders: readonly ShownOrder[]) =>
    ['| state | order |', '|---|---|', ...orders.map((order) => row(order, status))].join('\n');
  const title = counted(folded.length, 'more order');
  const older = leftOut === 0 ? '' : `; the ${leftOut} that ended first are in \`results/\` alone`;
  return [
    table(open),
    ...(folded.length === 0 ? [] : [`<details>\n<summary>${title}</summary>\n\n${table(folded)}\n\n</details>`]),
    ...(others === 0 ? [] : [`and ${others} more in [${STATUS_PATH}](${STATUS_PATH})${older}`]),
  ];
}

/** What is known of an order stands under its name, a line each: reasons, then its schedule, then the time. */
function row([id, order]: ShownOrder, status: StatusDocument): string {
  const title = order.title === undefined ? '' : markdownCell(order.title);
  const lines = [`**${markdownCell(id)}** · ${where(status, order)}`, title, ...known(id, order, status)];
  return `| ${markedCell(order.state)} | ${lines.filter((line) => line !== '').join('<br>')} |`;
}

function where(status: StatusDocument, order: StatusOrder): string {
  if (order.machines !== undefined) {
    const runs = Object.values(order.machines);
    const count = (state: StatusRun['state']) => runs.filter((run) => run.state === state).length;
    const failed = count('FAILED') === 0 ? '' : `, ${count('FAILED')} failed`;
    return `all · ${count('COMPLETED')} of ${runs.length} done${failed}`;
  }
  if (order.machine === undefined) return markdownCell(order.assign);
  return numberedName(order.machine, markdownCell(status.machines[String(order.machine)]?.name ?? ''));
}

function known(id: string, order: StatusOrder, { orders, updated }: StatusDocument): string[] {
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
  return [why, scheduleLine(order, updated), triggerLine(order), branchLink(order.outputs) ?? '', unbroken(time)];
}

/** Documents know no clock (D6): the next time is that after the newest time in them, which the page says as well. */
function scheduleLine({ schedule, state }: StatusOrder, updated: string): string {
  if (schedule === undefined || state === 'CANCELLED') return '';
  const next = nextDue(schedule, parseTime(updated));
  return `schedule ${markdownCell(schedule)}${next === null ? '' : `, next ${unbroken(readableTime(next))}`}`;
}

function triggerLine({ on, times, lastRuns: [last] = [], state }: StatusOrder): string {
  if (on === undefined || state === 'CANCELLED') return '';
  const count =
    times === undefined
      ? ''
      : ` · ${counted(times, 'time')}${last === undefined ? '' : `, last ${unbroken(readableTime(last.due))}`}`;
  return `on ${markdownCell(on)}${count}`;
}

const BRANCH = /^coord\/[A-Za-z0-9@._-]{1,120}$/;

/** The branch that holds what an order changed (O16). A run can say anything among its outputs: only what coord says of a branch counts. Null = none. Plain ASCII, so nothing of it can end a cell or a link. */
export function branchLink(outputs: Readonly<Record<string, string>> | undefined): string | null {
  const { branch = '', branch_url: page = '' } = outputs ?? {};
  if (!BRANCH.test(branch)) return null;
  const name = `\`${branch}\``;
  return isBranchPage(page, branch) ? `[${name}](${page})` : name;
}
