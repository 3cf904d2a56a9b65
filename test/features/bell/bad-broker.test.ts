// What a broker that lies can do to a machine: the guards of its connection, one by one.
import { expect, test, vi } from 'vitest';
import { createWire } from '../../../src/features/bell/adapters/wire.ts';
import type { BellSettings } from '../../../src/features/bell/documents/bell-document.ts';
import { createLookSoon } from '../../../src/features/bell/operations/look-soon.ts';
import { createPacketGuard } from '../../../src/features/bell/rules/packet-guard.ts';
import { failuresAfter, reconnectMs } from '../../../src/features/bell/rules/reconnect.ts';
import { newBellKey } from '../../../src/features/bell/system/bell-keys.ts';

const bell: BellSettings = { ...newBellKey(), address: null, old: [] };
const wireOf = (machine: number, epoch: string, settings = bell) => {
  const wire = createWire(settings, machine, () => 0);
  wire.begin(epoch);
  return wire;
};
const EPOCH = '0000000100000000';
const LATER = '0000000200000000';

function only<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('expected one');
  return one;
}

test('B2 what is sent again, comes after a later one, or stands on another topic is not heard', () => {
  const sender = wireOf(2, EPOCH);
  const [first, second] = [1, 2].map((at) => only(sender.seal('ring', 2, { at }, false)));
  if (first === undefined || second === undefined) throw new Error('expected two');
  const here = wireOf(1, EPOCH);
  expect(here.open(second.topic, second.frame)?.value).toEqual({ at: 2 });
  expect(here.open(second.topic, second.frame)).toBeNull();
  expect(here.open(first.topic, first.frame)).toBeNull();
  const fresh = only(sender.seal('ring', 2, { at: 3 }, false));
  expect(here.open(fresh.topic.replace('/ring/', '/here/'), fresh.frame)).toBeNull();
  expect(here.open(fresh.topic, fresh.frame)?.machine).toBe(2);
});

test('B2 a machine cannot speak for another one, nor one fleet for another', () => {
  const here = wireOf(1, EPOCH);
  const asThree = only(wireOf(2, EPOCH).seal('ring', 3, {}, false));
  expect(here.open(asThree.topic, asThree.frame)).toBeNull();
  const strange = only(wireOf(2, EPOCH, { ...bell, ...newBellKey() }).seal('ring', 2, {}, false));
  expect(here.open(strange.topic, strange.frame)).toBeNull();
});

test('B6, B10 a will that comes after the next connection of its machine said that it is there is dropped', () => {
  const before = wireOf(2, EPOCH);
  const will = before.will();
  if (will === null) throw new Error('expected a will');
  const back = only(wireOf(2, LATER).seal('here', 2, { since: 'now' }, false));
  const late = wireOf(1, EPOCH);
  expect(late.open(back.topic, back.frame)).not.toBeNull();
  expect(late.open(will.topic, will.frame)).toBeNull();
  const inTime = wireOf(1, EPOCH);
  expect(inTime.open(will.topic, will.frame)?.value).toEqual({ gone: true });
  expect(inTime.open(back.topic, back.frame)).not.toBeNull();
  // The machine itself is told, however often: it is what the broker keeps now. Its last word of this connection it is not.
  const itself = wireOf(2, LATER);
  for (const will of [before.will(), before.will()])
    if (will !== null) expect(itself.open(will.topic, will.frame)?.value).toEqual({ gone: true });
  const own = only(itself.seal('here', 2, {}, false));
  expect([itself.open(own.topic, own.frame)?.value, itself.open(own.topic, own.frame)]).toEqual([{}, null]);
});

test('B5 ten thousand rings make one look a second, and all of those that come together make one', () => {
  vi.useFakeTimers();
  try {
    let looks = 0;
    const soon = createLookSoon(
      () => {
        looks += 1;
      },
      () => 0.5,
    );
    for (let ring = 0; ring < 10_000; ring += 1) {
      soon.call();
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(2_000);
    expect(looks).toBeGreaterThanOrEqual(10);
    expect(looks).toBeLessThanOrEqual(11);
    soon.call();
    soon.end();
    vi.advanceTimersByTime(5_000);
    expect(looks).toBeLessThanOrEqual(11);
  } finally {
    vi.useRealTimers();
  }
});

test('B5 who is rung alone looks ten times sooner than a whole fleet, also where both come together', () => {
  vi.useFakeTimers();
  try {
    const lookedMs: number[] = [];
    const fromMs = performance.now();
    const soon = createLookSoon(
      () => lookedMs.push(performance.now() - fromMs),
      () => 0.5,
    );
    soon.call();
    soon.call(1);
    vi.advanceTimersByTime(1_000);
    soon.call(50);
    vi.advanceTimersByTime(1_000);
    expect(lookedMs).toEqual([20, 1_200]);
  } finally {
    vi.useRealTimers();
  }
});

/** PUBLISH with a body of that length. */
function packet(bytes: number): Buffer {
  const digits: number[] = [];
  for (let left = bytes; ; ) {
    const digit = left % 128;
    left = Math.floor(left / 128);
    digits.push(left > 0 ? digit | 128 : digit);
    if (left === 0) break;
  }
  return Buffer.concat([Buffer.from([0x30, ...digits]), Buffer.alloc(bytes)]);
}

test.each([{ chunk: 1 }, { chunk: 7 }, { chunk: 65_536 }])('B10 packets up to the bound pass in parts of $chunk bytes', ({
  chunk,
}) => {
  const guard = createPacketGuard(1_000);
  const stream = Buffer.concat([0, 1, 127, 128, 1_000, 0, 999].map(packet));
  for (let at = 0; at < stream.length; at += chunk) expect(guard.takes(stream.subarray(at, at + chunk))).toBe(true);
  const large = packet(1_001);
  let isTaken = true;
  for (let at = 0; at < large.length && isTaken; at += chunk) isTaken = guard.takes(large.subarray(at, at + chunk));
  expect(isTaken).toBe(false);
});

test('B10 a length without an end is refused with its fifth byte', () => {
  const guard = createPacketGuard(Number.MAX_SAFE_INTEGER);
  expect(guard.takes(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80]))).toBe(true);
  expect(guard.takes(Uint8Array.from([0x80]))).toBe(false);
});

test('B10 machines that lose a broker together come back ten a second, within half a minute', () => {
  expect([0, 0.5, 1].map((fraction) => reconnectMs(1, fraction, 200))).toEqual([800, 11_000, 21_200]);
  expect([3, 10_000].map((machines) => reconnectMs(1, 1, machines))).toEqual([1_500, 31_200]);
});

test('B10 it tries again after 1 s, doubling to 50 s, with a fifth of chance; a short one has failed', () => {
  expect([1, 2, 3, 6, 7, 50].map((failures) => reconnectMs(failures, 0.5, 0))).toEqual([
    1_000, 2_000, 4_000, 32_000, 50_000, 50_000,
  ]);
  expect([0, 1].map((fraction) => reconnectMs(7, fraction, 200))).toEqual([40_000, 60_000]);
  expect([null, 0, 9_999].map((upMs) => failuresAfter(4, upMs))).toEqual([5, 5, 5]);
  expect(failuresAfter(4, 10_000)).toBe(1);
});
