import { describe, expect, test } from 'vitest';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import {
  heardAt,
  isNews,
  isOfServicesAlone,
  isUnheard,
  lookingEach,
  mayRestOnView,
  type Places,
  putOffMs,
  wokenBy,
} from '../../src/operations/daemon/wakes.ts';
import { createWakeupSignal } from '../../src/operations/daemon/wakeup-signal.ts';

const places: Places = {
  state: '/f/.coord',
  outbox: '/f/.coord/outbox',
  journal: '/f/.coord/journal.json',
  waited: '/f/.coord/waited',
  identity: '/f/.coord/fleet.json',
  projection: '/f/coordination',
  home: '/h/.coord',
  policy: '/h/.coord/policy.yaml',
  machine: 2,
};

describe('C6, C7 what a daemon listens to', () => {
  test.each([
    ['/f/coordination', 'folder'],
    ['/f/coordination/messages', 'folder'],
    ['/f/coordination/ORDERS.json', 'saved'],
    ['/f/coordination/COMPUTER_2.md', 'saved'],
    ['/f/coordination/messages/2_TO_1.md', 'saved'],
    ['/f/coordination/messages/2_TO_ALL.md', 'saved'],
    ['/f/.coord', 'folder'],
    ['/f/.coord/outbox', 'folder'],
    ['/f/.coord/outbox/20261120T100000Z-a.json', 'saved'],
    ['/f/.coord/fleet.json', 'saved'],
    ['/f/.coord/journal.json', 'journal'],
    ['/f/.coord/waited', 'journal'],
    ['/h/.coord', 'folder'],
    ['/h/.coord/policy.yaml', 'saved'],
    // What coord writes there by itself, other machines' files, half-written ones, and whatever else lies there.
    ['/f/coordination/STATUS.json', null],
    ['/f/coordination/README.md', null],
    ['/f/coordination/COMPUTER_1.md', null],
    ['/f/coordination/results', null],
    ['/f/coordination/results/2.json', null],
    ['/f/coordination/history', null],
    ['/f/coordination/messages/1_TO_2.md', null],
    ['/f/coordination/messages/.2_TO_1.md.0a1b.tmp', null],
    ['/f/coordination/specs', 'folder'],
    ['/f/coordination/specs/app', 'folder'],
    ['/f/coordination/specs/app/login.md', 'saved'],
    ['/f/coordination/specs/.login.md.0a1b.tmp', null],
    ['/f/coordination/fleet.yaml', null],
    ['/f/.coord/outbox/.20261120T100000Z-a.json.x.tmp', null],
    ['/f/.coord/clone.git', null],
    ['/f/.coord/daemon.json', null],
    ['/f/.coord/daemon.log', null],
    ['/f/.coord/lock.d', null],
    ['/f/.coord/runs', null],
    ['/f/.coord/view.json', null],
    ['/h/.coord/machine.json', null],
    ['/f', null],
  ])('%s: %s', (path, heard) => {
    expect(heardAt(places, path)).toBe(heard);
  });

  test('a folder of another that begins alike is not that folder', () => {
    expect(heardAt(places, '/f/coordination-old/ORDERS.json')).toBe(null);
  });

  test.each([
    ['a program', ['program a CRASHED'], true],
    ['one that is as it was before', [], true],
    ['an order beside it', ['program a CRASHED', 'recorded program a.json'], false],
    ['a saved file', ['saved ORDERS.json 1'], false],
  ])('C4a what programs of this machine alone tell needs no look at others: %s', (_, news, isAlone) => {
    expect(isOfServicesAlone(new Set(['a', 'program a ONLINE']), new Set(['a', ...news]))).toBe(isAlone);
  });

  test('news is what lay there neither when the last sync began; what was taken away is none', () => {
    expect(isNews(new Set(['a', 'b']), new Set(['a']))).toBe(false);
    expect(isNews(new Set(['a']), new Set(['a', 'b']))).toBe(true);
    expect(isNews(new Set(), new Set())).toBe(false);
  });
});

test.each([
  [60_000, 10_000, 50_000],
  [60_000, 60_000, 0],
  [60_000, 900_000, 0],
  // The clock was set back meanwhile.
  [60_000, -900_000, 60_000],
])('C9 of a look each %i ms, another process made one %i ms ago: %i ms later', (lookMs, agoMs, laterMs) => {
  expect(putOffMs(lookMs, agoMs)).toBe(laterMs);
});

describe('what a tick tells', () => {
  const at = (seconds: number, { wall = seconds, boot = 'b' } = {}): Instant => ({
    monotonicMs: seconds * 1000,
    wallMs: wall * 1000,
    boot,
  });
  test.each([
    ['in time', at(15), 'home', null],
    ['a little late', at(44), 'home', null],
    ['after a sleep that the monotonic clock counts', at(46), 'home', 'woke'],
    ['after a sleep that it does not count', at(15, { wall: 900 }), 'home', 'woke'],
    ['with the wall clock set back', at(15, { wall: -900 }), 'home', null],
    ['in another network', at(15), 'office', 'network'],
    ['after a sleep, in another network', at(900), 'office', 'woke'],
  ] as const)('%s', (_name, now, network, why) => {
    expect(wokenBy({ at: at(0), network: 'home' }, { at: now, network }, 15_000)).toBe(why);
  });
});

describe('the signal', () => {
  test('what was raised while nobody waited is heard next, once, and what matters most of it', async () => {
    const signal = createWakeupSignal();
    signal.raise('journal');
    signal.raise('saved');
    signal.raise('run');
    expect(await signal.wait(60_000)).toBe('saved');
    expect(await signal.wait(1)).toBe('look');
  });

  test('it wakes who waits; a stop stays one', async () => {
    const signal = createWakeupSignal();
    const waiting = signal.wait(60_000);
    signal.raise('network');
    expect(await waiting).toBe('network');
    signal.raise('stop');
    expect([await signal.wait(60_000), await signal.wait(60_000)]).toEqual(['stop', 'stop']);
  });
});

test('H3 looks that were asked for come, whatever is due later here: that goes without one (C4a)', () => {
  expect(lookingEach(15_000, { inMs: 60_000, mayRecall: false })).toEqual({ inMs: 15_000, mayRecall: false });
  expect(lookingEach(15_000, { inMs: 40_000, mayRecall: true })).toEqual({ inMs: 15_000, mayRecall: false });
  expect(lookingEach(15_000, { inMs: 4_000, mayRecall: true })).toEqual({ inMs: 4_000, mayRecall: true });
  expect(lookingEach(600_000, { inMs: 60_000, mayRecall: false })).toEqual({ inMs: 600_000, mayRecall: false });
});

test('B1, C4a: who was told of news fetches; what is due here, an own end and an own word may do without', () => {
  const own = () => true;
  for (const why of ['told', 'asked', 'woke', 'network', 'hurried'] as const) expect(mayRestOnView(why, true, own)).toBe(false);
  expect([mayRestOnView('look', true, own), mayRestOnView('look', false, own)]).toEqual([true, false]);
  expect([mayRestOnView('saved', false, own), mayRestOnView('saved', false, () => false)]).toEqual([true, false]);
  expect(mayRestOnView('run', false, () => false)).toBe(true);
});

test('H3 while the remote fails, nobody hurries the next look by telling of news', () => {
  expect([isUnheard('told', true), isUnheard('told', false), isUnheard('asked', true)]).toEqual([true, false, false]);
});
