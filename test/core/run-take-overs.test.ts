import { expect, test } from 'vitest';
import { runEvents, takeOvers } from '../../src/core/history/timeline.ts';
import type { TimelineEvent } from '../../src/core/model/status/timeline.ts';
import { ended } from './samples.ts';

const time = (minute: number) => new Date(Date.parse('2026-11-20T22:00:00.000Z') + minute * 60_000).toISOString();

/** What a machine reports of one attempt: from minute to minute, or still running. */
function attempt(
  machine: number,
  number: number,
  from: number,
  to: number | null,
  reason: string | null = null,
  state: 'FAILED' | 'COMPLETED' | 'CANCELLED' = 'FAILED',
): TimelineEvent[] {
  const name = { order: 'a', generation: 1, attempt: number, startedAt: time(from) };
  if (to === null) return runEvents(machine, { running: [name], ended: [], older: [] });
  const run = ended('a', { ...name, finishedAt: time(to), state, exitCode: state === 'COMPLETED' ? 0 : 1, reason });
  return runEvents(machine, { running: [], ended: [run], older: [] });
}

const told = (events: TimelineEvent[], all = false) =>
  takeOvers(events, () => all).map(({ machine, attempt: number, from, why }) => `${machine} has ${number} after ${from}: ${why}`);

test('carried on by another machine: after a failure, or a loss', () => {
  expect(told([...attempt(1, 1, 0, 1), ...attempt(2, 2, 2, 3)])).toEqual(['2 has 2 after 1: failed']);
  expect(told([...attempt(1, 1, 0, null), ...attempt(2, 2, 2, 3)])).toEqual(['2 has 2 after 1: lost']);
  expect(told([...attempt(1, 1, 0, 5, 'the lease was over'), ...attempt(2, 2, 7, null)])).toEqual(['2 has 2 after 1: lost']);
  expect(told([...attempt(1, 1, 0, 1, 'interrupted'), ...attempt(2, 2, 7, 8)])).toEqual(['2 has 2 after 1: lost']);
  // Its end was told, or came, only after the other had begun.
  expect(told([...attempt(1, 1, 0, 9), ...attempt(2, 2, 7, 8)])).toEqual(['2 has 2 after 1: lost']);
});

test.each(['COMPLETED', 'CANCELLED'] as const)('O4 a lost machine that tells later of an end %s did not fail', (state) => {
  expect(told([...attempt(1, 1, 0, 1, null, state), ...attempt(2, 2, 7, 8)])).toEqual(['2 has 2 after 1: lost']);
});

test('nothing is made up: the same machine, an order for all, nothing known of the attempt before', () => {
  expect(told([...attempt(1, 1, 0, 1), ...attempt(1, 2, 2, 3)])).toEqual([]);
  expect(told([...attempt(1, 1, 0, 1), ...attempt(2, 2, 2, 3)], true)).toEqual([]);
  expect(told(attempt(2, 2, 2, 3))).toEqual([]);
  const short = { order: 'a', generation: 1, attempt: 2, state: 'COMPLETED', exitCode: 0, finishedAt: time(3) } as const;
  expect(told([...attempt(1, 1, 0, 1), ...runEvents(2, { running: [], ended: [], older: [short] })])).toEqual([]);
});
