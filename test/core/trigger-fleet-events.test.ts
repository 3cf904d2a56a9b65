// O19: messages to a machine, and local services that crashed, as events.
import { describe, expect, test } from 'vitest';
import { isLike } from '../../src/core/base/glob.ts';
import { eventVariables } from '../../src/core/decide/order-events.ts';
import type { SaidService } from '../../src/core/model/machines/local-service.ts';
import type { MailView, Message, PeopleEntry } from '../../src/core/model/messages/message.ts';
import { MESSAGE_TRIGGERS_MAX, readServiceWords, type Trigger } from '../../src/core/model/orders/trigger.ts';
import { occurrenceOf } from '../../src/core/orders/occurrences.ts';
import { depthOf, eventOccurrenceId } from '../../src/core/runs/occurrence-name.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { parsePeopleLog } from '../../src/documents/messages/people-log.ts';
import { active, ended, NO_MAIL, type SampleMachine, snapshot, T0, view } from './samples.ts';
import { fleetOf, looked, open, trigger } from './trigger-samples.ts';

test.each<[text: string, pattern: string, isFitting: boolean]>([
  ['deploy web', 'deploy *', true],
  ['Deploy Web', 'deploy *', true],
  ['redeploy web', 'deploy *', false],
  ['deploy', 'deploy *', false],
  ['deploy web to box now', 'deploy * to * now', true],
  ['deploy web to box', 'deploy * to * now', false],
  ['ab', 'ab*b', false],
  ['anything', '*', true],
  ['', '*', true],
  ['a*', 'a', false],
])('O19.15: %s is like %s: %s', (text, pattern, isFitting) => {
  expect(isLike(text, pattern)).toBe(isFitting);
});

test('O19.15: a pattern of many stars takes no longer for a text that nearly fits', () => {
  const pieces = 'a*'.repeat(100);
  expect([isLike('a'.repeat(199), `${pieces}b`), isLike('a'.repeat(200), `${pieces}a`)]).toEqual([false, true]);
});

describe('messages to a machine', () => {
  const message = (number: number, body: string, change: Partial<Message> = {}): Message => ({
    ...{ number, at: '2026-11-20T22:01:00.000Z', priority: 'normal', body },
    ...change,
  });
  const entries = (text: string): readonly PeopleEntry[] => parsePeopleLog(text, 'messages/0_TO_2.md').value ?? [];
  const mailOf = (to: Record<string, readonly Message[]>, people: Record<string, string> = {}): MailView => ({
    ...NO_MAIL,
    machines: new Map([[3, new Map(Object.entries(to))]]),
    people: new Map(Object.entries(people).map(([reader, text]) => [reader, entries(text)])),
  });
  const on = (of: string, match?: string): Trigger => ({ kind: 'message', of, ...(match === undefined ? {} : { match }) });
  const fleet = (mail: MailView, waits = on('2', 'deploy *'), sender: SampleMachine = {}) => ({
    ...fleetOf([view(1), view(2), view(3, sender)], trigger({}, waits)),
    mail,
  });
  const texts = (...looks: Parameters<typeof fleet>[]) => open(looked(looks.map((it) => fleet(...it)))).map(({ text }) => text);

  test('O19.15: each that fits is an event, told as data; what stood there at the first look is none', () => {
    const old = message(1, 'deploy nothing');
    const mail = mailOf({ 2: [old, message(2, '\n  deploy  web \u0007\nplease'), message(3, 'no deploy')] });
    const state = looked([fleet(mailOf({ 2: [old] })), fleet(mail)]);
    const [event, ...more] = open(state);
    expect(more).toEqual([]);
    expect(eventVariables(occurrenceOf(trigger(), event?.id ?? '', event))).toEqual({
      COORD_EVENT_KIND: 'message',
      COORD_EVENT_MACHINE: '3',
      COORD_EVENT_AT: '2026-11-20T22:01:00.000Z',
      COORD_EVENT_TEXT: 'deploy web',
    });
    const done = { ...state, ended: [ended(event?.id ?? '')] };
    expect(open(looked([fleet(mail), fleet(mailOf({})), fleet(mail)], done))).toEqual([]);
  });

  test('O19.15: to it or to all, from machines and people, by number or name; to others it is none', () => {
    expect(texts([mailOf({})], [mailOf({ ALL: [message(1, 'deploy a')] })])).toEqual(['deploy a']);
    expect(texts([mailOf({})], [mailOf({ 1: [message(1, 'deploy a')], 0: [message(1, 'deploy b')] })])).toEqual([]);
    const people = mailOf({}, { 2: '## deploy c\n\nnow\n', ALL: 'deploy d\n', 1: 'deploy e\n' });
    expect(texts([mailOf({})], [people])).toEqual(['deploy c', 'deploy d']);
    const byName = on('M2', '*');
    expect(texts([mailOf({}), byName], [people, byName])).toEqual(['deploy c', 'deploy d']);
    const any = on('2');
    expect(texts([mailOf({}), any], [mailOf({ 2: [message(1, 'x')] }), any])).toEqual(['x']);
  });

  test('O19.15: people write the same words again, and where they like: each is one event', () => {
    const first = mailOf({}, { 2: 'deploy a\n' });
    const state = looked([fleet(mailOf({})), fleet(first)]);
    const done = { ...state, ended: open(state).map(({ id }) => ended(id)) };
    const again = looked([fleet(mailOf({}, { 2: '## deploy b\n## deploy a\n## deploy a\n' }))], done);
    expect(open(again).map(({ text }) => text)).toEqual(['deploy b', 'deploy a']);
  });

  test('O19.15: what a program sent is known by its first words, and comes of what ran there then', () => {
    const cause = active(eventOccurrenceId('mend', 'x', 2), { startedAt: T0 });
    const sender = { results: { running: [cause] } };
    const sent = mailOf({ 2: [message(1, 'From 3/builder:\n\ndeploy web')] });
    const state = looked([fleet(mailOf({})), fleet(sent, undefined, sender)]);
    expect(open(state).map(({ id, text }) => [depthOf(id), text])).toEqual([[3, 'deploy web']]);
    const early = mailOf({ 2: [message(1, 'deploy web', { at: '2026-11-20T21:59:00.000Z' })] });
    expect(open(looked([fleet(mailOf({})), fleet(early, undefined, sender)])).map(({ id }) => depthOf(id))).toEqual([1]);
  });

  test('O19.15: only so many triggers wait for messages', () => {
    const many = Array.from({ length: MESSAGE_TRIGGERS_MAX + 1 }, (_, at) => trigger({ id: `t${at}` }, on('2')));
    const state = looked([{ ...fleetOf([view(1), view(2)], ...many), mail: mailOf({}) }]);
    expect(Object.keys(state.triggers ?? {})).toHaveLength(MESSAGE_TRIGGERS_MAX);
  });
});

