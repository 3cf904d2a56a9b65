// The drawing of what the year's bench has measured.
import { expect, test } from 'vitest';
import { yearPlot } from '../../scripts/bench/year-plot.ts';

const points = Array.from({ length: 121 }, (_, day) => ({ day, bytes: day * 1e6, keptBytes: (day % 50) * 1e6 }));

test('the plot is a drawing of its own, with both lines and nothing from elsewhere', () => {
  const svg = yearPlot(points, { keptDays: 30, atLeastBytes: 20 * 1024 ** 2 });
  const [all = '', kept = ''] = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, line = '']) => line.split(' '));
  expect(all).toHaveLength(121);
  // Both begin at one place; on day 50 the shorter one is back there, on day 49 both are as high as each other.
  expect(kept[49]).toBe(all[49]);
  expect(kept[50]?.split(',')[1]).toBe(all[0]?.split(',')[1]);
  expect(svg).toContain('coord compact --keep 30d --at-least 20MB, each third day');
  expect(svg).not.toMatch(/<script|href|url\(|@import|NaN/);
});
