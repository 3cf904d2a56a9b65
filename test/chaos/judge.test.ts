// The count of `npm run chaos` must be able to find what it looks for.
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { Job, Told } from './work.ts';

const job = (attempts: 1 | 3, machine: number | null = null): Job => ({ id: 'a', attempts, machine, fails: 0, entry: {} });
const ran = (more: Partial<Told> = {}): Told => ({
  ...{ order: 'a', attempt: 1, machine: 'm1', beganMs: 0, lastSignMs: 5_000, outcome: 'end' },
  ...more,
});
const done = { a: { state: 'COMPLETED', attempt: 1, machine: 1 } };
const failed = (attempt: number) => ({ a: { state: 'FAILED', attempt, machine: 1 } });
const found = (it: Job, told: Told[], orders: Parameters<typeof judge>[2], excused = false) =>
  judge([it], told, orders, () => excused).violations.join();

test('S1, S2, S3, S4 the judge of chaos lets pass what is right', () => {
  expect(found(job(1), [ran()], done)).toBe('');
  expect(found(job(1), [ran({ outcome: null })], failed(1), true)).toBe('');
  expect(found(job(1), [], failed(1), true)).toBe('');
  const second = ran({ attempt: 2, machine: 'm2', beganMs: 4_500, lastSignMs: 9_000 });
  expect(found(job(3), [ran({ outcome: null }), second], { a: { state: 'COMPLETED', attempt: 2, machine: 2 } })).toBe('');
});

test('S1, S2, S3, S4 the judge of chaos names what is doubled, lost, overlapping or wrongly counted', () => {
  expect(found(job(1), [ran(), ran({ machine: 'm2' })], done)).toContain('DOUBLED');
  expect(found(job(1), [ran({ attempt: 2 })], { a: { state: 'COMPLETED', attempt: 2, machine: 1 } })).toContain('attempt 2 of 1');
  expect(found(job(1), [], {})).toContain('LOST: no end');
  expect(found(job(1), [ran({ outcome: null })], failed(1))).toContain('nothing was killed under it');
  expect(found(job(3), [ran({ outcome: null })], failed(1), true)).toContain('attempts left');
  expect(found(job(1), [ran({ outcome: null })], done)).toContain('did not end well');
  expect(found(job(1, 2), [ran()], done)).toContain('another machine');
  expect(found(job(1), [ran(), ran({ order: 'b' })], done)).toContain("nobody's order");
  const early = ran({ attempt: 2, machine: 'm2', beganMs: 3_000, lastSignMs: 9_000 });
  const taken = { a: { state: 'COMPLETED', attempt: 2, machine: 2 } };
  expect(found(job(3), [ran({ outcome: null }), early], taken)).toContain('OVERLAP of 2000 ms');
  expect(found(job(3), [ran(), early], done)).toContain('a higher attempt ran');
});
