import { expect, test } from 'vitest';
import { isoTime } from '../../../src/core/base/time.ts';
import type { Alert, AlertChannel, ChannelTold } from '../../../src/core/model/messages/alert.ts';
import type { NeedsYou, StatusMachine, StatusOrder } from '../../../src/core/model/status/status.ts';
import { isDue, isFor, needsIn, owedTo, putOff, tryingAt, withNeeds } from '../../../src/features/alerts/rules/alerts.ts';

const machines = {
  1: { name: 'mac' } as StatusMachine,
  2: { name: 'pc', emergency: 'The disk is failing' } as StatusMachine,
};
const orders = {
  build: { state: 'FAILED', machine: 1, assign: 'any' } as StatusOrder,
  'ship.2': { state: 'FAILED', chain: 'ship', assign: 'any' } as StatusOrder,
};

const needs = (...needsYou: NeedsYou[]) =>
  needsIn({ needsYou, machines: { 1: machines[1] }, orders }, (order) => (order === 'build' ? 'release' : undefined));
const [failed] = needs({ code: 'order', order: 'build', why: 'failed with exit code 3; coord retry build' });
if (failed === undefined) throw new Error('one need');

let ids = 0;
const at = (minute: number, isOwnOnly = false) => ({
  wallMs: minute * 60_000,
  isOwnOnly,
  newId: () => {
    ids += 1;
    return `a${ids}`;
  },
});

const everything: AlertChannel = {
  name: 'all',
  way: { kind: 'desktop' },
  only: { kinds: null, orders: null, machines: null },
};
const only = (words: Partial<AlertChannel['only']>): AlertChannel => ({ ...everything, only: { ...everything.only, ...words } });

test('an emergency is one need, however the board words it', () => {
  const why = 'EMERGENCY since 2026-11-20 22:00 UTC: The disk is failing; when it is over: coord emergency --over';
  const all = needsIn({ needsYou: [{ code: 'emergency', machine: 2, why }], machines, orders }, () => undefined);
  expect(all).toMatchObject([{ kind: 'emergency', machine: 2, name: 'pc', what: 'The disk is failing' }]);
});

test('numbers and times do not make a need another one; another reason, order or generation does', () => {
  const key = (item: NeedsYou) => needs(item)[0]?.key;
  const fault = (line: number) => ({
    code: 'document' as const,
    document: 'ORDERS.json',
    why: `expected a comma, found "id" (line ${line})`,
  });
  expect(key(fault(3))).toBe(key(fault(12)));
  const mail = (count: string) => ({
    code: 'message' as const,
    document: 'messages/2_TO_0.md',
    why: `${count} to people, the newest of 2026-11-20 22:00 UTC`,
  });
  expect(key(mail('1 message'))).toBe(key(mail('at least 2 messages')));
  expect(needs(mail('1 message'))).toMatchObject([{ kind: 'message', machine: 2 }]);
  expect(key({ code: 'order', order: 'build', why: 'failed with exit code 4; coord retry build' })).toBe(failed.key);
  expect(key({ code: 'order', order: 'build', why: 'timed out' })).not.toBe(failed.key);
  expect(key({ code: 'order', order: 'build-2', why: failed.what })).not.toBe(
    key({ code: 'order', order: 'build-3', why: failed.what }),
  );
  const again = { build: { ...orders.build, generation: 2 } };
  const [second] = needsIn(
    { needsYou: [{ code: 'order', order: 'build', why: failed.what }], machines: {}, orders: again },
    () => undefined,
  );
  expect(second?.key).not.toBe(failed.key);
});

test('M7.6 the code of a need tells it from another, and not its words; what has none goes by its words', () => {
  const item = (why: string, because?: NeedsYou['because']): NeedsYou => ({ code: 'order', order: 'build', why, because });
  const key = (...given: Parameters<typeof item>) => needs(item(...given))[0]?.key;
  expect(key('was denied 1 tool', 'agentDenied')).toBe(key('2 tools were denied', 'agentDenied'));
  expect(key('waits', 'approval')).not.toBe(key('waits', 'agentDenied'));
  expect(key('an older version')).not.toBe(key('said it in other words'));
  const paused = (why: string) => needs({ code: 'pause', machine: 1, why })[0]?.key;
  expect(paused('mac is paused with no end time')).toBe(paused('nobody ends the pause of mac'));
  const nobody = (who: string) => needs({ code: 'pause', document: 'fleet.yaml', why: `"paused" names ${who}` })[0]?.key;
  expect(nobody('a')).not.toBe(nobody('b'));
  // What stands since before its code was known is not told again.
  const began = withNeeds([], needs(item('timed out')), at(1));
  const known = withNeeds(began, needs(item('timed out', 'timedOut')), at(2));
  expect(known).toMatchObject([{ id: began[0]?.id, ended: null }]);
  expect(withNeeds(known, needs(item('took too long', 'timedOut')), at(3))).toBe(known);
});

test('a need begins once and ends once; a view without the ledger ends nothing', () => {
  const began = withNeeds([], [failed], at(1));
  expect(began).toMatchObject([{ order: 'build', since: '1970-01-01T00:01:00.000Z', ended: null }]);
  expect(withNeeds(began, [{ ...failed, what: 'failed with exit code 4' }], at(2))).toBe(began);
  expect(withNeeds(began, [], at(3, true))).toBe(began);
  const ended = withNeeds(began, [], at(3));
  expect(ended).toMatchObject([{ id: began[0]?.id, ended: '1970-01-01T00:03:00.000Z' }]);
  expect(withNeeds(ended, [], at(4))).toBe(ended);
  const back = withNeeds(ended, [failed], at(5));
  expect(back.map((alert) => alert.ended === null)).toEqual([false, true]);
  // A day later what is over is forgotten, with the next change.
  expect(withNeeds(back, [], at(60 * 24 + 6))).toHaveLength(1);
});

