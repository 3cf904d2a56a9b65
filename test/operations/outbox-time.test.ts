import { expect, test } from 'vitest';
import { recordingTimes } from '../../src/operations/messages/outbox-time.ts';

const at = (wallMs: number) => ({ now: () => ({ wallMs, monoMs: 0, boot: 'b' }) });

test('D5, S5: what is recorded one after the other stays in that order, also after the clock was set back', () => {
  const waiting = [{ recordedAt: '2026-01-02T00:00:00.000Z' }, { recordedAt: '2026-01-01T00:00:00.000Z' }];
  const next = recordingTimes(waiting, at(Date.UTC(2026, 0, 1)) as never);
  expect([next(), next()]).toEqual(['2026-01-02T00:00:00.001Z', '2026-01-02T00:00:00.002Z']);
});

test('with nothing that waits it is now', () => {
  expect(recordingTimes([], at(Date.UTC(2026, 0, 1)) as never)()).toBe('2026-01-01T00:00:00.000Z');
});
