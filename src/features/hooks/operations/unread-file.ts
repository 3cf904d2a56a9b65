// Writes `.coord/unread`, which a cycle leaves for `coord hook`. The hook runs at every step of an agent and shows ten messages at most, so
// each line begins with a message's name, and the hook parses only those that it shows. Of a long body only the part that can be shown is
// there.
import { byPriority, type NamedMessage } from '../../../operations/messages/mail-files.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { AGENT_TEXT_MAX, type QuotedMessage } from '../documents/agent-message.ts';

/** Of the file as a whole; another one says nothing, until the next sync. */
const FIRST_LINE = 'coord unread 1';

export interface UnreadLine {
  readonly source: string;
  readonly number: number;
  readonly isUrgent: boolean;
  readonly json: string;
}

/** Writes only what differs (C3). */
export function writeUnread(folder: FleetFolder, inbox: readonly NamedMessage[]): void {
  const lines = byPriority(inbox.filter(({ taken }) => !taken)).map(lineOf);
  const text = [FIRST_LINE, ...lines, ''].join('\n');
  if (readIfThere(folder.unread) !== text) writeDurably(folder.unread, text);
}

/** In the order in which they are to be read (M6). */
export function readUnread(folder: FleetFolder): readonly UnreadLine[] {
  const text = readIfThere(folder.unread) ?? '';
  const found: UnreadLine[] = [];
  if (!text.startsWith(`${FIRST_LINE}\n`)) return found;
  for (let start = FIRST_LINE.length + 1; start < text.length; ) {
    const end = text.indexOf('\n', start);
    // A line that does not end is half of one.
    if (end === -1) break;
    const afterSource = text.indexOf(' ', start);
    const afterNumber = text.indexOf(' ', afterSource + 1);
    found.push({
      source: text.slice(start, afterSource),
      number: Number(text.slice(afterSource + 1, afterNumber)),
      isUrgent: text.startsWith('urgent', afterNumber + 1),
      json: text.slice(text.indexOf('{', afterNumber), end),
    });
    start = end + 1;
  }
  return found;
}

/** Throws where the line is damaged. */
export function messageOf({ json }: UnreadLine): QuotedMessage {
  return JSON.parse(json) as QuotedMessage;
}

function lineOf({ source, number, from, name, to, at, priority, program, body: whole }: NamedMessage): string {
  const body = whole.trimEnd();
  const cut = body.length > AGENT_TEXT_MAX ? { body: body.slice(0, AGENT_TEXT_MAX), bodyLength: body.length } : { body };
  const message: QuotedMessage = { from, name, to, at, priority, ...(program === undefined ? {} : { program }), ...cut };
  return `${source} ${number} ${priority} ${JSON.stringify(message)}`;
}