test('another reason for the same thing takes its place: the first is not told as over', () => {
  const began = withNeeds([], [failed], at(1));
  const other = needs({ code: 'order', order: 'build', why: 'timed out' });
  expect(withNeeds(began, other, at(2))).toMatchObject([{ what: 'timed out', ended: null }]);
});

test('what halts this machine is told also where the ledger is not seen', () => {
  const own = { key: 'own', subject: 'own', kind: 'machine', what: 'main was rewritten', isOwn: true } as const;
  const began = withNeeds([], [failed, own], at(1, true));
  expect(began).toMatchObject([{ key: 'own' }]);
  expect(withNeeds(began, [], at(2, true))).toMatchObject([{ key: 'own', ended: expect.any(String) }]);
});

test('a channel gets what its filter names', () => {
  const [step] = needs({ code: 'order', order: 'ship.2', why: 'failed' });
  const [fault] = needs({ code: 'document', document: 'ORDERS.json', why: 'expected a comma' });
  if (step === undefined || fault === undefined) throw new Error('two needs');
  expect([failed, step, fault].map((need) => isFor(everything, need))).toEqual([true, true, true]);
  expect([failed, step, fault].map((need) => isFor(only({ kinds: ['fault'] }), need))).toEqual([false, false, true]);
  expect([failed, step, fault].map((need) => isFor(only({ orders: ['ship'] }), need))).toEqual([false, true, true]);
  expect([failed, step].map((need) => isFor(only({ orders: ['type:release'] }), need))).toEqual([true, false]);
  expect(['mac', '1', 'pc'].map((word) => isFor(only({ machines: [word] }), failed))).toEqual([true, true, false]);
});

const told = (state: 'told' | 'waits' | 'given up', event: 'began' | 'ended', id: string): ChannelTold => ({
  since: '1970-01-01T00:00:00.000Z',
  alerts: { [id]: { [event]: { state, since: '', at: '', tries: 1, nextMs: 0, error: null } } },
});

test('each side of an alert is owed until told or given up; what was never told is told once, as over', () => {
  const [stands] = withNeeds([], [failed], at(1)) as [Alert];
  const over = { ...stands, ended: '1970-01-01T00:03:00.000Z' };
  const owed = (alert: Alert, known?: ChannelTold) => owedTo(everything, known, [alert]).map(({ event }) => event);
  expect(owed(stands)).toEqual(['began']);
  expect(owed(stands, told('waits', 'began', stands.id))).toEqual(['began']);
  expect(owed(stands, told('told', 'began', stands.id))).toEqual([]);
  expect(owed(stands, told('given up', 'began', stands.id))).toEqual([]);
  expect(owed(over, told('told', 'began', stands.id))).toEqual(['ended']);
  expect(owed(over, told('waits', 'began', stands.id))).toEqual(['ended']);
  expect(owed(over, told('told', 'ended', stands.id))).toEqual([]);
  // A channel that came later is told of what stands alone.
  expect(owed(over)).toEqual([]);
  expect(owed(over, { since: '1970-01-01T00:04:00.000Z', alerts: {} })).toEqual([]);
  expect(owed(over, { since: '1970-01-01T00:02:00.000Z', alerts: {} })).toEqual(['ended']);
});

test('tries come after 1, 2, 4 … minutes, 4 h at most, for a day; a clock set back stops nothing', () => {
  const alerts = withNeeds([], [failed], at(0));
  const [alert] = alerts as [Alert];
  let delivery = tryingAt({ alert, event: 'began', delivery: null }, 0);
  const pauses = [delivery.nextMs];
  let ms = delivery.nextMs;
  while (delivery.state === 'waits') {
    const owed = { alert, event: 'began', delivery } as const;
    expect([isDue(owed, ms - 1), isDue(owed, ms)]).toEqual([false, true]);
    expect(isDue(owed, ms - 5 * 3_600_000)).toBe(true);
    delivery = tryingAt(owed, ms);
    pauses.push(delivery.nextMs - ms);
    ms = delivery.nextMs;
  }
  expect(pauses.map((pause) => pause / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240, 240, 240]);
  expect(delivery.state).toBe('given up');
});

test('what stands behind one that hangs is put off for a minute, and loses no try', () => {
  const [alert] = withNeeds([], [failed], at(0)) as [Alert];
  const first = { alert, event: 'began', delivery: null } as const;
  const off = putOff(first, 60_000, 'no answer');
  expect(off).toMatchObject({ state: 'waits', tries: 0, nextMs: 120_000, error: 'no answer' });
  // Its first try is its first, however late, and the pause after it the first one.
  const late = 2 * 86_400_000;
  expect(tryingAt({ ...first, delivery: off }, late)).toMatchObject({
    ...{ state: 'waits', tries: 1, nextMs: late + 60_000, since: isoTime(late) },
  });
  const tried = tryingAt(first, 0);
  expect(putOff({ ...first, delivery: tried }, 60_000, 'no answer')).toMatchObject({ tries: 1, since: tried.since });
});
