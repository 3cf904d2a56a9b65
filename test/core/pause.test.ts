import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import type { FleetPause, LocalPause } from '../../src/core/model/machines/pause.ts';
import { pauseOf, settledPause } from '../../src/core/orders/pause.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { at, journal, order, self, snapshot, T0_MS, view } from './samples.ts';

const local = (forMs: number | null, note = ''): LocalPause => ({ at: at(0), forMs, note });
const iso = (ms: number) => new Date(T0_MS + ms).toISOString();
const fleetPause = (who: string, until: string | null = null, note = ''): FleetPause => ({ who, until, note });
const paused = (pause: LocalPause | null, words: readonly FleetPause[], ms = 0, change = {}) =>
  pauseOf({ machine: 1, pause }, 'Mac', { ...DEFAULT_FLEET, paused: words }, at(ms, change));

describe('P1 a pause ends by itself', () => {
  test('at its time, by this computer’s clock', () => {
    expect(paused(local(60_000, 'lunch'), [], 59_999)).toEqual({ until: iso(60_000), note: 'lunch' });
    expect(paused(local(60_000), [], 60_000)).toBeNull();
    expect(paused(local(null), [], 1e12)).toEqual({ until: null, note: '' });
  });

  test('a clock that was set back does not make it longer', () => {
    expect(paused(local(60_000), [], 0, { wallMs: T0_MS - 1e9, monotonicMs: 59_999 })).not.toBeNull();
    expect(paused(local(60_000), [], 0, { wallMs: T0_MS - 1e9, monotonicMs: 60_000 })).toBeNull();
  });

  test('nor does a clock that stood still while the computer slept; that of another start says nothing', () => {
    expect(paused(local(60_000), [], 0, { wallMs: T0_MS + 60_000, monotonicMs: 5 })).toBeNull();
    expect(paused(local(60_000), [], 0, { boot: 'boot-2', wallMs: T0_MS + 5, monotonicMs: 60_000 })).not.toBeNull();
    const pause = local(60_000);
    expect(settledPause(pause, at(5))).toBe(pause);
  });

  test('after a reboot the rest is counted from the first look', () => {
    const later = at(20_000, { boot: 'boot-2', monotonicMs: 5 });
    const kept = settledPause(local(60_000), later);
    expect(kept).toEqual({ at: later, forMs: 40_000, note: '' });
    // Set back only now: the new start's own clock tells.
    const setBack = { wallMs: T0_MS - 1e9, boot: 'boot-2', monotonicMs: 40_005 };
    expect(pauseOf({ machine: 1, pause: kept }, 'm1', DEFAULT_FLEET, setBack)).toBeNull();
  });

  test('a clock that goes back at every start of the computer does not make it endless', () => {
    let pause: LocalPause | null = local(3_600_000);
    for (let boot = 2; boot < 40 && pause !== null; boot += 1) {
      pause = settledPause(pause, { wallMs: T0_MS - boot * 1e6, monotonicMs: 0, boot: `boot-${boot}` });
    }
    expect(pause).toBeNull();
  });

  test('one without an end stays, over reboots too', () => {
    const pause = local(null);
    expect(settledPause(pause, at(-1e9, { boot: 'boot-2' }))).toBe(pause);
  });
});

describe('P2 a person’s word in fleet.yaml', () => {
  test('for the fleet, by number, by name whatever its case, until its time', () => {
    for (const who of ['fleet', '1', 'mac']) expect(paused(null, [fleetPause(who)])).toEqual({ until: null, note: '' });
    for (const who of ['2', 'pc']) expect(paused(null, [fleetPause(who)])).toBeNull();
    expect(paused(null, [fleetPause('1', iso(1000), 'move')], 999)).toEqual({ until: iso(1000), note: 'move' });
    expect(paused(null, [fleetPause('1', iso(1000))], 1000)).toBeNull();
  });

  test('both must be off; the longer one is said', () => {
    const words = [fleetPause('1', iso(90_000), 'theirs')];
    expect(paused(local(60_000, 'mine'), words)).toEqual({ until: iso(90_000), note: 'mine' });
    expect(paused(local(60_000, 'mine'), words, 70_000)).toEqual({ until: iso(90_000), note: 'theirs' });
    expect(paused(local(null), [], 70_000)).toEqual({ until: null, note: '' });
  });
});

test('P1 nothing starts, what only a person can move is still said', () => {
  const orders = [
    order('go'),
    order('shared', { assign: { kind: 'any' } }),
    order('agent', { work: { kind: 'agent', agent: 'x', prompt: 'y' } }),
  ];
  const seen = snapshot({ orders });
  const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
  expect(decide(seen, journal(), self({ slots: 2 }), when).actions).toMatchObject([{ kind: 'start' }, { kind: 'claim' }]);
  const decision = decide(seen, journal({ pause: local(60_000) }), self(), when);
  expect(decision.actions).toEqual([]);
  expect(decision.waiting).toMatchObject([{ order: 'agent', state: 'BLOCKED' }]);
});

test('P3 orders for machines that are paused say so; a list passes over them', () => {
  const pausedView = (machine: number, until: string | null) =>
    view(machine, { document: { state: 'PAUSED', paused: { until, note: '' } } });
  const orders = [
    order('own'),
    order('list', { assign: { kind: 'list', of: [1, 2] } }),
    order('any', { assign: { kind: 'any' } }),
  ];
  const statusOf = (...machines: ReturnType<typeof view>[]) =>
    deriveStatus({ ...snapshot({ orders, machines }), sources: '' }).orders;
  const one = statusOf(pausedView(1, iso(0)), view(2));
  expect(one.own).toMatchObject({ state: 'QUEUED', reason: '1 m1 is paused until 2026-11-20 22:00 UTC' });
  expect(one.list).toMatchObject({ state: 'QUEUED', reason: 'waits for 1 or 2' });
  const both = statusOf(pausedView(1, null), pausedView(2, null));
  expect(both.any).toMatchObject({ state: 'QUEUED', reason: '1, 2 are paused' });
  expect(both.own).toMatchObject({ reason: '1 m1 is paused' });
});
