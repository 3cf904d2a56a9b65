// Renders the board's messages: first those to people, then the newest between machines, with the state of each. A body is shown as one
// escaped line, never as markup (M5).

import { cutLine } from '../../core/base/cut-text.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import { EVERYBODY, PEOPLE, type Reader } from '../../core/model/messages/message.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import type { StatusMessage } from '../../core/model/status/status-messages.ts';
import { messagesPath } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { unbroken } from '../text/state-mark.ts';
import type { Links } from './document-links.ts';

const TEXT_SHOWN_MAX = 160;

/** Empty when nobody wrote to a machine. */
export function messageBlock(status: StatusDocument): string[] {
  const { last, fromPeople } = status.messages ?? { last: [], fromPeople: {} };
  const blocks = [...lastBlock(status, last), ...fromPeopleBlock(status, fromPeople)];
  return blocks.length === 0 ? [] : ['## Messages', ...blocks];
}

/** What machines wrote to people and nobody has answered; empty when there is nothing. */
export function toPeopleBlock(status: StatusDocument, links: Links): string[] {
  const messages = status.messages?.toPeople ?? [];
  if (messages.length === 0) return [];
  const lines = messages.map((it) => {
    const log = `[${unbroken(readableTime(it.at))}](${messagesPath(it.from, PEOPLE)})`;
    return `- **${name(status, String(it.from))}** · ${log}${urgency(it)}: ${text(it)}`;
  });
  const senders = [...new Set(messages.map(({ from }) => from))].sort((a, b) => a - b);
  const answers = senders.map((from) => pathLink(messagesPath(Number(PEOPLE), String(from)), links)).join(', ');
  return ['## To you', lines.join('\n'), `They stay here until you answer in ${answers}.`];
}

function pathLink(path: string, { linkTo }: Links): string {
  const link = linkTo(path);
  return link === null ? `\`${path}\`` : `[${markdownCell(path)}](${link})`;
}

const WRITE_MAX = 20;

/** Where people write to machines in a browser; empty where no link leads there. */
export function writeLine(status: StatusDocument, { linkTo }: Links): string[] {
  const here = Object.keys(status.machines).filter((machine) => status.machines[machine]?.state !== 'LEFT');
  const readers = here.sort((a, b) => Number(a) - Number(b)).slice(0, WRITE_MAX);
  const places = [...readers, ...(here.length > 1 ? [EVERYBODY] : [])].flatMap((reader) => {
    const link = linkTo(messagesPath(Number(PEOPLE), reader));
    return link === null ? [] : [`[${name(status, reader)}](${link})`];
  });
  return places.length === 0 ? [] : [`Write to ${places.join(' · ')}`];
}

function lastBlock(status: StatusDocument, messages: readonly StatusMessage[]): string[] {
  if (messages.length === 0) return [];
  const rows = messages.map((it) => {
    const who = `[${name(status, String(it.from))} → ${name(status, it.to)}](${messagesPath(it.from, it.to)})`;
    return `| ${who} | ${text(it)}${urgency(it)}<br>${it.state} · ${unbroken(readableTime(it.at))} |`;
  });
  return [['| from, to | message |', '|---|---|', ...rows].join('\n')];
}

function fromPeopleBlock(status: StatusDocument, counts: NonNullable<StatusDocument['messages']>['fromPeople']): string[] {
  const words = Object.entries(counts)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([machine, { delivered, read }]) => `${name(status, machine)} has ${delivered}, read ${read}`);
  return words.length === 0 ? [] : [`Messages from people: ${words.join(' · ')}`];
}

function name(status: StatusDocument, who: Reader): string {
  const machine = status.machines[who];
  return machine === undefined ? who.toLowerCase() : numberedName(who, markdownCell(machine.name));
}

function urgency({ priority }: StatusMessage): string {
  return priority === 'high' || priority === 'urgent' ? ` · **${priority}**` : '';
}

function text({ text: whole }: StatusMessage): string {
  return markdownCell(cutLine(whole, TEXT_SHOWN_MAX));
}
