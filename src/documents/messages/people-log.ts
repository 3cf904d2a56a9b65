// Reads what people write to a machine on the host (M3): each `## ` heading starts an entry, and so does text without any. Only its size
// can be a fault, so whatever a person wrote is delivered.
import type { PeopleEntry } from '../../core/model/messages/message.ts';
import { PRIORITIES, type Priority } from '../../core/model/orders/order.ts';
import type { Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';
import { isIsoTime } from '../text/iso-time.ts';
import { DOCUMENT_LIMITS, isTooLarge, TOO_LARGE } from '../text/limits.ts';

/** Some keyboards put a blank that does not break behind `#`. */
const HEADING = /^##(?:[ \t\u00a0\u202f]+(.*))?$/;
/** What a person may have copied from a machine's log. */
const TITLE = /^#[ \t]+messages from \S+ to \S+$/i;
/** M6: `## Resolved`, `## The disk is replaced · resolved`; the words stay, because a machine's reader wants them. */
const RESOLVED = /(?:^| · )resolved[.!]?$/i;

/** Some of it is shown: it is no white space, and in no comment. A comment that does not end is none. One pass. */
function saysSomething(text: string): boolean {
  const lastEnd = text.lastIndexOf('-->');
  for (let at = 0; ; ) {
    const open = text.indexOf('<!--', at);
    const isComment = open !== -1 && open + 4 <= lastEnd;
    if (/\S/.test(text.slice(at, isComment ? open : text.length))) return true;
    if (!isComment) return false;
    at = text.indexOf('-->', open + 4) + 3;
  }
}

export const peopleLog: DocumentKind<readonly PeopleEntry[]> = {
  owner: 'people',
  path: /^messages\/0_TO_(?:[1-9][0-9]{0,3}|ALL)\.md$/,
  parse: parsePeopleLog,
};

export function parsePeopleLog(text: string, path: string): Parsed<readonly PeopleEntry[]> {
  const fault = { document: path, line: null, column: null, level: 'fault' } as const;
  if (isTooLarge(text)) return { value: null, faults: [{ ...fault, ...TOO_LARGE }] };
  const parts: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    const trimmed = line.trimEnd();
    const heading = HEADING.exec(trimmed);
    if (heading !== null) parts.push({ heading: (heading[1] ?? '').trim(), lines: [] });
    else if (!TITLE.test(trimmed)) parts.at(-1)?.lines.push(trimmed);
  }
  if (parts.length > DOCUMENT_LIMITS.entriesMax) {
    return { value: null, faults: [{ ...fault, expected: `at most ${DOCUMENT_LIMITS.entriesMax} messages`, found: 'more' }] };
  }
  const counts = new Map<string, number>();
  const entries = parts.flatMap(({ heading, lines }): PeopleEntry[] => {
    const rest = lines.join('\n').replace(/^\n+/, '').trimEnd();
    const content = [heading, rest].filter((part) => part !== '').join('\n\n');
    if (!saysSomething(content)) return [];
    const occurrence = (counts.get(content) ?? 0) + 1;
    counts.set(content, occurrence);
    const { words, at, priority } = readHeading(heading);
    const body = [words, rest].filter((part) => part !== '').join('\n\n');
    return [{ content, occurrence, at, priority, body, ...(RESOLVED.test(heading) ? { resolves: true as const } : {}) }];
  });
  return { value: entries, faults: [] };
}

/** `Restart · high`: a time, a priority and a number after dots are what they say; the other words belong to the message. */
function readHeading(heading: string): { words: string; at: string | null; priority: Priority } {
  let at: string | null = null;
  let priority: Priority = 'normal';
  const words = heading.split(' · ').filter((part, index, all) => {
    const level = PRIORITIES.find((word) => word === part.trim().toLowerCase());
    if (level !== undefined && all.length > 1 && index === all.length - 1) priority = level;
    else if (isIsoTime(part)) at = part;
    else return !(all.length > 1 && index === 0 && /^[0-9]+$/.test(part));
    return false;
  });
  return { words: words.join(' · '), at, priority };
}