describe('local services', () => {
  const said = (change: Partial<SaidService> = {}): SaidService => ({
    ...{ state: 'CRASHED', givenUp: false, load: 0, capacity: 1, specialties: [], since: '2026-11-20T22:01:00.000Z' },
    ...{ detail: 'ended with exit code 3', ...change },
  });
  const on = (of: string): Trigger => ({ kind: 'program', of });
  const fleet = (of: string, builder?: SaidService, results = {}) =>
    fleetOf(
      [view(1), view(2, { document: builder === undefined ? {} : { programs: { builder } }, results })],
      trigger({}, on(of)),
    );
  const seen = (of: string, builder: SaidService, results = {}) => open(looked([fleet(of), fleet(of, builder, results)]));

  test.each<[of: string, builder: Partial<SaidService>, count: number]>([
    ['builder crashed', {}, 1],
    ['2/builder crashed', {}, 1],
    ['m2/builder crashed', {}, 1],
    ['1/builder crashed', {}, 0],
    ['trainer crashed', {}, 0],
    ['builder crashed', { state: 'ONLINE' }, 0],
    ['builder given up', {}, 0],
    ['builder given up', { givenUp: true }, 1],
    ['builder crashed', { givenUp: true, state: 'DEGRADED' }, 1],
  ])('O19.16: %s, %o: %d', (of, builder, count) => {
    expect(seen(of, said(builder))).toHaveLength(count);
  });

  test('O19.16: each crash that its machine tells is an event, once; it comes of what ran there then', () => {
    const of = 'builder crashed';
    const state = looked([fleet(of), fleet(of, said())]);
    expect(open(state)).toMatchObject([{ machine: 2, text: 'builder: ended with exit code 3' }]);
    const done = { ...state, ended: open(state).map(({ id }) => ended(id)) };
    expect(open(looked([fleet(of, said({ state: 'ONLINE' })), fleet(of, said())], done))).toEqual([]);
    expect(open(looked([fleet(of, said({ since: '2026-11-20T22:02:00.000Z' }))], done))).toHaveLength(1);
    const running = [active(eventOccurrenceId('mend', 'x', 1), { startedAt: T0 })];
    expect(seen(of, said(), { running }).map(({ id }) => depthOf(id))).toEqual([2]);
  });

  test('what it is to be written like', () => {
    expect(readServiceWords('box/builder given up')).toEqual({ machine: 'box', name: 'builder', what: 'given up' });
    expect(['builder', 'builder broke', 'Builder crashed', '2/ crashed'].map(readServiceWords)).toEqual([null, null, null, null]);
  });
});

test.each<[on: Trigger, blocked: string | null]>([
  [{ kind: 'emergency', of: 'pcc' }, 'no machine named pcc; it starts when one joins'],
  [{ kind: 'lost', of: '7' }, 'no machine 7; it starts when one joins'],
  [{ kind: 'message', of: '3', match: '*' }, '3 m3 has left'],
  [{ kind: 'program', of: 'm3/web crashed' }, '3 m3 has left'],
  [{ kind: 'emergency', of: 'M2' }, null],
  [{ kind: 'program', of: 'web crashed' }, null],
])('O19.17 a trigger that waits for a machine that nobody is says so: %j', (on, blocked) => {
  const machines = [view(1), view(2), view(3, { document: { state: 'LEFT' } })];
  const { orders, needsYou } = deriveStatus({ ...snapshot(fleetOf(machines, trigger({}, on))), sources: '' });
  expect(orders.alarm?.state).toBe(blocked === null ? 'QUEUED' : 'BLOCKED');
  expect(needsYou.map(({ order, why }) => [order, why])).toEqual(
    blocked === null ? [] : [['alarm', expect.stringContaining(blocked)]],
  );
});
