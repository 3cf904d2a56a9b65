// Renders the first block of the board: what only a person can move, then the documents that cannot be read, each with its place. Warnings,
// which stop nothing, come last on the page.
import type { StatusDocument, StatusFault } from '../../core/model/status/status.ts';
import { needSubject } from '../../core/status/needs-you-entry.ts';
import { needKind } from '../../core/status/needs-you-kinds.ts';
import { ORDERS_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';

const SHOWN_MAX = 20;

/** Empty when nobody is needed. */
export function alertBlock(status: StatusDocument, link: string): string[] {
  const needs = status.needsYou
    .filter(({ code }) => needKind(code)?.hasOwnBlock !== true)
    .map((need) => {
      const { order, machine, document, why } = need;
      const what = needSubject(need, (number) => machineName(status, number));
      const where = machine === undefined || order === undefined ? '' : ` on ${machineName(status, machine)}`;
      return `- **${markdownCell(what)}**${where}: ${markdownCell(why)}${fixLink(document, link)}`;
    });
  const named = new Set(status.needsYou.map((need) => need.document));
  const faults = status.faults
    .filter((fault) => fault.level === 'fault' && !named.has(fault.document))
    .map((fault) => `- **${markdownCell(fault.document)}**${faultText(fault)}${fixLink(fault.document, link)}`);
  const lines = capped([...needs, ...faults]);
  return lines.length === 0 ? [] : [['> [!WARNING]', '> **Needs you**', '>', ...lines.map((line) => `> ${line}`)].join('\n')];
}

/** What was forgiven or ignored in people's documents. */
export function warningBlock(status: StatusDocument): string[] {
  const warnings = status.faults.filter((fault) => fault.level === 'warning');
  if (warnings.length === 0) return [];
  const lines = capped(warnings.map((fault) => `- ${markdownCell(fault.document)}${faultText(fault)}`));
  const title = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  return [`<details>\n<summary>${title}</summary>\n\n${lines.join('\n')}\n\n</details>`];
}

function machineName(status: StatusDocument, machine: number): string {
  const name = status.machines[String(machine)]?.name;
  return name === undefined ? `machine ${machine}` : `${machine} ${markdownCell(name)}`;
}

function faultText({ line, column, message }: StatusFault): string {
  const place = line === undefined ? '' : ` line ${line}${column === undefined ? '' : `, column ${column}`}`;
  return `${place}: ${markdownCell(message)}`;
}

function fixLink(document: string | undefined, link: string): string {
  return document === ORDERS_PATH ? ` · [fix it](${link})` : '';
}

function capped(lines: readonly string[]): string[] {
  if (lines.length <= SHOWN_MAX) return [...lines];
  return [...lines.slice(0, SHOWN_MAX), `- and ${lines.length - SHOWN_MAX} more in [STATUS.json](STATUS.json)`];
}
