// Puts an alert into words: one title and one text for every channel, and the bodies of webhooks. Its text was written by others (M5), so
// control and direction characters are made visible, and it is never part of a shell's command line.
import { senderLabel } from '../../../core/messages/sender-label.ts';
import type { Alert, AlertEvent, AlertMessage, WebhookShape } from '../../../core/model/messages/alert.ts';
import { visibleLine } from '../../../documents/text/escape-text.ts';

const TITLE_MAX = 120;
const TEXT_MAX = 1_000;

const HEADS: Readonly<Record<Alert['kind'], string>> = {
  emergency: 'EMERGENCY on',
  order: 'Needs you: order',
  machine: 'Needs you:',
  program: 'Needs you: a program on',
  message: 'Message of',
  fault: 'Cannot be read:',
};

export function alertMessage(alert: Alert, event: AlertEvent, from: AlertMessage['from']): AlertMessage {
  const { id, kind, order, machine, document, since, ended } = alert;
  const title = `${event === 'ended' ? 'Over: ' : ''}${HEADS[kind]} ${whom(alert)}`;
  const fleet = `coord on ${from.machine} ${from.name}`;
  return {
    version: 1,
    event,
    id,
    kind,
    title: visibleLine(title, TITLE_MAX),
    text: `${visibleLine(alert.what, TEXT_MAX)}\n(${event === 'ended' ? `since ${since}, over ${ended}` : `since ${since}`}; ${visibleLine(fleet, TITLE_MAX)})`,
    ...(order === undefined ? {} : { order }),
    ...(machine === undefined ? {} : { machine }),
    ...(document === undefined ? {} : { document }),
    since,
    ended,
    from,
  };
}

const LINES_MAX = 10;

/** Many at once: one message that names the first of them. */
export function severalMessage(messages: readonly AlertMessage[]): AlertMessage {
  const [first] = messages;
  if (first === undefined) throw new Error('no message');
  const lines = messages.slice(0, LINES_MAX).map(({ title }) => title);
  const more = messages.length > LINES_MAX ? [`and ${messages.length - LINES_MAX} more: coord status`] : [];
  const began = messages.find(({ event }) => event === 'began') ?? first;
  const several = messages.map(({ event, id, kind, title, text, order, machine, document }) => ({
    ...{ event, id, kind, title, text },
    ...(order === undefined ? {} : { order }),
    ...(machine === undefined ? {} : { machine }),
    ...(document === undefined ? {} : { document }),
  }));
  const { event, id, since, ended, from } = began;
  const title = `${messages.length} alerts of coord on ${from.machine} ${from.name}`;
  const text = [...lines, ...more].join('\n');
  return { version: 1, event, id, kind: 'several', title: visibleLine(title, TITLE_MAX), text, since, ended, several, from };
}

export function testMessage(id: string, at: string, from: AlertMessage['from']): AlertMessage {
  return {
    version: 1,
    event: 'test',
    id,
    kind: 'machine',
    title: 'A test of coord',
    text: `This is how coord on ${from.machine} ${from.name} tells you what needs you.`,
    since: at,
    ended: null,
    from,
  };
}

function whom({ kind, order, machine, name, document }: Alert): string {
  const label = machine === undefined ? 'the fleet' : senderLabel({ from: machine, name: name ?? '' });
  if (kind === 'order') return order ?? label;
  return kind === 'fault' ? (document ?? label) : label;
}

export interface WebhookBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function webhookBody(message: AlertMessage, shape: WebhookShape): WebhookBody {
  const { title, text, kind, event } = message;
  switch (shape) {
    case 'json':
      return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) };
    case 'slack': {
      const plain = (it: string) => it.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      return {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: `${plain(title)}\n${plain(text)}` }),
      };
    }
    case 'ntfy': {
      const isUrgent = kind === 'emergency' && event === 'began';
      const tags = event === 'ended' ? 'white_check_mark' : isUrgent ? 'rotating_light' : 'warning';
      return {
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          title: headerText(title),
          priority: isUrgent ? 'urgent' : event === 'ended' ? 'low' : 'default',
          tags,
        },
        body: text,
      };
    }
  }
}

/** RFC 2047, which ntfy reads: a header has no letters but those of ASCII. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return `=?UTF-8?Q?${[...new TextEncoder().encode(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}?=`;
}
