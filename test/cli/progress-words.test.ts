import { expect, test } from 'vitest';
import { progressWords } from '../../src/cli/output/progress-words.ts';

test('O17 what is known of it, and since when, where that is a while ago', () => {
  const at = '2026-11-20T22:00:00.000Z';
  const nowMs = Date.parse(at) + 5_000;
  const words = (progress: object, laterMs = 0) =>
    progressWords({ last: '', turns: null, costUsd: null, at, ...progress }, nowMs + laterMs).join(' · ');
  expect(words({ last: '▸ Bash npm test', turns: 3, costUsd: 0.123 })).toBe('turn 3 · $0.12 · ▸ Bash npm test');
  expect(words({ last: '▸ Bash npm test' }, 600_000)).toBe('▸ Bash npm test (10 min ago)');
  expect(words({})).toBe('');
  expect(progressWords(undefined, nowMs)).toEqual([]);
});
