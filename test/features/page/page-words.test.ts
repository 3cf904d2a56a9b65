// What the page says of what happened to an order, and of messages.
import { expect, test } from 'vitest';
import { EVERYBODY } from '../../../src/core/model/messages/message.ts';
import type { TimelineEvent } from '../../../src/core/model/status/timeline.ts';
import { conversations, cursorOf, linesWith, questionsIn } from '../../../src/features/page/rules/conversations.ts';
import { dedented } from '../../../src/features/page/rules/dedented.ts';
import { doneWords } from '../../../src/features/page/rules/done-words.ts';
import { hasEarlier, isSaidWith, linesBefore, type ToldMessage } from '../../../src/features/page/rules/earlier.ts';
import type { Letter, SentLetter, StatusMachine, StatusOrder } from '../../../src/features/page/rules/snapshot.ts';
import { storyOf } from '../../../src/features/page/rules/story.ts';

test('the story of an order names who, where and how', () => {
  const at = '2026-11-20T12:00:00Z';
  const run = { at, order: 'a', generation: 1, attempt: 1, machine: 2 };
  const events = [
    {
      kind: 'order',
      what: 'changed',
      order: 'a',
      title: null,
      for: null,
      fields: ['title'],
      by: { person: 'Ann' },
      commit: 'x',
      at,
    },
    { kind: 'started', ...run },
    { kind: 'ended', ...run, state: 'FAILED', reason: null, exitCode: 3, durationMs: 61_000 },
    { kind: 'takenOver', ...run, from: 1, why: 'lost' },
  ] as const satisfies readonly TimelineEvent[];
  expect(storyOf(events, { '2': 'pc' }).map(({ words }) => words)).toEqual([
    'changed (title) by Ann',
    'attempt 1 started on 2 pc',
    'attempt 1 failed with exit code 3 after 1 min on 2 pc',
    'taken over by 2 pc from machine 1',
  ]);
});

const letter = (it: Partial<Letter>): Letter => ({
  ...{
    source: '2',
    from: 2,
    to: '1',
    number: 1,
    at: '2026-11-20T12:00:00Z',
    priority: 'normal',
    body: 'x',
    taken: false,
    name: 'pc',
  },
  ...it,
});

test('messages are conversations by machine, with people and with all; what is urgent stands first', () => {
  const inbox = {
    a: letter({ number: 4 }),
    b: letter({ source: '3', from: 3, name: 'nas', priority: 'urgent', number: 7 }),
    c: letter({ source: '2_all', to: EVERYBODY, number: 2, taken: true }),
    d: letter({ source: '0', from: 0, name: '', at: null }),
    e: letter({ number: 5, at: '2026-11-20T11:00:00Z' }),
  };
  const sent = {
    s: {
      id: 's',
      to: '2',
      name: 'pc',
      number: 1,
      at: '2026-11-20T11:30:00Z',
      priority: 'normal',
      body: 'y',
      state: 'read',
    } satisfies SentLetter,
  };
  const machine = (name: string, state = 'IDLE') => ({ name, state }) as StatusMachine;
  const machines = { '1': machine('mac'), '2': machine('pc'), '3': machine('nas'), '4': machine('old', 'LEFT') };
  const self = { fleet: null, machine: 1, name: 'mac', remote: '' };
  const all = conversations({ inbox, sent, machines, orders: {}, self }, '');
  expect(all.map(({ partner, unread }) => [partner, unread])).toEqual([
    ['3', 1],
    ['0', 1],
    ['2', 2],
    ['all', 0],
  ]);
  // One that has left is listed while something of it waits, or while it is open.
  const listed = (open: string) => conversations({ inbox, sent, machines, orders: {}, self }, open).map(({ name }) => name);
  expect([listed('4'), listed('5')].map((names) => names.slice(4))).toEqual([['old'], []]);
  expect(linesWith('2', { inbox, sent }).map(({ key }) => key)).toEqual(['in e', 'out s', 'in a']);
  const toAll = { ...sent.s, id: 't', to: EVERYBODY };
  expect(linesWith('all', { inbox, sent: { ...sent, t: toAll } }).map(({ key }) => key)).toEqual(['out t', 'in c']);
  expect(cursorOf('2', inbox)).toEqual({ '2': 5 });
  expect(cursorOf('all', inbox)).toBeNull();
});

