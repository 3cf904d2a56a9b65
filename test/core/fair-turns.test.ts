// O3.5: which order gets the one slot that several want.
import { expect, test } from 'vitest';
import { byTurn } from '../../src/core/decide/fair-turns.ts';
import { eventOccurrenceId } from '../../src/core/runs/occurrence-name.ts';
import { at, ended, journal, order } from './samples.ts';

const minutely = order('minutely@20261120T2200Z');
const alarm = order(eventOccurrenceId('alarm', 'failed backup', 1));
const ranLately = ended('minutely@20261120T2159Z', { startedAt: '2026-11-20T21:59:00.000Z' });

test('O3.5 an occurrence of a trigger waits since it was due, however often schedules come', () => {
  const state = journal({ ended: [ranLately], dueSince: { [`${alarm.id}/1.1`]: at(-600_000) } });
  expect(byTurn([minutely, alarm], state).map(({ id }) => id)).toEqual([alarm.id, minutely.id]);
});

test('O3.5 one that came a moment ago does not go before a schedule because the trigger ran long ago', () => {
  const ranLongAgo = ended(eventOccurrenceId('alarm', 'failed before', 1), { startedAt: '2026-10-20T22:00:00.000Z' });
  const state = journal({ ended: [ranLately, ranLongAgo], dueSince: { [`${alarm.id}/1.1`]: at(-1_000) } });
  expect(byTurn([alarm, minutely], state).map(({ id }) => id)).toEqual([minutely.id, alarm.id]);
});
