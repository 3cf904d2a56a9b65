// The room Timeline: what happened, a line an event, by day, and which events some words mean. Pure.
import { EVERYBODY, PEOPLE } from '../../../core/model/messages/message.ts';
import type { TimelineEvent } from '../../../core/model/status/timeline.ts';
import { machineIn, type Names, wordsOf } from './story.ts';

/** What the mark of a line says. */
export type Happening =
  | 'added'
  | 'changed'
  | 'cancelled'
  | 'retried'
  | 'removed'
  | 'archived'
  | 'started'
  | 'completed'
  | 'failed'
  | 'stopped'
  | 'asks'
  | 'takenOver'
  | 'message'
  | 'urgent'
  | 'joined'
  | 'left'
  | 'lost'
  | 'back'
  | 'fault';

export interface TimelineLine {
  readonly key: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly happening: Happening;
  /** It has a room of its own; null = it is about none. */
  readonly order: string | null;
  readonly title: string | null;
  readonly words: string;
}

/** Of a message the beginning: all of it is in the chat. */
const TEXT_MAX = 240;

export function lineOf(event: TimelineEvent, names: Names): TimelineLine {
  const order = 'order' in event ? event.order : null;
  const title = event.kind === 'order' ? event.title : null;
  const words = event.kind === 'message' ? messageWords(event, names) : wordsOf(event, names);
  const happening = happeningOf(event);
  const run = 'attempt' in event ? `${event.machine} ${event.generation}.${event.attempt}` : '';
  return { key: [event.at, happening, order, run, words].join(' '), at: event.at, happening, order, title, words };
}

function happeningOf(event: TimelineEvent): Happening {
  switch (event.kind) {
    case 'order':
    case 'machine':
      return event.what;
    case 'ended':
      if (event.asks === true) return 'asks';
      return event.state === 'COMPLETED' ? 'completed' : event.state === 'FAILED' ? 'failed' : 'stopped';
    case 'message':
      return event.priority === 'urgent' ? 'urgent' : 'message';
    default:
      return event.kind;
  }
}

function messageWords({ by, to, text }: TimelineEvent & { readonly kind: 'message' }, names: Names): string {
  const from = 'person' in by ? by.person : machineIn(by.machine, names);
  const reader = to === EVERYBODY ? 'all' : to === PEOPLE ? 'people' : machineIn(Number(to), names);
  const begin = text.slice(0, TEXT_MAX);
  return `${from} to ${reader}: ${begin}${begin.length < text.length ? '…' : ''}`;
}

/** All of the words are in what its line says, however they are written in capitals; without words every event is meant. */
export function isSpokenOf(event: TimelineEvent, typed: string, names: Names): boolean {
  const wanted = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (wanted.length === 0) return true;
  const { order, title, words, happening } = lineOf(event, names);
  const whole = event.kind === 'message' ? event.text : '';
  const text = [order ?? '', title ?? '', happening, words, whole].join('\n').toLowerCase();
  return wanted.every((word) => text.includes(word));
}

export interface Day {
  readonly name: string;
  readonly lines: readonly TimelineLine[];
}

/** Newest first, within the days too. `dayOf`: the name of the day of a time, where its reader is. */
export function byDay(lines: readonly TimelineLine[], dayOf: (at: string) => string): readonly Day[] {
  const days = new Map<string, TimelineLine[]>();
  for (const line of lines) {
    const name = dayOf(line.at);
    days.set(name, [...(days.get(name) ?? []), line]);
  }
  return [...days].map(([name, its]) => ({ name, lines: its }));
}

/** `more`: of one question, newest first. What both have stands once. */
export function joined(lines: readonly TimelineLine[], more: readonly TimelineLine[]): readonly TimelineLine[] {
  const known = new Set(lines.map(({ key }) => key));
  return [...lines, ...more.filter(({ key }) => !known.has(key))];
}

/** What came meanwhile stands before what is there. Where it does not reach back to that, something between is missing: then it stands alone. */
export function withNews(news: readonly TimelineLine[], lines: readonly TimelineLine[]): readonly TimelineLine[] {
  const known = new Set(lines.map(({ key }) => key));
  return news.some(({ key }) => known.has(key)) ? joined(news, lines) : news;
}

/** Where the next page begins: at the oldest line, behind those of that very time which are there. */
export function afterLast(lines: readonly TimelineLine[]): { readonly until: string; readonly skip: number } | null {
  const last = lines.at(-1);
  return last === undefined ? null : { until: last.at, skip: lines.filter(({ at }) => at === last.at).length };
}