test('what an agent asks of people stands with them and with its machine, what it asks of others not', () => {
  const asks = (machine: number, more = {}) =>
    ({ state: 'BLOCKED', assign: 'any', machine, outputs: { question: 'Which?', ...more } }) as StatusOrder;
  const orders = {
    own: asks(1),
    there: asks(2),
    here: asks(2, { question_to: '1' }),
    other: asks(2, { question_to: '3' }),
    chain: { ...asks(2), steps: ['there'] },
    all: { ...asks(2), machines: {} },
    over: { ...asks(2), state: 'FAILED' as const },
  };
  const shown = { orders, self: { fleet: null, machine: 1, name: 'mac', remote: '' } };
  expect(questionsIn('2', shown)).toEqual(['there', 'here'].map((order) => ({ order, machine: 2, text: 'Which?' })));
  expect(questionsIn('0', shown).map(({ order }) => order)).toEqual(['own', 'there', 'here']);
  expect(questionsIn('3', shown)).toEqual([]);
  const all = conversations(
    { ...shown, inbox: {}, sent: {}, machines: { '2': { name: 'pc', state: 'IDLE' } as StatusMachine } },
    '',
  );
  expect(all.map(({ partner, questions }) => [partner, questions])).toEqual([
    ['0', 3],
    ['2', 2],
    ['all', 0],
  ]);
});

test('what has left the mailboxes goes before what is here, and stands once', () => {
  const told = (it: Partial<ToldMessage>): ToldMessage => {
    return {
      kind: 'message',
      at: '2026-11-19T12:00:00Z',
      by: { machine: 2 },
      to: '1',
      number: 1,
      priority: 'normal',
      text: 'x',
      ...it,
    };
  };
  const person = { person: 'Ann' };
  expect(isSaidWith('2', 1, told({}))).toBe(true);
  expect(isSaidWith('2', 1, told({ by: { machine: 1 }, to: '2' }))).toBe(true);
  expect(isSaidWith('2', 1, told({ to: '3' }))).toBe(false);
  expect(isSaidWith('2', 1, told({ to: 'ALL' }))).toBe(false);
  expect(isSaidWith('all', 1, told({ to: 'ALL' }))).toBe(true);
  expect(isSaidWith('0', 1, told({ to: '0' }))).toBe(true);
  expect(isSaidWith('0', 1, told({ by: person, number: null }))).toBe(true);
  expect(isSaidWith('0', 1, told({ by: person, number: null, to: '2' }))).toBe(false);
  // A machine writes what its people say to a machine.
  expect(isSaidWith('0', 1, told({ by: { machine: 2 }, number: null }))).toBe(true);
  const inbox = { a: letter({ number: 3 }), p: letter({ source: '0', from: 0, name: '', number: 1, body: 'by hand' }) };
  const here = linesWith('2', { inbox, sent: {} });
  expect([hasEarlier(here), hasEarlier(linesWith('0', { inbox, sent: {} })), hasEarlier([])]).toEqual([true, false, false]);
  const known = { machines: { '2': { name: 'pc' } as StatusMachine }, self: 1 };
  const all = [told({ number: 2 }), told({ number: 3 }), told({ by: { machine: 1 }, to: '2', number: 3 })];
  expect(linesBefore(all, here, known).map(({ from, number }) => [from?.name ?? null, number])).toEqual([
    ['pc', 2],
    [null, 3],
  ]);
  const byHand = [told({ by: person, number: null, text: 'by hand' }), told({ by: person, number: null, text: 'older' })];
  expect(linesBefore(byHand, linesWith('0', { inbox, sent: {} }), known).map(({ body }) => body)).toEqual(['older']);
});

test('an entry loses the blanks of its list, and no others', () => {
  expect(dedented('{\n      "id": "a",\n\n        "b": 1\n    }')).toBe('{\n  "id": "a",\n\n    "b": 1\n}');
  expect([dedented('{ "id": "a" }'), dedented('{\n}'), dedented('')]).toEqual(['{ "id": "a" }', '{\n}', '']);
});

test('an act that was recorded, and changed nothing, is no "Done." in green', () => {
  expect(doneWords({})).toEqual({ tone: 'good', text: 'Done.' });
  expect(doneWords({ landed: true, trouble: null, warnings: [] })).toEqual({ tone: 'good', text: 'Done.' });
  const warning = 'still paused, because its owner paused it: run coord resume there';
  expect(doneWords({ landed: true, trouble: null, warnings: [warning] })).toEqual({ tone: 'warn', text: warning });
  expect(doneWords({ landed: false, trouble: 'no route' })).toEqual({
    tone: 'warn',
    text: 'Recorded here; it goes out with the next sync that can: no route',
  });
});
