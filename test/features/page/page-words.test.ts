// What the page says of what happened to an order, and of messages.
import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../../src/core/model/status/timeline.ts';
import { conversations, cursorOf, linesWith } from '../../../src/features/page/rules/conversations.ts';
import { dedented } from '../../../src/features/page/rules/dedented.ts';
import type { Letter, SentLetter, StatusMachine } from '../../../src/features/page/rules/snapshot.ts';
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
    to: 1,
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
    c: letter({ source: '2_all', to: 'all', number: 2, taken: true }),
    d: letter({ source: '0', from: 0, name: '', at: null }),
    e: letter({ number: 5, at: '2026-11-20T11:00:00Z' }),
  };
  const sent = {
    s: {
      id: 's',
      to: 2,
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
  const all = conversations({ inbox, sent }, machines, 1);
  expect(all.map(({ partner, unread }) => [partner, unread])).toEqual([
    ['3', 1],
    ['0', 1],
    ['2', 2],
    ['all', 0],
  ]);
  expect(linesWith('2', { inbox, sent }).map(({ key }) => key)).toEqual(['in e', 'out s', 'in a']);
  expect(linesWith('all', { inbox, sent }).map(({ state }) => state)).toEqual(['read']);
  expect(cursorOf('2', inbox)).toEqual({ '2': 5 });
  expect(cursorOf('all', inbox)).toBeNull();
});

test('an entry loses the blanks of its list, and no others', () => {
  expect(dedented('{\n      "id": "a",\n\n        "b": 1\n    }')).toBe('{\n  "id": "a",\n\n    "b": 1\n}');
  expect([dedented('{ "id": "a" }'), dedented('{\n}'), dedented('')]).toEqual(['{ "id": "a" }', '{\n}', '']);
});
