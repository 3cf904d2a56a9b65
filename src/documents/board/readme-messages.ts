// Renders the board's messages: first those to people, then the newest between machines, with the state of each. A body is shown as one
// escaped line, never as markup (M5).
import { PEOPLE, type Reader } from '../../core/model/messages/message.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import type { StatusMessage } from '../../core/model/status/status-messages.ts';
import { messagesPath } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { readableTime } from '../text/iso-time.ts';
import { unbroken } from '../text/state-mark.ts';

const TEXT_SHOWN_MAX = 160;

/** Empty when nobody wrote to a machine. */
export function messageBlock(status: StatusDocument): string[] {
  const { last, fromPeople } = status.messages ?? { last: [], fromPeople: {} };
  const blocks = [...lastBlock(status, last), ...fromPeopleBlock(status, fromPeople)];
  return blocks.length === 0 ? [] : ['## Messages', ...blocks];
}

/** What machines wrote to people and nobody has answered; empty when there is nothing. */
export function toPeopleBlock(status: StatusDocument): string[] {
  const messages = status.messages?.toPeople ?? [];
  if (messages.length === 0) return [];
  const lines = messages.map((it) => {
    const log = `[${unbroken(readableTime(it.at))}](${messagesPath(it.from, PEOPLE)})`;
    return `- **${name(status, String(it.from))}** · ${log}${urgency(it)}: ${text(it)}`;
  });
  const senders = [...new Set(messages.map(({ from }) => from))].sort((a, b) => a - b);
  const answers = senders.map((from) => `\`${messagesPath(Number(PEOPLE), String(from))}\``).join(', ');
  return ['## To you', lines.join('\n'), `They stay here until you answer in ${answers}.`];
}

function lastBlock(status: StatusDocument, messages: readonly StatusMessage[]): string[] {
  if (messages.length === 0) return [];
  const rows = messages.map((it) => {
    const who = `[${name(status, String(it.from))} → ${name(status, it.to)}](${messagesPath(it.from, it.to)})`;
    return `| ${who} | ${text(it)}${urgency(it)} | ${it.state} | ${unbroken(readableTime(it.at))} |`;
  });
  return [['| from, to | message | | written |', '|---|---|---|---|', ...rows].join('\n')];
}

function fromPeopleBlock(status: StatusDocument, counts: NonNullable<StatusDocument['messages']>['fromPeople']): string[] {
  const words = Object.entries(counts)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([machine, { delivered, read }]) => `${name(status, machine)} has ${delivered}, read ${read}`);
  return words.length === 0 ? [] : [`Messages from people: ${words.join(' · ')}`];
}

function name(status: StatusDocument, who: Reader): string {
  const machine = status.machines[who];
  return machine === undefined ? who.toLowerCase() : `${who} ${markdownCell(machine.name)}`;
}

function urgency({ priority }: StatusMessage): string {
  return priority === 'high' || priority === 'urgent' ? ` · **${priority}**` : '';
}

function text({ text: whole }: StatusMessage): string {
  const line = whole.replaceAll(/\s+/g, ' ').trim();
  return markdownCell(line.length <= TEXT_SHOWN_MAX ? line : `${line.slice(0, TEXT_SHOWN_MAX - 1)}…`);
}
