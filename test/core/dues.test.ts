import { describe, expect, test } from 'vitest';
import { isoTime } from '../../src/core/base/time.ts';
import { nextDeadlinesMs } from '../../src/core/decide/next-deadlines.ts';
import type { FleetSettings } from '../../src/core/model/ledger/fleet.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import type { Policy } from '../../src/core/model/machines/self.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { active, at, journal, order, self, snapshot, T0_MS, view } from './samples.ts';

const MINUTE_MS = 60_000;
/** Three machines, so that each has a turn of 20 s in a minute; T0 is the beginning of machine 1's. */
const machines = [view(1), view(2), view(3)];
const seen = (machine: number) => ({ commit: `lane-${machine}`, beat: 1, at: at(0) });

function dues(
  change: Partial<JournalState>,
  orders: readonly Order[] = [],
  now = at(0),
  {
    decidedAt = now,
    fleet = {},
    policy = {},
  }: { decidedAt?: Instant; fleet?: Partial<FleetSettings>; policy?: Partial<Policy> } = {},
): readonly number[] {
  const state = journal({ observed: { 1: seen(1), 2: seen(2), 3: seen(3) }, ...change });
  return nextDeadlinesMs(snapshot({ machines, orders, fleet }), state, self(policy), { now, shownAt: now, decidedAt });
}

describe('H3: what a daemon wakes for', () => {
  test('H1 the next beat, in the machine’s own turn', () => {
    const accepted = { commit: 'c', at: at(0) };
    expect(dues({ accepted })).toEqual([MINUTE_MS]);
    expect(dues({ accepted, machine: 2 })).toEqual([80_000]);
    expect(dues({ accepted, machine: 3 })).toEqual([40_000]);
    expect(dues({ accepted }, [], at(55_000))).toEqual([5000]);
    expect(dues({})).toEqual([]);
  });

  test('O5 the push that renews the lease of a run that could be taken over', () => {
    const accepted = { commit: 'c', at: at(0) };
    const run = active('train', { claim: { attempts: 2, leaseMs: 90_000 } });
    expect(dues({ accepted, active: [run] })).toContain(36_000);
    expect(dues({ accepted, active: [{ ...run, claim: { attempts: 1, leaseMs: 90_000 } }] })).toEqual([MINUTE_MS]);
  });

  test('O3 the wait of a rank, and the pause between attempts', () => {
    expect(dues({ dueSince: { 'train/1.1': at(-20_000) } })).toEqual([10_000]);
    const [afterFailure] = dues({ dueSince: { 'train/1.2': at(0) } });
    expect(afterFailure).toBeGreaterThanOrEqual(3750);
    expect(afterFailure).toBeLessThanOrEqual(6250);
  });

  test('O9.10 the pause before a start that failed is tried again', () => {
    const refused = (times: number, since: Instant) => ({
      startsRefused: { 'train/1.1': { times, at: since, detail: 'EAGAIN' } },
    });
    expect(dues(refused(1, at(-2_000)))).toEqual([3_000]);
    expect(dues(refused(4, at(0)))).toEqual([40_000]);
    expect(dues(refused(40, at(0)))).toEqual([600_000]);
    // It came while something was pushed; what was decided since found no slot, and waits for no time.
    expect(dues(refused(1, at(-6_000)), [], at(0), { decidedAt: at(-2_000) })).toEqual([1]);
    expect(dues(refused(1, at(-6_000)))).toEqual([]);
  });

  const everyMs = (ms: number) => (nowMs: number) => Math.floor(nowMs / ms) * ms;
  const listed = (id: string, ms: number, change: Partial<Order> = {}) =>
    order(id, { schedule: { line: '', timezone: 'UTC', overlap: 'skip', newestAt: everyMs(ms) }, ...change });

  test('O12 the first minute of each schedule that comes within ten', () => {
    expect(dues({}, [listed('often', 2 * MINUTE_MS), listed('hourly', 60 * MINUTE_MS)], at(1000))).toEqual([119_000]);
    expect(dues({}, [listed('never', MINUTE_MS, { cancelled: true })])).toEqual([]);
    expect(T0_MS % (60 * MINUTE_MS)).toBe(0);
  });

  test('P1 the end of this machine’s own pause', () => {
    expect(dues({ pause: { at: at(0), forMs: 600_000, note: '' } }, [], at(1000))).toEqual([599_000]);
    expect(dues({ pause: { at: at(0), forMs: null, note: '' } })).toEqual([]);
  });

  test('H3.5 what came due since the last decision is due at once, and once', () => {
    const hourly = [listed('hourly', 60 * MINUTE_MS)];
    expect(dues({}, hourly, at(2000), { decidedAt: at(-1000) })).toContain(1);
    expect(dues({}, hourly, at(2000), { decidedAt: at(0) })).toEqual([]);
    const pause = { at: at(-60_000), forMs: 60_000, note: '' };
    expect(dues({ pause }, [], at(2000), { decidedAt: at(-1000) })).toEqual([1]);
    // A clock that was set back meanwhile: nothing came due.
    expect(dues({}, hourly, at(2000), { decidedAt: at(5 * MINUTE_MS) })).toEqual([]);
  });

  test('P2 the end of a pause in fleet.yaml that is for this machine', () => {
    const paused = ['fleet', '1', 'm1', '2', 'm3'].map((who, index) => ({
      who,
      until: isoTime(T0_MS + (index + 1) * MINUTE_MS),
      note: '',
    }));
    expect(dues({}, [], at(0), { fleet: { paused } })).toEqual([MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS]);
    expect(dues({}, [], at(0), { fleet: { paused: [{ who: 'fleet', until: null, note: '' }] } })).toEqual([]);
    expect(dues({}, [], at(61_000), { fleet: { paused: paused.slice(0, 1) }, decidedAt: at(59_000) })).toEqual([1]);
  });

  test('O21 the time at which a budget that is spent begins again', () => {
    const budget = { usdPerDay: 5, usdPerMonth: null, tokensPerDay: null, tokensPerMonth: null };
    const spent = { '2026-11-20': { usd: 5, tokens: 0 } };
    expect(dues({ spent }, [], at(0), { policy: { budget } })).toEqual([2 * 60 * MINUTE_MS]);
    expect(dues({ spent: {} }, [], at(0), { policy: { budget } })).toEqual([]);
    expect(dues({ spent })).toEqual([]);
    const midnight = 2 * 60 * MINUTE_MS;
    expect(dues({ spent }, [], at(midnight + 1000), { policy: { budget }, decidedAt: at(midnight - 1000) })).toEqual([1]);
  });
});
