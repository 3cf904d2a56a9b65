// What is unread, what was delivered, and what people do to their logs (M1 to M4).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cursorOf, inboxOf, observeMail, startAtEnd, take } from '../../src/core/messages/mailbox.ts';
import { EMPTY_MAIL, type MailState } from '../../src/core/model/messages/mail.ts';
import type { MailView, Message, PeopleEntry } from '../../src/core/model/messages/message.ts';
import { parsePeopleLog } from '../../src/documents/messages/people-log.ts';
import { NO_MAIL } from './samples.ts';

const AT = '2026-11-20T22:00:00.000Z';
const hash = (text: string) => text;

function log(...numbers: number[]): Message[] {
  return numbers.map((number) => ({ number, at: AT, priority: 'normal', body: `m${number}` }));
}

function view(machines: Record<number, Record<string, Message[]>>, people: Record<string, string> = {}): MailView {
  const entries = (text: string): readonly PeopleEntry[] => parsePeopleLog(text, 'x').value ?? [];
  return {
    machines: new Map(Object.entries(machines).map(([from, logs]) => [Number(from), new Map(Object.entries(logs))])),
    people: new Map(Object.entries(people).map(([to, text]) => [to, entries(text)])),
    unreadable: new Set(),
  };
}

const unread = (mail: MailState, seen: MailView, machine = 2) =>
  inboxOf(mail, seen, machine, hash).flatMap((it) => (it.taken ? [] : [`${it.source}:${it.body}`]));
const see = (mail: MailState, seen: MailView) => observeMail(mail, seen, 2, hash);
/** Takes all that is shown, as `coord inbox --take` does. */
function takeAll(mail: MailState, seen: MailView): MailState {
  const upTo: Record<string, number> = {};
  for (const it of inboxOf(mail, seen, 2, hash)) upTo[it.source] = Math.max(upTo[it.source] ?? 0, it.number);
  return take(mail, upTo);
}

describe('logs of machines', () => {
  const seen = view({ 1: { 2: log(1, 2), 3: log(1), ALL: log(1) }, 2: { 2: log(1), ALL: log(1, 2) }, 3: { 2: log(7) } });

  test('mine are those to me and to all, but not my own word to all', () => {
    const mail = see(EMPTY_MAIL, seen);
    expect(unread(mail, seen)).toEqual(['1:m1', '1:m2', '1_all:m1', '2:m1', '3:m7']);
    expect(mail.cursors).toEqual({
      '1': { delivered: 2, taken: 0 },
      '1_all': { delivered: 1, taken: 0 },
      '2': { delivered: 1, taken: 0 },
      '3': { delivered: 7, taken: 0 },
    });
  });

  test('C3: seen again, nothing is new', () => {
    const mail = see(EMPTY_MAIL, seen);
    expect(see(mail, seen)).toBe(mail);
    expect(see(EMPTY_MAIL, NO_MAIL)).toBe(EMPTY_MAIL);
  });

  test('taken is taken, once and for all, and only what was delivered', () => {
    const mail = see(EMPTY_MAIL, seen);
    const read = take(mail, { '1': 1, '3': 99 });
    expect(unread(read, seen)).toEqual(['1:m2', '1_all:m1', '2:m1']);
    expect(cursorOf(read, '3')).toEqual({ delivered: 7, taken: 7 });
    expect(take(read, { '1': 1, '3': 2, '9': 4 })).toBe(read);
  });

  test('an older copy of a log repeats nothing (D2)', () => {
    const mail = takeAll(see(EMPTY_MAIL, seen), seen);
    const older = view({ 1: { 2: log(1) } });
    expect(see(mail, older)).toBe(mail);
    expect(unread(mail, older)).toEqual([]);
    expect(unread(mail, seen)).toEqual([]);
  });

  test('M4: a joiner begins at the end of the logs to ALL, and at the beginning of those to its number', () => {
    const full = view({ 1: { 2: log(1), ALL: log(1, 2) } }, { ALL: '## old', 2: '## welcome' });
    const mail = startAtEnd(EMPTY_MAIL, full, 2, hash);
    expect(unread(mail, full)).toEqual(['0:welcome', '1:m1']);
    const more = view({ 1: { 2: log(1), ALL: log(1, 2, 3) } }, { ALL: '## old\n## new', 2: '## welcome' });
    expect(unread(see(mail, more), more)).toEqual(['0:welcome', '0_all:new', '1:m1', '1_all:m3']);
  });
});

