import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHeardBefore } from '../../../src/features/bell/rules/heard-before.ts';
import { parseTopic, TOPIC_KINDS, topicText } from '../../../src/features/bell/rules/topics.ts';
import { baseTopic, brokerPassword, newBellKey } from '../../../src/features/bell/system/bell-keys.ts';
import { FRAME_BYTES_MAX, openFrame, sealFrame, senderOf } from '../../../src/features/bell/system/frame.ts';

const key = newBellKey();
const from = { sender: senderOf(7, 0), epoch: '0000000100000002' };
const topic = topicText({ base: baseTopic(key), kind: 'ring', machine: 7 });
const sealed = (value: unknown, counter = 1n): Buffer => sealFrame(key, from, counter, topic, value) ?? Buffer.alloc(0);

test('B2 a frame opens with its key, on its topic, and says who sealed it', () => {
  const opened = openFrame([newBellKey(), key], topic, sealed({ for: [2] }, 5n));
  expect(opened).toEqual({ machine: 7, sender: from.sender, epoch: from.epoch, counter: 5n, value: { for: [2] } });
});

test('B2 a frame with a changed byte, on another topic, or of another key, is none', () => {
  const frame = sealed({ secret: 'the word' });
  for (let at = 0; at < frame.length; at += 1) {
    const changed = Buffer.from(frame);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openFrame([key], topic, changed), `byte ${at}`).toBeNull();
  }
  expect(openFrame([key], topic.replace('/7', '/8'), frame)).toBeNull();
  expect(openFrame([{ ...newBellKey(), keyId: key.keyId }], topic, frame)).toBeNull();
  expect(openFrame([], topic, frame)).toBeNull();
  expect(frame.includes('the word')).toBe(false);
});

test('B2 what is no frame is none: any length, any bytes', () => {
  for (const length of [0, 1, 28, 29, 45, 300, 301, 557, FRAME_BYTES_MAX + 256])
    expect(openFrame([key], topic, randomBytes(length))).toBeNull();
});

test('B2 lengths tell steps of 256 bytes, and no more', () => {
  const lengths = ['', 'x', 'x'.repeat(200)].map((word) => sealed(word).length);
  expect(new Set(lengths)).toEqual(new Set([29 + 256 + 16]));
  expect(sealed('x'.repeat(300)).length).toBe(29 + 512 + 16);
  expect(sealFrame(key, from, 1n, topic, 'x'.repeat(FRAME_BYTES_MAX))).toBeNull();
});

test('B2 of each sender, only what is above the highest that was heard counts', () => {
  const { isNew } = createHeardBefore();
  const mark = (sender: number, epoch: number, counter: bigint) => ({
    sender: senderOf(sender, 0),
    epoch: epoch.toString(16).padStart(16, '0'),
    counter,
  });
  const asked = [mark(1, 1, 1n), mark(1, 1, 1n), mark(1, 1, 3n), mark(1, 1, 2n), mark(2, 1, 1n), mark(1, 2, 1n), mark(1, 1, 9n)];
  expect(asked.map(isNew)).toEqual([true, false, true, false, true, true, false]);
  // However many senders there are, only so many are remembered.
  for (let sender = 10; sender < 9_000; sender += 1) isNew(mark(sender, 1, 1n));
  expect(isNew(mark(8_999, 1, 1n))).toBe(false);
});

test('B4 topics are of the key alone, and the password opens nothing', () => {
  const base = baseTopic(key);
  expect(base).toMatch(/^[0-9a-f]{32}$/);
  expect(baseTopic({ ...key })).toBe(base);
  expect(new Set([base, baseTopic(newBellKey()), brokerPassword(key), key.key]).size).toBe(4);
  for (const kind of TOPIC_KINDS) expect(parseTopic(topicText({ base, kind, machine: 12 }))).toEqual({ base, kind, machine: 12 });
  for (const text of ['', base, `${base}/ring/0`, `${base}/ring/x`, `${base}/other/1`, `x${topic}`, `${topic}/1`])
    expect(parseTopic(text), text).toBeNull();
});
