// What the palette offers where, and in which order.
import { expect, test } from 'vitest';
import type { SearchHit } from '../../../src/core/model/status/search-hit.ts';
import {
  actsAt,
  type Entry,
  moved,
  offered,
  type Place,
  pauseAct,
  placeOfHit,
  roomThing,
  saidOfHit,
} from '../../../src/features/page/rules/palette.ts';
import type { Snapshot } from '../../../src/features/page/rules/snapshot.ts';

const shown = {
  machines: { '1': { name: 'mac', state: 'IDLE' }, '2': { name: 'pc', state: 'PAUSED' }, '3': { name: 'old', state: 'LEFT' } },
  orders: { backup: { state: 'FAILED', assign: 'any' }, build: { state: 'IN_PROGRESS', assign: 'any' } },
  needsYou: [
    { code: 'order', order: 'backup', why: '', told: [{ way: 'runAgain' }] },
    { code: 'offline', machine: 3, why: '' },
  ],
  self: { machine: 1 },
} as unknown as Snapshot;

test('acts are those of what is shown: an order, what needs a person, a machine; elsewhere none', () => {
  const names = (room: Place['room'], thing = '') =>
    actsAt({ room, thing }, shown, ({ kind }) => kind).map(({ name, more }) => [name, more]);
  expect(names('orders', 'build')).toEqual([['cancel build', 'coord cancel build']]);
  expect(names('orders', 'nobody')).toEqual([]);
  expect(names('orders')).toEqual([]);
  // What has to be typed is no act of the page.
  expect(names('needs')).toEqual([['retry backup', 'coord retry backup']]);
  expect(names('fleet')).toEqual([
    ['pause 1 mac', 'coord pause'],
    ['resume 2 pc', 'coord resume 2'],
  ]);
  const buttons = (room: Place['room'], thing = '') =>
    actsAt({ room, thing }, shown, ({ kind }) => kind).map(({ to }) => (typeof to === 'string' ? to : to.place));
  expect(buttons('orders', 'build')).toEqual([{ room: 'orders', thing: 'build' }]);
  expect(buttons('needs')).toEqual([{ room: 'needs', thing: '' }]);
  expect(buttons('fleet')).toEqual([
    { room: 'fleet', thing: '1' },
    { room: 'fleet', thing: '2' },
  ]);
  expect(pauseAct(2, false, 1)).toEqual({ kind: 'pause', of: 2, command: 'coord pause 2' });
});

test('whose name begins with the first word stands first; all words must be there', () => {
  const entry = (kind: Entry['kind'], name: string, more = ''): Entry => ({ key: name, kind, name, more, to: '' });
  const all = [
    entry('act', 'Retry build', 'coord retry build'),
    entry('room', 'Orders'),
    entry('machine', '2 builder'),
    entry('order', 'build', 'The program'),
    entry('order', 'rebuild'),
    entry('order', 'photos', 'to build albums'),
  ];
  const found = (typed: string) => offered(all, typed).map(({ name }) => name);
  expect(found('')).toEqual(['Retry build', 'Orders']);
  expect(found(' BUILD ')).toEqual(['build', 'Retry build', '2 builder', 'rebuild', 'photos']);
  expect(found('build program')).toEqual(['build']);
  expect(found('nothing')).toEqual([]);
  expect(
    offered(
      Array.from({ length: 2_000 }, (_, at) => entry('order', `o${at}`)),
      'o',
    ),
  ).toHaveLength(12);
});

test('the arrows go round the ends of the list', () => {
  expect([moved(-1, 1, 3), moved(-1, -1, 3), moved(2, 1, 3), moved(0, -1, 3), moved(0, 1, 0)]).toEqual([0, 2, 0, 2, -1]);
});

test('what was found leads to its room; a message between two others to none', () => {
  const place = (kind: SearchHit['kind'], id: string) =>
    placeOfHit({ kind, id, machine: null, at: null, title: '', excerpt: '' }, 1);
  expect(place('run', 'build')).toEqual({ room: 'orders', thing: 'build' });
  expect(place('run', 'nightly@20261120T0200Z')).toEqual({ room: 'orders', thing: 'nightly' });
  expect(roomThing('orders', 'alarm@1T012345678901234567')).toBe('alarm');
  expect(roomThing('timeline', '2')).toBe('2');
  expect(place('message', '2→1 #17')).toEqual({ room: 'chat', thing: '2/2.17' });
  expect(place('message', '1→2 #3')).toEqual({ room: 'chat', thing: '2/1.3' });
  expect(place('message', '3→ALL #4')).toEqual({ room: 'chat', thing: 'all/3.4' });
  expect(place('message', '3→0 #4')).toEqual({ room: 'chat', thing: '0/3.4' });
  expect(place('message', '0→1')).toEqual({ room: 'chat', thing: '0' });
  expect([place('message', '2→3 #1'), place('message', 'x'), place('hand-off', '2→1 #1')]).toEqual([null, null, null]);
  const handedOff = { kind: 'hand-off', id: 'app', machine: 2, at: '2026-11-20T22:00:00.000Z', title: '', excerpt: '' } as const;
  expect(placeOfHit(handedOff, 1)).toEqual({ room: 'chat', thing: 'handoffs/2.2026-11-20T22:00:00.000Z' });
});

test('T11.5 what was found and nobody signs says so', () => {
  const hit: SearchHit = { kind: 'order', id: 'gone', machine: 2, at: null, title: '', excerpt: 'make gone' };
  const of = (more: Partial<SearchHit>) => saidOfHit({ ...hit, ...more });
  expect([of({}), of({ signed: false }), of({ signed: false, excerpt: '' })]).toEqual([
    'make gone',
    'not signed · make gone',
    'not signed',
  ]);
});

test('an order that was found has its title, as one of the list has; what else was found has its words', () => {
  const hit: SearchHit = { kind: 'order', id: 'ported', machine: 2, at: null, title: 'Port the pangolin', excerpt: 'make port' };
  expect(saidOfHit(hit)).toBe('Port the pangolin · make port');
  expect(saidOfHit({ ...hit, kind: 'run', title: 'COMPLETED' })).toBe('make port');
});
