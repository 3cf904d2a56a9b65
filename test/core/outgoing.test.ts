// Numbers, receipts and rotation of what a machine writes (M2, M4, S5).
import { describe, expect, test } from 'vitest';
import { acceptSends, rotate } from '../../src/core/messages/outgoing.ts';
import { type Readers, receivedUpTo, sentViews } from '../../src/core/messages/receipts.ts';
import { type Cursor, EMPTY_MAIL, type MailState, type SendIntention } from '../../src/core/model/messages/mail.ts';
import { NO_MAIL } from './samples.ts';

const AT = '2026-11-20T22:00:00.000Z';

function send(id: string, to = '2', body = id): SendIntention {
  return { id, recordedAt: AT, kind: 'send', to, body, priority: 'normal' };
}

const numbers = (mail: MailState, to = '2') => mail.sent[to]?.messages.map(({ id, number }) => `${id}=${number}`) ?? [];
const none = () => 0;

describe('S5: numbering', () => {
  test('each log has its own numbers', () => {
    const { mail, accepted } = acceptSends(EMPTY_MAIL, [send('a'), send('b', 'ALL'), send('c')], none);
    expect(numbers(mail)).toEqual(['a=1', 'c=2']);
    expect(numbers(mail, 'ALL')).toEqual(['b=1']);
    expect(accepted).toEqual(['a', 'b', 'c']);
  });

  test('an intention that is in the journal already is not numbered again', () => {
    const once = acceptSends(EMPTY_MAIL, [send('a'), send('b')], none).mail;
    const twice = acceptSends(once, [send('a'), send('b')], none);
    expect(twice.mail).toBe(once);
    expect(twice.accepted).toEqual(['a', 'b']);
  });

  test('a number that the ledger knows is not given again', () => {
    expect(numbers(acceptSends(EMPTY_MAIL, [send('a'), send('b')], () => 7).mail)).toEqual(['a=8', 'b=9']);
  });

  test('M4: what does not fit waits, and so does what comes after it to the same reader', () => {
    const big = 'x'.repeat(60_000);
    const sends = [...Array(18)].map((_, at) => send(`s${at}`, '2', big));
    const { mail, accepted } = acceptSends(EMPTY_MAIL, [...sends, send('small'), send('other', '3')], none);
    expect(accepted).toEqual([...sends.slice(0, 17).map(({ id }) => id), 'other']);
    expect(numbers(mail)).toHaveLength(17);
    const freed: MailState = { ...mail, sent: { ...mail.sent, 2: { last: 17, messages: [] } } };
    expect(numbers(acceptSends(freed, [...sends.slice(17), send('small')], none).mail)).toEqual(['s17=18', 'small=19']);
  });

  test('M4 a log takes 9,900 messages, however short they are, and more wait', () => {
    const sends = [...Array(9_902)].map((_, at) => send(`s${at}`, '2', 'ok'));
    const { mail, accepted } = acceptSends(EMPTY_MAIL, sends, none);
    expect(accepted).toHaveLength(9_900);
    expect(mail.sent[2]?.last).toBe(9_900);
    const freed: MailState = { ...mail, sent: { ...mail.sent, 2: { last: 9_900, messages: [] } } };
    expect(numbers(acceptSends(freed, sends.slice(9_900), none).mail)).toEqual(['s9900=9901', 's9901=9902']);
  });
});

