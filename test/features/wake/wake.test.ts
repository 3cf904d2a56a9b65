// W3, W4: the decision alone. Machine 2 looks; 9 sleeps in its network, and 1 lives there, too.
import { describe, expect, test } from 'vitest';
import { asBelieved } from '../../../src/core/cycle/as-believed.ts';
import type { Instant } from '../../../src/core/model/machines/instant.ts';
import { NO_ORDERS, type Order } from '../../../src/core/model/orders/order.ts';
import type { WaitingOrder } from '../../../src/core/model/orders/run.ts';
import { wakesDue, withoutPacket } from '../../../src/features/wake/rules/wake.ts';
import { NO_WAKES, type WakeNotes } from '../../../src/features/wake/rules/wake-notes.ts';
import { at, journal, order, self, snapshot, view } from '../../core/samples.ts';

const MINUTE_MS = 60_000;
const BELIEVED = {
  ...{ orders: NO_ORDERS, admitted: new Set<number>(), claims: new Map(), forks: [] },
  ...{ repeatable: new Set<string>(), uncovered: new Set<string>() },
};
const NOW = at(5 * 3_600_000);
const ago = (minutes: number) => at(NOW.monotonicMs - minutes * MINUTE_MS);
const wake = { addresses: ['02:00:00:00:00:09'], networks: ['n1111.aaaa'] };
const SAID = '2026-11-20T23:00:00.000Z';
const WISH = `wish 9 3 ${SAID}`;
const ORDER = order('backup', { assign: { kind: 'machine', machine: 9 }, wake: true });
const ASKED = { code: 'approval', reason: 'somebody has to say yes' } as const;
const OLD_WORDS = 'waits for approval, because of fleet.yaml line 3; coord approve backup';

interface Told {
  readonly notes?: Partial<WakeNotes>;
  readonly orders?: readonly Order[];
  /** What machine 1 says that it sent. */
  readonly woke?: string;
  /** Machine 1 is in the network, and comes first. */
  readonly isFirst?: boolean;
  readonly sleepers?: readonly number[];
  /** Machine 9's lane, and since when this machine knows it; else it has stood still for four hours. */
  readonly heard?: { readonly commit: string; readonly at: Instant };
  readonly heartbeatMs?: number;
  /** What machine 3 asks for. */
  readonly wakes?: Readonly<Record<number, string>>;
  /** A machine that is not believed here. */
  readonly doubted?: number;
  /** Why the order waits, as machine 9 says. */
  readonly waits?: Pick<WaitingOrder, 'reason' | 'code'>;
}

function decide({
  notes,
  orders = [],
  woke,
  isFirst = true,
  sleepers = [9],
  heard,
  heartbeatMs = MINUTE_MS,
  wakes,
  doubted,
  waits,
}: Told) {
  const one = view(1, {
    document: { heartbeatMs, ...(isFirst ? {} : { wake }), ...(woke === undefined ? {} : { woke: { 9: woke, 77: woke } }) },
  });
  const other = view(3, { document: orders.length === 0 ? { wakes: wakes ?? { 9: SAID } } : {} });
  const lane = heard === undefined ? {} : { lane: { commit: heard.commit } };
  const waiting = waits === undefined ? [] : [{ order: ORDER.id, generation: 1, state: 'BLOCKED' as const, ...waits }];
  const asleep = sleepers.map((machine) => view(machine, { document: { wake }, results: { waiting }, ...lane }));
  const seen = (machines: readonly number[], since: number) =>
    machines.map((machine) => [machine, { commit: `lane-${machine}`, beat: 1, at: ago(since) }]);
  const spoke = heard === undefined ? {} : { 9: { ...heard, beat: 2 } };
  const observed = { ...Object.fromEntries([...seen([1, 3], 1), ...seen(sleepers, 240)]), ...spoke };
  const shown = snapshot({ orders, machines: [one, view(2), other, ...asleep] });
  const believed = doubted === undefined ? {} : { believed: { ...BELIEVED, doubted: new Map([[doubted, 'nobody vouches']]) } };
  const state = journal({ machine: 2, observed, wakes: { ...NO_WAKES, ...notes } });
  return wakesDue(asBelieved({ ...shown, ...believed }), state, { ...self({}, 2), wake }, { now: NOW, fetchedAt: NOW });
}

