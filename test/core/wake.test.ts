// W3, W4: the decision alone. Machine 2 looks; 9 sleeps in its network, and 1 lives there, too.
import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/order.ts';
import { NO_WAKES, type WakeNotes } from '../../src/core/model/waking.ts';
import { wakesDue } from '../../src/core/wake.ts';
import { at, journal, order, self, snapshot, view } from './samples.ts';

const MINUTE_MS = 60_000;
const NOW = at(5 * 3_600_000);
const ago = (minutes: number) => at(NOW.monotonicMs - minutes * MINUTE_MS);
const wake = { addresses: ['02:00:00:00:00:09'], networks: ['n1111.aaaa'] };
const SAID = '2026-11-20T23:00:00.000Z';
const WISH = `wish 9 3 ${SAID}`;
const ORDER = order('backup', { assign: { kind: 'machine', machine: 9 }, wake: true });

interface Told {
  readonly notes?: Partial<WakeNotes>;
  readonly orders?: readonly Order[];
  /** What machine 1 says that it sent. */
  readonly woke?: string;
  /** Machine 1 is in the network, and comes first. */
  readonly isFirst?: boolean;
  readonly sleepers?: readonly number[];
}

function decide({ notes, orders = [], woke, isFirst = true, sleepers = [9] }: Told) {
  const one = view(1, { document: { ...(isFirst ? {} : { wake }), ...(woke === undefined ? {} : { woke: { 9: woke } }) } });
  const other = view(3, { document: orders.length === 0 ? { wakes: { 9: SAID } } : {} });
  const asleep = sleepers.map((machine) => view(machine, { document: { wake } }));
  const seen = (machines: readonly number[], since: number) =>
    machines.map((machine) => [machine, { commit: `lane-${machine}`, beat: 1, at: ago(since) }]);
  const observed = Object.fromEntries([...seen([1, 3], 1), ...seen(sleepers, 240)]);
  const shown = snapshot({ orders, machines: [one, view(2), other, ...asleep] });
  const state = journal({ machine: 2, observed, wakes: { ...NO_WAKES, ...notes } });
  return wakesDue(shown, state, { ...self({}, 2), wake }, { now: NOW, fetchedAt: NOW });
}

const seenAt = (minutes: number, done = false) => ({ at: ago(minutes), done });
const sentAt = (minutes: number, said: string | null = SAID) => ({ at: ago(minutes), said });

describe('W3 a wish', () => {
  test.each<[string, Told, number]>([
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
  ])('%s', (_, told, count) => {
    expect(decide(told).sends).toHaveLength(count);
  });
});

describe('W4 an order', () => {
  const orders = [ORDER];
  const causes = { 'order 9': seenAt(200) };
  test.each<[string, Told, number]>([
    ['has it woken at once', {}, 1],
    ['59 minutes after the last packet has not', { notes: { causes, sent: { '9 2': sentAt(59) } } }, 0],
    ['after an hour has again', { notes: { causes, sent: { '9 2': sentAt(60) } } }, 1],
    ['counts what could not be sent', { notes: { causes, sent: { '9 2': sentAt(5, null) } } }, 0],
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
    expect(sends).toEqual([{ machine: 9, addresses: wake.addresses, why: 'for order backup' }]);
    expect(notes.sent).toEqual({ '9 2': { at: NOW, said: '2026-11-21T03:00:00.000Z' } });
    expect(decide({ orders, notes }).notes).toEqual(notes);
  });
});
