import { expect, test } from 'vitest';
import { takeOvers } from '../../src/core/history/timeline.ts';
import { MAY_HAVE_RUN, REASON_CODES, RETRY_HELPS } from '../../src/core/model/orders/reason.ts';
import { isEndUnknown } from '../../src/core/orders/manual-resolution.ts';
import { codeOf, withHead } from '../../src/core/orders/read-reason.ts';
import { because } from '../../src/core/orders/reason-words.ts';

test('every code has words, and each is listed once', () => {
  expect(Object.keys(because).sort()).toEqual([...REASON_CODES].sort());
});

test('the words name the facts, and the command that helps', () => {
  expect(because.lost('2 pc')).toEqual({ code: 'lost', reason: 'lost with 2 pc; it may have run' });
  const returned = because.returned('a', 'COMPLETED on 2', { next: 3, as: 'completed' });
  expect(returned.reason).toContain('coord retry a, or set "generation": 3');
  expect(returned.reason).toContain('to keep that result: coord order resolve a --completed');
  expect(because.dependency(['a', 'b', 'c', 'd', 'e', 'f']).reason).toBe('waits for a, b, c, d, e and 1 more');
});

test.each<{ readonly words: string; readonly code: string | undefined }>([
  { words: 'interrupted', code: 'interrupted' },
  { words: 'cancelled, then interrupted', code: 'interrupted' },
  { words: 'interrupted; it had asked: which port?; to go on with an answer: coord retry a --resume "…"', code: 'interrupted' },
  { words: 'the lease was over', code: 'leaseOver' },
  { words: 'another machine has taken it over', code: 'takenOver' },
  { words: 'declined; the host does not let claims be deleted', code: 'declined' },
  { words: 'lost with 2 pc; it may have run', code: 'lost' },
  { words: 'waits for approval; coord approve ship', code: 'approval' },
  { words: 'waits for approval: it was changed after it was approved; coord approve ship; waits for a', code: 'approval' },
  { words: 'claude: waits for approval; coord approve ship', code: undefined },
  { words: 'claude: the upload was interrupted', code: undefined },
  { words: 'waits for an answer: it may have run already, shall I go on?; coord answer a "…"', code: undefined },
])('words of a version before codes: $words', ({ words, code }) => {
  expect(codeOf({ reason: words })).toBe(code);
});

test('O4 what an agent says itself decides nothing', () => {
  const said = { code: 'agentFailed' as const, reason: 'claude: interrupted' };
  expect(isEndUnknown({ state: 'FAILED', exitCode: null, ...said })).toBe(false);
  expect(isEndUnknown({ state: 'FAILED', exitCode: null, ...because.interrupted() })).toBe(true);
  const run = { order: 'a', generation: 1, startedAt: '2026-11-20T22:00:00.000Z' };
  const events = [
    { kind: 'ended', at: '2026-11-20T22:01:00.000Z', machine: 1, attempt: 1, state: 'FAILED', exitCode: 1, ...run, ...said },
    { kind: 'started', at: '2026-11-20T22:02:00.000Z', machine: 2, attempt: 2, ...run },
  ];
  expect(takeOvers(events as never, () => false)).toMatchObject([{ why: 'failed', from: 1, machine: 2 }]);
});

test('a reason keeps its code behind words of where it is', () => {
  expect(withHead('on 2', because.timedOut())).toEqual({ code: 'timedOut', reason: 'on 2: timed out' });
  expect(withHead('on 2', {})).toEqual({ reason: 'on 2' });
});

test('the sets of codes are of the list', () => {
  expect(REASON_CODES).toEqual(expect.arrayContaining([...MAY_HAVE_RUN, ...RETRY_HELPS]));
});