const seenAt = (minutes: number, done = false) => ({ at: ago(minutes), done });
const sentAt = (minutes: number, said: string | null = SAID) => ({ at: ago(minutes), said });

describe('W3 a wish', () => {
  test.each<[what: string, told: Told, count: number]>([
    ['is fulfilled at once', {}, 1],
    ['that was seen nine minutes ago still is', { notes: { causes: { [WISH]: seenAt(9) } } }, 1],
    ['is over after ten', { notes: { causes: { [WISH]: seenAt(10) } } }, 0],
    ['is fulfilled once', { notes: { causes: { [WISH]: seenAt(3, true) } } }, 0],
    ['waits a minute after another packet', { notes: { sent: { '9 2': sentAt(0.5) } } }, 0],
    ['and no longer', { notes: { sent: { '9 2': sentAt(1) } } }, 1],
    ['waits for the machine that comes first', { isFirst: false }, 0],
    ['for a heartbeat', { isFirst: false, notes: { causes: { [WISH]: seenAt(1) } } }, 1],
    ['is done when that one says so', { isFirst: false, woke: SAID, notes: { causes: { [WISH]: seenAt(2) } } }, 0],
    [
      'is not done by what that one said before',
      { isFirst: false, woke: SAID, notes: { causes: { [WISH]: seenAt(2) }, sent: { '9 1': sentAt(20) } } },
      1,
    ],
    [
      'waits a minute for one with long heartbeats',
      { isFirst: false, heartbeatMs: 600_000, notes: { causes: { [WISH]: seenAt(0.9) } } },
      0,
    ],
    [
      'and no longer, however long they are',
      { isFirst: false, heartbeatMs: 600_000, notes: { causes: { [WISH]: seenAt(1) } } },
      1,
    ],
    ['for a machine that nobody knows is none', { wakes: { 77: SAID } }, 0],
    ['of a machine that is not believed is none (T5)', { doubted: 3 }, 0],
    [
      'is not done by what one says that is not believed (T5)',
      { isFirst: false, doubted: 1, woke: SAID, notes: { causes: { [WISH]: seenAt(2) } } },
      1,
    ],
    ['sends nothing to an address that is not believed (T5)', { doubted: 9 }, 0],
  ])('%s', (_, told, count) => {
    expect(decide(told).sends).toHaveLength(count);
  });

  test('is done once its machine was heard of, and said on, it is no new one when that sleeps again', () => {
    const { sends, notes } = decide({});
    expect(sends).toMatchObject([{ machine: 9, causes: [WISH] }]);
    const awake = decide({ notes, heard: { commit: 'lane-9b', at: ago(1) } });
    expect([awake.sends, awake.notes.causes[WISH]?.done]).toEqual([[], true]);
    // As though its packets were long ago.
    const again = decide({ notes: { ...awake.notes, sent: {} }, heard: { commit: 'lane-9b', at: ago(200) } });
    expect([again.sends, again.notes.causes[WISH]?.done]).toEqual([[], true]);
    // Nor is it for one that never sent anything for it.
    const unsent = { causes: { [WISH]: { at: ago(3), lane: 'lane-9', done: false } } };
    expect(decide({ notes: unsent, heard: { commit: 'lane-9b', at: ago(200) } }).sends).toEqual([]);
    expect(decide({ notes: unsent }).sends).toHaveLength(1);
    // Another word is another wish.
    expect(decide({ notes: { ...awake.notes, sent: {} }, wakes: { 9: '2026-11-20T23:30:00.000Z' } }).sends).toHaveLength(1);
  });

  test('stands over a restart, after which nobody has been heard of for long', () => {
    const wishes = { 9: { at: at(NOW.monotonicMs - 60_000, { boot: 'boot-0' }), lane: 'lane-9', said: SAID } };
    expect(decide({ notes: { wishes }, heard: { commit: 'lane-9', at: NOW } }).notes.wishes).toEqual(wishes);
    expect(decide({ notes: { wishes }, heard: { commit: 'lane-9b', at: NOW } }).notes.wishes).toEqual({});
  });

  test('goes on where the packet could not be sent, and the packet before it counts', () => {
    const before = { '9 2': sentAt(20) };
    const { sends, notes } = decide({ notes: { sent: before } });
    const [send] = sends;
    if (send === undefined) throw new Error('none');
    expect(notes.causes[WISH]?.done).toBe(true);
    const state = journal({ machine: 2, wakes: { ...NO_WAKES, sent: before } });
    const failed = withoutPacket({ ...state, wakes: notes }, send, state, NOW);
    expect(failed).toMatchObject({
      causes: { [WISH]: { done: false } },
      sent: { ...before, '9 2 failed': { at: NOW, said: null } },
    });
    expect(decide({ notes: failed }).sends).toEqual([]);
    expect(decide({ notes: { ...failed, sent: { ...before, '9 2 failed': sentAt(1, null) } } }).sends).toHaveLength(1);
  });

  test('hears nothing of packets to machines that nobody knows', () => {
    expect(Object.keys(decide({ woke: SAID }).notes.sent)).toEqual(['9 1']);
  });
});

