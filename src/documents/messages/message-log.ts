// Reads and writes the log of one machine's messages to one reader: numbered, append-only, readable for people (protocol section 6).
// parse(render(x)) = x for bodies without white space at their end. Text between two entries that no machine wrote belongs to the entry
// above it.
import { COUNTER_MAX } from '../../core/base/counter.ts';
import type { Message, Reader } from '../../core/model/messages/message.ts';
import { PRIORITIES } from '../../core/model/orders/order.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';
import { isIsoTime } from '../text/iso-time.ts';
import { isTooLarge, TOO_LARGE } from '../text/limits.ts';
import { escapeBody, unescapeBody } from './message-body.ts';

const HEADING = new RegExp(`^## ([1-9][0-9]{0,14}) · (\\S+) · (${PRIORITIES.join('|')})[ \\t]*$`);

export interface Heading {
  readonly number: number;
  readonly at: string;
  readonly priority: Message['priority'];
}

export const messageLog: DocumentKind<readonly Message[]> = {
  owner: 'machine',
  path: /^messages\/([1-9][0-9]{0,3})_TO_(?:0|[1-9][0-9]{0,3}|ALL)\.md$/,
  parse: parseMessageLog,
};

export function parseMessageLog(text: string, path: string): Parsed<readonly Message[]> {
  // Its size alone bounds how many messages it holds: what a machine has written is never unreadable for their number.
  if (isTooLarge(text))
    return { value: null, faults: [{ document: path, line: null, column: null, level: 'fault', ...TOO_LARGE }] };
  const faults: Fault[] = [];
  const messages: Message[] = [];
  let open: { readonly heading: Heading; readonly lines: string[] } | null = null;
  let last = 0;
  const close = () => {
    if (open !== null) messages.push({ ...open.heading, body: unescapeBody(open.lines.join('\n')).trimEnd() });
  };
  for (const [at, line] of text.split('\n').entries()) {
    const heading = parseHeading(line);
    if (heading === null) {
      open?.lines.push(line);
      continue;
    }
    close();
    open = null;
    if (heading.number > last) {
      open = { heading, lines: [] };
      last = heading.number;
    } else {
      const place = { document: path, line: at + 1, column: 4, level: 'warning' } as const;
      faults.push({ ...place, expected: `a number above ${last}`, found: `${heading.number}, which is ignored` });
    }
  }
  close();
  return { value: messages, faults };
}

/** `## 12 · 2026-11-20T22:00:00.000Z · normal`, or null. A number that no log reaches (M1) makes no heading. */
export function parseHeading(line: string): Heading | null {
  const [, number, at, priority] = HEADING.exec(line.endsWith('\r') ? line.slice(0, -1) : line) ?? [];
  const known = PRIORITIES.find((word) => word === priority);
  if (at === undefined || !isIsoTime(at) || known === undefined || Number(number) > COUNTER_MAX) return null;
  return { number: Number(number), at, priority: known };
}

export function renderMessageLog(from: number, to: Reader, messages: readonly Message[]): string {
  const entries = messages.map((message) => `\n## ${headingOf(message)}\n${escapeBody(message.body.trimEnd())}\n`);
  return `# Messages from ${from} to ${to}\n${entries.join('')}`;
}

export function headingOf({ number, at, priority }: Message): string {
  return `${number} · ${at} · ${priority}`;
}
