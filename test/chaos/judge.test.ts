// The count of `npm run chaos` must be able to find what it looks for.
import { expect, test } from 'vitest';
import type { Excuses } from './excuses.ts';
import { judge } from './judge.ts';
import type { Job, Told } from './work.ts';

const job = (attempts: 1 | 3, machine: number | null = null, fails = 0): Job => ({
  ...{ id: 'a', attempts, machine, fails, entry: {}, placedMs: 0 },
});
const ran = (more: Partial<Told> = {}): Told => ({
  ...{ order: 'a', attempt: 1, machine: 'm1', beganMs: 0, lastSignMs: 5_000, outcome: 'end' },
  ...more,
});
const cut = (attempt: number, beganMs: number, lastSignMs = beganMs + 5_000): Told =>
  ran({ attempt, beganMs, lastSignMs, outcome: null });
const done = { a: { state: 'COMPLETED', attempt: 1, machine: 1 } };
const doneBy = (attempt: number, machine: number) => ({ a: { state: 'COMPLETED', attempt, machine } });
const failed = (attempt: number, reason = 'interrupted') => ({ a: { state: 'FAILED', attempt, machine: 1, reason } });
const none: Excuses = { cutOff: () => false, endUnknown: () => false, endUntold: () => false, neverBegan: () => false };
const found = (it: Job, told: Told[], orders: Parameters<typeof judge>[2], excuses: Partial<Excuses> = {}) =>
  judge([it], told, orders, { ...none, ...excuses }, () => 99_000).violations.join('\n');
/** All but the attempts named. */
const cutOffBut = (...attempts: number[]) => ({ cutOff: (_: Job, run: Told) => !attempts.includes(run.attempt) });

test('S1, S2, S3, S4 the judge of chaos lets pass what is right', () => {
  expect(found(job(1), [ran()], done)).toBe('');
  expect(found(job(1), [cut(1, 0)], failed(1), cutOffBut())).toBe('');
  expect(found(job(1), [], failed(1, 'lost with 1 mac; it may have run'), { neverBegan: () => true })).toBe('');
  const second = ran({ attempt: 2, machine: 'm2', beganMs: 4_500, lastSignMs: 9_000 });
  expect(found(job(3), [cut(1, 0), second], doneBy(2, 2), cutOffBut())).toBe('');
  expect(found(job(3, null, 1), [ran({ outcome: 'fail' }), second], doneBy(2, 2))).toBe('');
  expect(found(job(3), [ran(), second], doneBy(2, 2), { endUntold: () => true })).toBe('');
  expect(found(job(3), [ran(), second], doneBy(2, 2), { endUnknown: () => true })).toBe('');
  expect(found(job(3), [second], doneBy(2, 2), { neverBegan: () => true })).toBe('');
  expect(found(job(3), [cut(1, 0), cut(2, 9_000), cut(3, 19_000)], failed(3), cutOffBut())).toBe('');
});

test('S1, S2, S3, S4 the judge of chaos names what is doubled, lost, overlapping or wrongly counted', () => {
  expect(found(job(1), [ran(), ran({ machine: 'm2' })], done)).toContain('DOUBLED');
  expect(found(job(1), [ran({ attempt: 2 })], doneBy(2, 1))).toContain('attempt 2 of 1');
  expect(found(job(1), [], {})).toContain('LOST: no end');
  expect(found(job(1), [cut(1, 0)], failed(1))).toContain('attempt 1 was cut off, and nothing was killed under it');
  expect(found(job(3), [cut(1, 0)], failed(1), cutOffBut())).toContain('attempts left');
  expect(found(job(1), [cut(1, 0)], done)).toContain('did not end well');
  expect(found(job(1, 2), [ran()], done)).toContain('another machine');
  expect(found(job(1), [ran(), ran({ order: 'b' })], done)).toContain("nobody's order");
  expect(found(job(1), [ran({ outcome: 'fail' })], failed(1))).toContain('failed, and was not to');
  const early = ran({ attempt: 2, machine: 'm2', beganMs: 4_000, lastSignMs: 9_000 });
  expect(found(job(3), [cut(1, 0), early], doneBy(2, 2))).toContain('OVERLAP of 1000 ms');
  expect(found(job(3), [ran(), early], done)).toContain('a higher attempt ran');
});

test('S2, S4 the judge of chaos wants a reason for each attempt, not for the last alone', () => {
  const second = ran({ attempt: 2, machine: 'm2', beganMs: 8_000, lastSignMs: 9_000 });
  expect(found(job(3), [ran(), second], doneBy(2, 2))).toContain('RAN AGAIN after success: attempt 1');
  const [one, two, three] = [cut(1, 0), cut(2, 9_000), cut(3, 19_000)];
  for (const attempt of [1, 2, 3])
    expect(found(job(3), [one, two, three], failed(3), cutOffBut(attempt))).toMatch(
      new RegExp(`^a: LOST: attempt ${attempt} was cut off`),
    );
  expect(found(job(3), [one, two, ran({ attempt: 3, beganMs: 19_000, lastSignMs: 24_000 })], failed(3), cutOffBut())).toContain(
    'attempt 3 ended well, and nothing kept that from being told',
  );
});

test('S3, S4 the judge of chaos finds attempts that nobody began, and overlaps of unrelated attempts', () => {
  expect(found(job(1), [], failed(1, 'lost with 1 mac; it may have run'))).toContain('attempt 1 never ran');
  expect(found(job(1), [], failed(1, 'exit code 3'), { neverBegan: () => true })).toContain('says another reason');
  const third = ran({ attempt: 3, beganMs: 20_000, lastSignMs: 25_000 });
  const asked: number[][] = [];
  const neverBegan = (_: Job, attempt: number, from: number, to: number) => asked.push([attempt, from, to]) < 0;
  expect(found(job(3), [cut(1, 0), third], doneBy(3, 1), { ...cutOffBut(), neverBegan })).toMatch(
    /^a: LOST: attempt 2 never ran/,
  );
  // Between what was seen of the attempts around it.
  expect(asked).toEqual([[2, 5_000, 20_000]]);
  const long = cut(1, 0, 21_000);
  const early = { ...third, beganMs: 20_300 };
  const overlaps = found(job(3), [long, cut(2, 20_700, 20_750), early], doneBy(3, 1), cutOffBut());
  expect(overlaps).toMatch(/^a: OVERLAP of 700 ms.*$/);
});