describe('W4 an order', () => {
  const orders = [ORDER];
  const approved = [{ ...ORDER, approval: true, approved: true }];
  const causes = { 'order 9': seenAt(200) };
  test.each<[what: string, told: Told, count: number]>([
    ['has it woken at once', {}, 1],
    ['that nobody signed has nobody woken (T6)', { orders: [{ ...ORDER, unbelieved: 'waits for a signature' }] }, 0],
    ['that waited for the approval, in whatever words, has once it is approved', { orders: approved, waits: ASKED }, 1],
    ['the same by the words of an older version', { orders: approved, waits: { reason: OLD_WORDS } }, 1],
    ['that waits for something else has not', { orders: approved, waits: { code: 'notAllowed', reason: OLD_WORDS } }, 0],
    ['59 minutes after the last packet has not', { notes: { causes, sent: { '9 2': sentAt(59) } } }, 0],
    ['after an hour has again', { notes: { causes, sent: { '9 2': sentAt(60) } } }, 1],
    ['counts what could not be sent', { notes: { causes, sent: { '9 2 failed': sentAt(0.5, null) } } }, 0],
    ['for a minute', { notes: { causes, sent: { '9 2 failed': sentAt(1, null) } } }, 1],
    [
      'which does not make up for what was sent before',
      { notes: { causes, sent: { '9 2': sentAt(50), '9 2 failed': sentAt(1, null) } } },
      0,
    ],
    ['counts what others sent', { woke: SAID, notes: { causes, sent: { '9 1': sentAt(30) } } }, 0],
    ['counts what others say for the first time as sent now', { woke: SAID, notes: { causes } }, 0],
    ['waits for the machine that comes first, each time', { isFirst: false, notes: { causes, sent: { '9 2': sentAt(60) } } }, 0],
    ['and for no longer than its heartbeat', { isFirst: false, notes: { causes, sent: { '9 2': sentAt(61) } } }, 1],
    [
      'counts nothing of a clock that was set back over a start',
      { notes: { causes, sent: { '9 2': { at: at(9e9, { boot: 'boot-0' }), said: SAID } } } },
      1,
    ],
    [
      'has eight machines woken in a cycle at most',
      {
        sleepers: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
        orders: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20].map((machine) =>
          order(`o${machine}`, { assign: { kind: 'machine', machine }, wake: true }),
        ),
      },
      8,
    ],
  ])('%s', (_, told, count) => {
    expect(decide({ orders, ...told }).sends).toHaveLength(count);
  });

  test('of which another machine is told, is noted once', () => {
    const { sends, notes } = decide({ orders });
    expect(sends).toEqual([{ machine: 9, to: wake, why: 'for order backup', causes: ['order 9'] }]);
    expect(notes.sent).toEqual({ '9 2': { at: NOW, said: '2026-11-21T03:00:00.000Z' } });
    expect(decide({ orders, notes }).notes).toEqual(notes);
  });
});