describe('M4: rotation', () => {
  const read = (number: number) => (): Cursor => ({ delivered: number, taken: number });
  const fetched = (number: number) => (): Cursor => ({ delivered: number, taken: 0 });

  const long = (count: number, size: number) =>
    acceptSends(
      EMPTY_MAIL,
      [...Array(count)].map((_, at) => send(`s${at + 1}`, '2', 'x'.repeat(size))),
      none,
    ).mail;

  test('nothing moves below 64 KiB, and nothing unread below 512 KiB', () => {
    const short = long(50, 1000);
    expect(rotate(short, read(50))).toBe(short);
    const unread = long(100, 1000);
    expect(rotate(unread, fetched(100))).toBe(unread);
  });

  test('the last 20 that were read stay, with all that is unread', () => {
    const mail = rotate(long(100, 1000), read(70));
    expect(mail.sent[2]?.messages.map(({ number }) => number)).toEqual([...Array(50)].map((_, at) => 51 + at));
    expect(mail.moved.map(({ number, reader }) => `${reader}:${number}`)).toEqual([...Array(50)].map((_, at) => `2:${at + 1}`));
    expect(mail.sent[2]?.last).toBe(100);
  });

  test('M4 what was delivered and not read moves above 512 KiB, and not before', () => {
    for (const reader of ['ALL', '2']) {
      const many = (count: number) =>
        acceptSends(
          EMPTY_MAIL,
          [...Array(count)].map((_, at) => send(`s${at + 1}`, reader, 'x'.repeat(1000))),
          none,
        ).mail;
      expect(rotate(many(100), fetched(90)).moved).toEqual([]);
      const after = rotate(many(600), fetched(500));
      expect(numbers(after, reader).at(0)).toBe('s481=481');
      expect(after.moved).toHaveLength(480);
      expect(rotate(many(600), read(0)).moved).toEqual([]);
    }
  });

  test('M4.5, S6 a log to ALL beyond 768 KiB waits for nobody; a log to one machine does', () => {
    const many = (reader: string) =>
      acceptSends(
        EMPTY_MAIL,
        [...Array(750)].map((_, at) => send(`s${at + 1}`, reader, 'x'.repeat(1000))),
        none,
      ).mail;
    const after = rotate(many('ALL'), read(0));
    expect(numbers(after, 'ALL').at(-1)).toBe('s750=750');
    expect(numbers(after, 'ALL').length).toBeGreaterThan(480);
    expect(after.moved.map(({ number }) => number)).toEqual([...Array(after.moved.length)].map((_, at) => at + 1));
    expect(after.moved.length + numbers(after, 'ALL').length).toBe(750);
    expect(rotate(after, read(0))).toBe(after);
    expect(rotate(many('2'), read(0)).moved).toEqual([]);
  });

  test('M4 the last one stays, however long it is: where a log ends, one who joins begins', () => {
    expect(numbers(rotate(long(3, 65_536), read(3)))).toEqual(['s3=3']);
  });

  test('M4 while pushes fail nothing moves beyond 256 KiB: the log grows to its limit, the outbox waits', () => {
    let mail = EMPTY_MAIL;
    let refused = 0;
    for (let round = 0; round < 300; round += 1) {
      const sends = [...Array(10)].map((_, at) => send(`s${round}-${at}`, '0', 'x'.repeat(1000)));
      const outcome = acceptSends(mail, sends, none);
      refused += sends.length - outcome.accepted.length;
      mail = rotate(outcome.mail, read(Number.POSITIVE_INFINITY));
    }
    expect(JSON.stringify(mail.moved).length).toBeLessThan(2 * 262_144);
    expect(JSON.stringify(mail).length).toBeLessThan(2_000_000);
    expect(refused).toBeGreaterThan(1000);
    // Once the history has them, all goes on.
    const next = rotate({ ...mail, moved: [] }, read(Number.POSITIVE_INFINITY));
    expect(next.sent[0]?.messages).toHaveLength(20);
  });

  test('a full log is measured once, however many wait for room in it', () => {
    const { mail } = acceptSends(
      EMPTY_MAIL,
      [...Array(600)].map((_, at) => send(`s${at}`, '0', 'x'.repeat(2000))),
      none,
    );
    const waiting = [...Array(5000)].map((_, at) => send(`w${at}`, '0', 'x'.repeat(2000)));
    const before = process.cpuUsage();
    expect(acceptSends(mail, waiting, none).accepted).toHaveLength(0);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });

  test('fewer stay where 20 would not leave room', () => {
    const mail = rotate(long(15, 60_000), read(15));
    expect(mail.sent[2]?.messages.map(({ number }) => number)).toEqual([15]);
  });
});

describe('M2: receipts', () => {
  const readers = (of: Record<number, Record<string, [delivered: number, taken: number]>>, left: number[] = []): Readers =>
    new Map(
      Object.entries(of).map(([machine, cursors]) => [
        Number(machine),
        {
          cursors: Object.fromEntries(
            Object.entries(cursors).map(([source, [delivered, taken]]) => [source, { delivered, taken }]),
          ),
          hasLeft: left.includes(Number(machine)),
        },
      ]),
    );
  const { mail } = acceptSends(EMPTY_MAIL, [send('a'), send('b'), send('c'), send('d')], none);
  const ledger = { ...NO_MAIL, machines: new Map([[1, new Map([['2', mail.sent[2]?.messages.slice(0, 3) ?? []]])]]) };

  test('waiting, sent, delivered, read', () => {
    const views = sentViews(mail, ledger, 1, readers({ 2: { '1': [2, 1] } }));
    expect(views.map(({ state }) => state)).toEqual(['read', 'delivered', 'sent', 'waiting']);
  });

  test('to all: as far as the slowest that has not left', () => {
    const all = acceptSends(EMPTY_MAIL, [send('a', 'ALL')], none).mail;
    const seen = { ...NO_MAIL, machines: new Map([[1, new Map([['ALL', all.sent.ALL?.messages ?? []]])]]) };
    const fleet = { 1: {}, 2: { '1_all': [1, 1] }, 3: { '1_all': [1, 0] }, 4: {} } as const;
    const state = (left: number[]) => sentViews(all, seen, 1, readers(structuredClone(fleet) as never, left))[0];
    expect(state([])).toMatchObject({ state: 'sent', readers: { 2: 'read', 3: 'delivered', 4: 'sent' } });
    expect(state([4])).toMatchObject({ state: 'delivered' });
    expect(state([3, 4])).toMatchObject({ state: 'read' });
  });

  test('M4 D3a what left its log is found by readers that say so; others are waited for until they took it', () => {
    const cursors = { 1: { delivered: 9, taken: 4 } };
    const reading = (reads?: number) => receivedUpTo(1, '2', new Map([[2, { cursors, hasLeft: false, reads }]]), () => false);
    expect(reading(4)).toEqual({ delivered: 9, taken: 4 });
    expect(reading(3)).toEqual({ delivered: 4, taken: 4 });
    expect(reading()).toEqual({ delivered: 4, taken: 4 });
  });

  test('M4: logs to ALL wait for no LEFT or lost machine', () => {
    const fleet = readers({ 1: {}, 2: { '1_all': [9, 9] }, 3: { '1_all': [5, 4] }, 4: {}, 5: {} }, [4]);
    expect(receivedUpTo(1, 'ALL', fleet, (machine) => machine === 5)).toEqual({ delivered: 5, taken: 4 });
    const all = { delivered: Number.POSITIVE_INFINITY, taken: Number.POSITIVE_INFINITY };
    expect(receivedUpTo(1, 'ALL', fleet, () => true)).toEqual(all);
    expect(receivedUpTo(1, '2', fleet, () => true)).toEqual({ delivered: 0, taken: 0 });
  });
});