describe('M3: logs of people', () => {
  const text = (it: string) => view({}, { 2: it });

  test('new entries are new wherever they were put', () => {
    let mail = takeAll(see(EMPTY_MAIL, text('## a\n## b')), text('## a\n## b'));
    const next = text('## top\n## a\n## middle\n## b\n## end');
    mail = see(mail, next);
    expect(unread(mail, next)).toEqual(['0:top', '0:middle', '0:end']);
    expect(cursorOf(mail, '0')).toEqual({ delivered: 5, taken: 2 });
  });

  test('edits and deletions neither lose nor repeat other entries', () => {
    let mail = takeAll(see(EMPTY_MAIL, text('## a\n## b\n## c')), text('## a\n## b\n## c'));
    const edited = text('## a!\n## c\n## d');
    mail = see(mail, edited);
    expect(unread(mail, edited)).toEqual(['0:a!', '0:d']);
  });

  test('the same words written again after they were taken out are new', () => {
    let mail = takeAll(see(EMPTY_MAIL, text('## ok')), text('## ok'));
    mail = see(mail, text(''));
    expect(mail.known['0']).toEqual({});
    mail = see(mail, text('## ok'));
    expect(unread(mail, text('## ok'))).toEqual(['0:ok']);
    mail = see(mail, text('## ok\n## ok'));
    expect(unread(mail, text('## ok\n## ok'))).toEqual(['0:ok', '0:ok']);
  });

  test('what was taken back before anybody read it is not unread for ever', () => {
    const mail = see(see(EMPTY_MAIL, text('## a')), text(''));
    expect(cursorOf(mail, '0')).toEqual({ delivered: 1, taken: 1 });
  });

  test('a log that cannot be read counts as no removal (D4)', () => {
    const mail = takeAll(see(EMPTY_MAIL, text('## a')), text('## a'));
    const unreadable = { ...NO_MAIL, unreadable: new Set(['2']) };
    expect(see(mail, unreadable)).toBe(mail);
  });

  test('writing to a machine means that what it had said was read', () => {
    const before = view({ 2: { 0: log(1, 2) } }, {});
    expect(see(EMPTY_MAIL, before).peopleRead).toBe(0);
    expect(see(EMPTY_MAIL, view({ 2: { 0: log(1, 2) } }, { 2: 'thanks' })).peopleRead).toBe(2);
    expect(see(EMPTY_MAIL, view({ 2: { 0: log(1, 2) } }, { ALL: 'hello all' })).peopleRead).toBe(0);
  });

  test('of any history of insertions and deletions each entry is shown exactly once', () => {
    const step = fc.record({ insertAt: fc.nat(20), removeAt: fc.option(fc.nat(20)), looks: fc.boolean(), takes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let mail = EMPTY_MAIL;
        let entries: string[] = [];
        let next = 0;
        const written = new Set<string>();
        const shown: string[] = [];
        for (const { insertAt, removeAt, looks, takes } of [
          ...steps,
          { insertAt: 0, removeAt: null, looks: true, takes: true },
        ]) {
          const word = `w${next++}`;
          entries = entries.toSpliced(insertAt % (entries.length + 1), 0, word);
          written.add(word);
          if (removeAt !== null && entries.length > 0) {
            const [removed = ''] = entries.splice(removeAt % entries.length, 1);
            if (!shown.includes(removed)) written.delete(removed);
          }
          const now = text(entries.map((it) => `## ${it}`).join('\n'));
          if (looks) mail = see(mail, now);
          if (looks && takes) {
            shown.push(...unread(mail, now).map((it) => it.slice(2)));
            mail = takeAll(mail, now);
          }
        }
        expect(shown.toSorted()).toEqual([...written].toSorted());
      }),
    );
  });
});
