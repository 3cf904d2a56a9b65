// README.md of the board: STATUS.json for a person on the host's page, on a phone first. What needs a person comes first, then
// machines, orders, the last lines of runs, and a picture. All times are absolute; a pure function of what it is given (D6).
import { counted } from '../../core/base/counted.ts';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import { MORE_DOCUMENTS } from '../../features/documents.ts';
import type { DocumentKind } from '../document.ts';
import { FEATURES_PATH, ORDERS_PATH, README_PATH, STATUS_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { unbroken } from '../text/state-mark.ts';
import { documentLinks, type Linked } from './document-links.ts';
import { progressBar, progressWords } from './features.ts';
import { alertBlock, warningBlock } from './readme-alerts.ts';
import { fleetGraph } from './readme-graph.ts';
import { historyBlock } from './readme-history.ts';
import { machineTable } from './readme-machines.ts';
import { messageBlock, toPeopleBlock, writeLine } from './readme-messages.ts';
import { orderTable, shownOrders } from './readme-orders.ts';
import { lastLines } from './readme-tails.ts';

export const readmeDocument: DocumentKind = {
  owner: 'derived',
  path: README_PATH,
  fold: ({ status, fleet, written, main, capped }) => renderReadme(status, { ...fleet, main }, written, capped.leftOut?.orders),
};

/** `written`: the documents of people's on main. `leftOut`: orders that STATUS.json has no room for. */
export function renderReadme(
  status: StatusDocument,
  fleet: FleetSettings & Linked,
  written: ReadonlySet<string>,
  leftOut = 0,
): string {
  const links = documentLinks(fleet, written);
  const orders = links.linkTo(ORDERS_PATH);
  const shown = shownOrders(status);
  const blocks = [
    `# ${markdownCell(fleet.name ?? 'Fleet')}`,
    ...alertBlock(status, links),
    `${summary(status)}${orders === null ? '' : ` · **[Edit the orders](${orders})**`}`,
    ...historyBlock(fleet),
    ...toPeopleBlock(status, links),
    ...progressBlock(status),
    '## Machines',
    ...machineTable(status),
    ...writeLine(status, links),
    '## Orders',
    ...orderTable(status, shown, leftOut),
    ...lastLines(status, shown.open),
    ...messageBlock(status),
    ...MORE_DOCUMENTS.flatMap(({ mention }) => mention?.(status) ?? []),
    ...fleetGraph(status, shown.open),
    ...warningBlock(status),
    `Written by coord from [${STATUS_PATH}](${STATUS_PATH})`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function summary(status: StatusDocument): string {
  const { summary: count } = status;
  const states: [number, string][] = [
    [count.inProgress, 'in progress'],
    [count.queued + count.assigned, 'waiting'],
    [count.blocked, 'blocked'],
    [count.failed, 'failed'],
    [count.completed, 'completed'],
    [count.cancelled, 'cancelled'],
  ];
  const orders = states.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const machines =
    count.machines === 0 ? 'No machine yet' : `${count.online} of ${counted(count.machines, 'machine')} online${asOf(status)}`;
  return [machines, ...orders].join(' · ');
}

/** The newest time in the documents, without which nobody knows how old the page is. Without a machine they have none: the status says the epoch. */
function asOf({ updated }: StatusDocument): string {
  return updated.startsWith('1970-') ? '' : ` as of ${unbroken(readableTime(updated))}`;
}

const ROWS_MAX = 30;

function progressBlock({ progress }: StatusDocument): string[] {
  if (progress === undefined) return [];
  const inMvps = new Set(progress.mvps.flatMap(({ features }) => features.map(({ name }) => name)));
  const rows = [
    ...progress.mvps.flatMap((mvp) => [
      [specLink(mvp.name, mvp.specs), mvp] as const,
      ...mvp.features.map((feature) => [`· ${markdownCell(feature.name)}`, feature] as const),
    ]),
    // What belongs to no MVP.
    ...progress.features.filter(({ name }) => !inMvps.has(name)).map((feature) => [markdownCell(feature.name), feature] as const),
  ].map(([name, counts]) => `| ${name} | ${unbroken(progressBar(counts))}<br>${progressWords(counts)} |`);
  const rest = rows.length > ROWS_MAX ? `\n\nand ${rows.length - ROWS_MAX} more in [${FEATURES_PATH}](${FEATURES_PATH})` : '';
  return ['## Progress', `${['| | |', '|---|---|', ...rows.slice(0, ROWS_MAX)].join('\n')}${rest}`];
}

/** Paths of specs are plain names (D8). */
function specLink(name: string, [path = '']: readonly string[]): string {
  return `**[${markdownCell(name)}](${path})**`;
}
