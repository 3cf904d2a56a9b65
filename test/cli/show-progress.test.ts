// D10: how far MVPs are, as people see it.
import { expect, test } from 'vitest';
import { mvpLines, progressLines } from '../../src/cli/output/show-progress.ts';
import type { MvpProgress } from '../../src/core/model/status/progress.ts';

const counts = { total: 4, done: 2, running: 1, waiting: 1, failed: 0, blocked: 0, cancelled: 0, unplanned: 1, percent: 50 };
const mvp = (name: string, change: Partial<MvpProgress> = {}): MvpProgress => ({
  ...{ name, specs: ['specs/a.md'], features: [], ...counts },
  ...change,
});

test('D10 an MVP is a bar and what it is made of, its features below it, and those of no MVP last', () => {
  const features = [{ name: 'Model', ...counts, done: 0, running: 0, percent: 0 }];
  expect(
    progressLines({ mvps: [mvp('Dao', { features })], features: [...features, { name: 'Alone', ...counts, percent: 99 }] }),
  ).toEqual([
    'Dao      ▓▓▓▓▓░░░░░ 50 %  2 of 4 done · 1 running · 1 not planned · specs/a.md',
    '  Model  ░░░░░░░░░░ 0 %   0 of 4 done · 1 not planned',
    'Alone    ▓▓▓▓▓▓▓▓▓░ 99 %  2 of 4 done · 1 running · 1 not planned',
  ]);
});

test('D10 of many MVPs those that are open are shown, and the others counted; a name cannot draw', () => {
  const done = Array.from({ length: 20 }, (_, at) => mvp(`done ${at}`, { percent: 100 }));
  const lines = mvpLines({ mvps: [...done, mvp('open\u001b[31m\nhere')], features: [] });
  expect(lines).toEqual([
    'open\\u{1b}[31m here  ▓▓▓▓▓░░░░░ 50 %  2 of 4 done · 1 running · 1 not planned',
    'and 20 more: coord plan',
  ]);
});
