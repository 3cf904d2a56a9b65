import { describe, expect, test } from 'vitest';
import { observeLedger } from '../../src/core/cycle/observe-ledger.ts';
import { type EarlierWord, takeOver } from '../../src/core/cycle/take-over-machine.ts';
import { newJournal } from '../../src/core/model/ledger/journal-start.ts';
import { EMPTY_MAIL, type MailState } from '../../src/core/model/messages/mail.ts';
import type { Message, PeopleEntry } from '../../src/core/model/messages/message.ts';
import { active, at, ended, order, type SampleMachine, snapshot, T0, view } from './samples.ts';

const NOW = '2026-11-21T00:00:00.000Z';
const how = { instance: 'new', nowIso: NOW, orders: [order('old', { assign: { kind: 'all' } })], hash: (text: string) => text };
const fresh = newJournal(2, 'new', []);

function word(sample: SampleMachine = {}, change: Partial<EarlierWord> = {}): EarlierWord {
  return { view: view(2, sample), logs: new Map(), history: new Map(), more: {}, people: new Map(), ...change };
}

const message = (number: number, body = `text ${number}`): Message => ({ number, at: T0, priority: 'normal', body });
const entry = (content: string): PeopleEntry => ({ content, occurrence: 1, at: null, priority: 'normal', body: content });
const cursors = (delivered: number, taken: number) => ({ 0: { delivered, taken } });
const mailOf = (messages: readonly Message[]): MailState => ({
  ...EMPTY_MAIL,
  sent: { 1: { last: messages.at(-1)?.number ?? 0, messages: messages.map((it) => ({ ...it, id: `id-${it.body}` })) } },
});

describe('I2: a fresh journal', () => {
  test('I2 takes memory, notes and what was passed over; seq and beat are the highest that were said', () => {
    const results = { ended: [ended('a')], older: [ended('b')], before: ['x@1'] };
    const state = takeOver(fresh, word({ document: { seq: 9, beat: 4, notes: 'mine' }, results, lane: { beat: 12 } }), how);
    expect(state).toMatchObject({ instance: 'new', seq: 9, beat: 12, before: ['x@1'], notes: 'mine', duplicate: null });
    expect(state.ended).toEqual([ended('a')]);
    expect(state.older).toMatchObject([{ order: 'b', state: 'COMPLETED' }]);
  });

  test('I2 what the lane calls running is interrupted, as the attempt that it was', () => {
    const running = [{ order: 'r', generation: 2, attempt: 3, startedAt: T0 }];
    const state = takeOver(fresh, word({ results: { running } }), how);
    expect(state.ended).toEqual([
      ended('r', {
        generation: 2,
        attempt: 3,
        state: 'FAILED',
        reason: 'interrupted',
        code: 'interrupted',
        exitCode: null,
        finishedAt: NOW,
      }),
    ]);
    expect(state.active).toEqual([]);
  });

  test('O1 orders for all that were placed while it had LEFT are passed over, and only then', () => {
    expect(takeOver(fresh, word({ document: { state: 'LEFT' } }), how).before).toEqual(['old@1']);
    expect(takeOver(fresh, word(), how).before).toEqual([]);
    const ran = word({ document: { state: 'LEFT' }, results: { ended: [ended('old')] } });
    expect(takeOver(fresh, ran, how).before).toEqual([]);
  });

  test('I2 more than twenty ends: the newest in full, of the others the newest of each order', () => {
    const many = Array.from({ length: 20 }, (_, at) => ended(`o${at}`, { finishedAt: `2026-11-20T22:00:${10 + at}.000Z` }));
    const running = [{ order: 'r', generation: 1, attempt: 1, startedAt: T0 }];
    const state = takeOver(fresh, word({ results: { ended: many, running } }), how);
    expect(state.ended).toHaveLength(20);
    expect(state.ended.at(-1)).toMatchObject({ order: 'r' });
    expect(state.older).toMatchObject([{ order: 'o0' }]);
  });

  test('I2 numbers of messages go on after those in the history', () => {
    const logs = new Map([['1', [message(4)]]]);
    const history = new Map([['0', [message(7)]]]);
    const { sent } = takeOver(fresh, word({}, { logs, history }), how).mail;
    expect(sent['1']).toEqual({ last: 4, messages: [{ ...message(4), id: '1-4' }] });
    expect(sent['0']).toEqual({ last: 7, messages: [] });
  });
});

describe('M3: people’s entries after a lost disk', () => {
  const known = (delivered: number, taken: number, ...contents: string[]) => {
    const people = new Map([['2', contents.map(entry)]]);
    return takeOver(fresh, word({ document: { cursors: cursors(delivered, taken) } }, { people }), how).mail;
  };

  test('M3 those that stand there are numbered in order', () => {
    expect(known(2, 1, 'a', 'b')).toMatchObject({ known: { 0: { 'a.1': 1, 'b.1': 2 } }, cursors: cursors(2, 1) });
  });

  test('M3 what is missing was the oldest', () => {
    expect(known(5, 4, 'a', 'b').known).toEqual({ 0: { 'a.1': 4, 'b.1': 5 } });
  });

  test('M3 what is more than was delivered stays new', () => {
    expect(known(1, 1, 'a', 'b').known).toEqual({ 0: { 'a.1': 1 } });
    expect(known(0, 0, 'a').known).toEqual({});
  });
});

