// README.md of the board: STATUS.json for a person on the host's page, on a phone first. What needs a person comes first, then
// machines, orders, why runs failed, and a picture. All times are absolute; a pure function of what it is given (D6).
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import type { DocumentKind } from '../document.ts';
import { HANDOFF_PATH, ORDERS_PATH, README_PATH, STATUS_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { alertBlock, warningBlock } from './readme-alerts.ts';
import { failedTails } from './readme-failures.ts';
import { fleetGraph } from './readme-graph.ts';
import { machineTable } from './readme-machines.ts';
import { messageBlock, toPeopleBlock } from './readme-messages.ts';
import { orderTable, shownOrders } from './readme-orders.ts';
import { progressBlock } from './readme-progress.ts';

export const readmeDocument: DocumentKind = {
  owner: 'derived',
  path: README_PATH,
  fold: ({ status, fleet, capped }) => renderReadme(status, fleet, capped.leftOut?.orders),
};

/** `leftOut`: orders that STATUS.json has no room for. */
export function renderReadme(status: StatusDocument, fleet: FleetSettings, leftOut = 0): string {
  const link = editLink(fleet.url);
  const shown = shownOrders(status);
  const blocks = [
    `# ${markdownCell(fleet.name ?? 'Fleet')}`,
    ...alertBlock(status, link),
    `${summary(status)} · **[Edit the orders](${link})**`,
    ...toPeopleBlock(status),
    ...progressBlock(status),
    '## Machines',
    machineTable(status),
    '## Orders',
    orderTable(status, shown, leftOut),
    ...failedTails(status, shown),
    ...messageBlock(status),
    ...handOffLine(status),
    ...fleetGraph(status, shown),
    ...warningBlock(status),
    `${lastChange(status)}Written by coord from [${STATUS_PATH}](${STATUS_PATH})`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function summary({ summary: count }: StatusDocument): string {
  const states: [number, string][] = [
    [count.inProgress, 'in progress'],
    [count.queued + count.assigned, 'waiting'],
    [count.blocked, 'blocked'],
    [count.failed, 'failed'],
    [count.completed, 'completed'],
    [count.cancelled, 'cancelled'],
  ];
  const orders = states.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const machines = count.machines === 0 ? 'No machine yet' : `${count.online} of ${count.machines} machines online`;
  return [machines, ...orders].join(' · ');
}

const HAND_OFFS_SHOWN_MAX = 3;

/** D9: in one line; the page has the whole. */
function handOffLine({ handOffs = [], machines }: StatusDocument): string[] {
  const shown = handOffs.slice(0, HAND_OFFS_SHOWN_MAX).map(({ machine, at, project, text }) => {
    const who = `**${`${machine} ${markdownCell(machines[String(machine)]?.name ?? '')}`.trim()}**`;
    return `${who} ${markdownCell(project)} (${readableTime(at)}): ${markdownCell(text)}`;
  });
  return shown.length === 0 ? [] : [`[Last hand-offs](${HANDOFF_PATH}): ${shown.join(' · ')}`];
}

/** Without a machine there is no time in the sources: the status says the epoch. */
function lastChange({ updated }: StatusDocument): string {
  return updated.startsWith('1970-') ? '' : `Last change ${readableTime(updated)} · `;
}

/** Where a person edits ORDERS.json in a browser. `url` is the repository's page as fleet.yaml gives it; null = a link beside the README. */
export function editLink(url: string | null): string {
  const host = /^https:\/\/([^/:]+)/.exec(url ?? '')?.[1]?.toLowerCase();
  if (url === null || host === undefined) return ORDERS_PATH;
  const file = `main/coordination/${ORDERS_PATH}`;
  if (host === 'github.com') return `${url}/edit/${file}`;
  if (host === 'gitlab.com' || host.startsWith('gitlab.')) return `${url}/-/edit/${file}`;
  if (host === 'codeberg.org') return `${url}/_edit/${file}`;
  return ORDERS_PATH;
}
