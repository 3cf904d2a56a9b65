// Renders the first block of the board: what only a person can move, then the documents that cannot be read, each with its place. Warnings,
// which stop nothing, come last on the page.
import { counted } from '../../core/base/counted.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import type { NeedsYou, StatusDocument, StatusFault } from '../../core/model/status/status.ts';
import { needSubject } from '../../core/status/needs-you-entry.ts';
import { needKind } from '../../core/status/needs-you-kinds.ts';
import { type WayOut, wayOut } from '../../core/status/ways.ts';
import { markdownCell, visibleText } from '../text/escape-text.ts';
import type { Links } from './document-links.ts';

const SHOWN_MAX = 20;

/** Empty when nobody is needed. */
export function alertBlock(status: StatusDocument, links: Links): string[] {
  const needs = status.needsYou
    .filter(({ code }) => needKind(code)?.hasOwnBlock !== true)
    .map((need) => needLine(need, status, links));
  const named = new Set(status.needsYou.map((need) => need.document));
  const faults = status.faults
    .filter((fault) => fault.level === 'fault' && !named.has(fault.document))
    .map((fault) => `- **${markdownCell(fault.document)}**${faultText(fault)}${fixLink(fault.document, links)}`);
  const lines = capped([...needs, ...faults]);
  return lines.length === 0 ? [] : [['> [!WARNING]', '> **Needs you**', '>', ...lines.map((line) => `> ${line}`)].join('\n')];
}

/** What is the case, then each way out on a line of its own: the edit first, which a phone can make, then the command. */
function needLine(need: NeedsYou, status: StatusDocument, links: Links): string {
  const { order, machine, document } = need;
  const what = needSubject(need, (number) => machineName(status, number));
  const where = machine === undefined || order === undefined ? '' : ` on ${machineName(status, machine)}`;
  const entry = order !== undefined && Object.hasOwn(status.orders, order) ? status.orders[order] : undefined;
  // Of an order that found no room here nobody could say what to edit.
  const told = need.told === undefined || (order !== undefined && entry === undefined) ? [need.why] : need.told;
  const why = told.filter((part) => typeof part === 'string').join('');
  const ways = told.flatMap((part) => {
    if (typeof part === 'string') return [];
    const way = wayOut(part, { order, machine: machine ?? entry?.machine }, entry);
    return `<br>→ ${editWords(way, links)}, or ${way.isThere ? 'there ' : ''}${codeWords(way.command)}`;
  });
  return `- **${markdownCell(what)}**${where}: ${markdownCell(why)}${fixLink(document, links)}${ways.join('')}`;
}

function editWords({ words, document }: WayOut, { linkTo }: Links): string {
  const link = linkTo(document);
  if (link !== null) return `[${markdownCell(words)}](${link})`;
  return markdownCell(words.includes(document) ? words : `in ${document}: ${words}`);
}

/** A command as people copy it. */
function codeWords(command: string): string {
  return command.includes('`') ? markdownCell(command) : `\`${visibleText(command).replace(/\s+/g, ' ')}\``;
}

/** What was forgiven or ignored in people's documents. */
export function warningBlock(status: StatusDocument): string[] {
  const warnings = status.faults.filter((fault) => fault.level === 'warning');
  if (warnings.length === 0) return [];
  const lines = capped(warnings.map((fault) => `- ${markdownCell(fault.document)}${faultText(fault)}`));
  return [`<details>\n<summary>${counted(warnings.length, 'warning')}</summary>\n\n${lines.join('\n')}\n\n</details>`];
}

function machineName(status: StatusDocument, machine: number): string {
  const name = status.machines[String(machine)]?.name;
  return name === undefined ? `machine ${machine}` : numberedName(machine, markdownCell(name));
}

function faultText({ line, column, message }: StatusFault): string {
  const place = line === undefined ? '' : ` line ${line}${column === undefined ? '' : `, column ${column}`}`;
  return `${place}: ${markdownCell(message)}`;
}

function fixLink(document: string | undefined, { linkTo, written }: Links): string {
  const link = document !== undefined && written.has(document) ? linkTo(document) : null;
  return link === null ? '' : ` · [fix it](${link})`;
}

function capped(lines: readonly string[]): string[] {
  if (lines.length <= SHOWN_MAX) return [...lines];
  return [...lines.slice(0, SHOWN_MAX), `- and ${lines.length - SHOWN_MAX} more in [STATUS.json](STATUS.json)`];
}