describe('R3: a journal that went its own way', () => {
  test('R3 ends of both count once; what was said stands, but for work that is done', () => {
    const mine = { ...fresh, ended: [ended('both', { tail: 'mine' }), ended('done'), ended('only-mine')] };
    const theirs = [ended('both', { tail: 'theirs' }), ended('done', { state: 'FAILED' }), ended('only-theirs')];
    const state = takeOver(mine, word({ results: { ended: theirs } }), how);
    expect(state.ended.map((run) => run.order).sort()).toEqual(['both', 'done', 'only-mine', 'only-theirs']);
    expect(state.ended.find((run) => run.order === 'both')?.tail).toBe('theirs');
    expect(state.ended.find((run) => run.order === 'done')?.state).toBe('COMPLETED');
  });

  test('R3 an end that was seen says more than an interruption, whoever saw it', () => {
    const interrupted = ended('a', { state: 'FAILED', reason: 'interrupted', exitCode: null });
    const seen = ended('a', { state: 'FAILED', exitCode: 3 });
    const known = (mine: typeof seen, theirs: typeof seen) =>
      takeOver({ ...fresh, ended: [mine] }, word({ results: { ended: [theirs] } }), how).ended;
    expect(known(seen, interrupted)).toEqual([seen]);
    expect(known(interrupted, seen)).toEqual([seen]);
  });

  test('R3, O5 a push of before the take-over is no answer to it: no lease is counted from that', () => {
    const mine = { ...fresh, tried: { commit: 'lane-2', at: at(0) } };
    const state = takeOver(mine, word(), how);
    const showsIt = snapshot({ machines: [view(2)] });
    expect(observeLedger(state, showsIt, at(1000), state.computer).accepted).toBeNull();
  });

  test('R3 a run that goes on here goes on; one that only the other instance runs is interrupted', () => {
    const mine = { ...fresh, active: [active('here')] };
    const running = ['here', 'there'].map((id) => ({ order: id, generation: 1, attempt: 1, startedAt: T0 }));
    const state = takeOver(mine, word({ results: { running } }), how);
    expect(state.active).toEqual([active('here')]);
    expect(state.ended).toMatchObject([{ order: 'there', reason: 'interrupted' }]);
  });

  test('M1 the larger cursors; the lane’s messages stand, and mine that it lacks follow them in order', () => {
    const mine = {
      ...fresh,
      mail: { ...mailOf([message(1), message(2, 'mine'), message(3, 'mine too')]), cursors: cursors(3, 1) },
    };
    const theirs = word({ document: { cursors: cursors(2, 2) } }, { logs: new Map([['1', [message(1), message(2, 'theirs')]]]) });
    const { mail } = takeOver(mine, theirs, how);
    expect(mail.cursors).toEqual(cursors(3, 2));
    expect(mail.sent['1']?.messages.map(({ number, body }) => [number, body])).toEqual([
      [1, 'text 1'],
      [2, 'theirs'],
      [4, 'mine'],
      [5, 'mine too'],
    ]);
    expect(mail.sent['1']?.messages.at(-1)?.id).toBe('id-mine too');
    expect(mail.sent['1']?.last).toBe(5);
  });

  test('M1 what the lane has not seen yet keeps its number', () => {
    const mine = { ...fresh, mail: mailOf([message(1), message(2)]) };
    const { mail } = takeOver(mine, word({}, { logs: new Map([['1', [message(1)]]]) }), how);
    expect(mail.sent['1']?.messages.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('M4 a message that the other one moved to the history is not said again', () => {
    const mine = { ...fresh, mail: mailOf([message(1), message(2)]) };
    const change = { logs: new Map([['1', [message(2)]]]), history: new Map([['1', [message(1)]]]) };
    expect(takeOver(mine, word({}, change), how).mail.sent['1']?.messages.map(({ number }) => number)).toEqual([2]);
  });

  test('D12, S5 what was said and is gone with its month is not said again by an old copy', () => {
    const change = { logs: new Map([['1', [message(31)]]]), history: new Map([['1', [message(30)]]]) };
    const { sent } = takeOver({ ...fresh, mail: mailOf([message(1), message(2)]) }, word({}, change), how).mail;
    expect(sent['1']?.messages.map(({ number }) => number)).toEqual([31]);
  });

  test('C2 said twice, it changes nothing', () => {
    const mine = { ...fresh, ended: [ended('a')], mail: mailOf([message(1, 'mine')]) };
    const running = [{ order: 'r', generation: 1, attempt: 1, startedAt: T0 }];
    const theirs = word(
      { document: { seq: 5, cursors: cursors(2, 1) }, results: { ended: [ended('b')], running } },
      { logs: new Map([['1', [message(1, 'theirs')]]]), people: new Map([['2', [entry('x'), entry('y')]]]) },
    );
    const once = takeOver(mine, theirs, how);
    expect(takeOver(once, theirs, how)).toEqual(once);
  });
});
