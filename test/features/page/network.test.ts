// The picture of the network: who stands in it, since when each was heard, and that no two boxes touch.
import { expect, test } from 'vitest';
import { cutText } from '../../../src/core/base/cut-text.ts';
import { BOX, neighboursOf, PICTURED_MAX, pictureOf } from '../../../src/features/page/rules/network.ts';
import type { Snapshot, StatusMachine } from '../../../src/features/page/rules/snapshot.ts';

const machine = (name: string, state = 'IDLE') =>
  ({ name, state, lastSeen: 'T1', heartbeat: '1m', version: '1' }) as StatusMachine;
const shown = {
  machines: { '10': machine('nas', 'OFFLINE'), '2': machine('pc'), '1': machine('mac'), '3': machine('old', 'LEFT') },
  self: { machine: 1 },
  sync: { lastHeard: { '2': 'T2' } },
  lastSync: 'T3',
} as unknown as Snapshot;

test('each machine that is there, with when it was heard here; of this one, when the hub was reached', () => {
  expect(neighboursOf(shown).map(({ number, heard, isSelf, isOnline }) => [number, heard, isSelf, isOnline])).toEqual([
    [1, 'T3', true, null],
    [2, 'T2', false, null],
    [10, null, false, null],
  ]);
  const withBell = { ...shown, bell: { online: [{ machine: 2 }], connectedSince: 'T0' } };
  expect(neighboursOf(withBell).map(({ isOnline }) => isOnline)).toEqual([false, true, false]);
  // Of a name that every object has, nothing is heard.
  const odd = { ...shown, machines: JSON.parse('{"__proto__":{"name":"x","state":"IDLE"}}') } as Snapshot;
  expect(neighboursOf(odd).map(({ heard }) => heard)).toEqual([null]);
});

test.each([1, 2, 5, PICTURED_MAX])('%i machines stand in the picture, apart from each other and from the hub', (count) => {
  const { places, hub, broker, width, height } = pictureOf(count, true);
  const all = [...places, hub, broker];
  expect(places).toHaveLength(count);
  for (const [at, { x, y }] of all.entries()) {
    expect(x - BOX.width / 2).toBeGreaterThanOrEqual(0);
    expect(x + BOX.width / 2).toBeLessThanOrEqual(width);
    expect(y - BOX.height / 2).toBeGreaterThanOrEqual(0);
    expect(y + BOX.height / 2).toBeLessThanOrEqual(height);
    for (const other of all.slice(at + 1))
      expect(Math.abs(x - other.x) >= BOX.width || Math.abs(y - other.y) >= BOX.height).toBe(true);
  }
  expect(pictureOf(count, true)).toEqual(pictureOf(count, true));
  expect(pictureOf(count, false).hub.y).toBe(pictureOf(count, false).height / 2);
});

test('a long name is cut by letters, not within one', () => {
  expect([cutText('abc', 3), cutText('abcd', 3), cutText('😀😀😀', 2)]).toEqual(['abc', 'ab…', '😀…']);
});
