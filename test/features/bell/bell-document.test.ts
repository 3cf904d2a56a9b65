import { expect, test } from 'vitest';
import {
  type BellSettings,
  isBrokerAddress,
  keysInForce,
  parseBell,
  renderBell,
  rotated,
} from '../../../src/features/bell/documents/bell-document.ts';
import { newBellKey } from '../../../src/features/bell/system/bell-keys.ts';

const NOW = Date.parse('2026-11-23T00:00:00.000Z');

function settings(more: Partial<BellSettings> = {}): BellSettings {
  return { ...newBellKey(), address: 'mqtts://bell.example.com:8883', old: [], ...more };
}

test('D3, B3 what is written is read', () => {
  const plain = settings();
  const old = [{ ...newBellKey(), until: '2026-11-24T00:00:00.000Z' }];
  for (const bell of ['off', plain, settings({ address: null }), settings({ old })] as const)
    expect(parseBell(renderBell(bell))).toEqual({ value: bell, faults: [] });
});

test('B3 what cannot be read is a fault with what was expected; names of other versions are ignored', () => {
  const good = JSON.parse(renderBell(settings())) as object;
  expect(parseBell(JSON.stringify({ ...good, colour: 'red' })).faults).toEqual([]);
  for (const wrong of [{ keyId: 'x' }, { key: 'short' }, { address: 'mqtt://me:secret@host' }, { address: 7 }]) {
    const { value, faults } = parseBell(JSON.stringify({ ...good, ...wrong }));
    expect([value, faults.length]).toEqual([null, 1]);
  }
  for (const text of ['', '{', '[]', 'null', '7']) expect(parseBell(text).value).toBeNull();
});

test.each([
  ['mqtt://localhost', true],
  ['mqtts://[::1]:8883', true],
  ['wss://host.example/mqtt', true],
  ['ws://10.0.0.2:9999', true],
  ['https://host', false],
  ['mqtt://me@host', false],
  ['mqtt://', false],
  ['mqtt://host?x=1', false],
  ['host:1883', false],
])('B3 the address of a broker carries no user: %s', (address, isGood) => {
  expect(isBrokerAddress(address)).toBe(isGood);
});

test('B3 an old key is read until its day is over', () => {
  const before = settings();
  const next = newBellKey();
  const now = rotated(before, next, '2026-11-24T00:00:00.000Z');
  expect(keysInForce(now, NOW)).toEqual([next, { keyId: before.keyId, key: before.key }]);
  expect(keysInForce(now, NOW + 86_400_000)).toEqual([next]);
});
