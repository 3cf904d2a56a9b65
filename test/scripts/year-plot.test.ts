// What the year's bench reckons for a standing `coord compact`, from the sizes of a history that was never shortened.
import { expect, test } from 'vitest';
import { withStanding, yearPlot } from '../../scripts/bench/year-plot.ts';

const MB = 1e6;
/** A day adds 1 MB, of which the board itself keeps 2 in all. */
const points = Array.from({ length: 121 }, (_, day) => ({ day, bytes: day * MB, standing: Math.min(day, 2) * MB }));

test('R3b what is older than was asked for goes once it is so much, and not before', () => {
  const sizes = withStanding(points, { keptDays: 30, atLeastBytes: 20 * MB }).map(({ bytes }) => bytes / MB);
  // Of day 52, 22 - 2 MB are 30 days and one old on day 53.
  expect(sizes[52]).toBe(52);
  expect(sizes[53]).toBe(53 - (23 - 2));
  expect(Math.max(...sizes)).toBeLessThan(30 + 20 + 2 + 2);
  expect(sizes.at(-1)).toBeGreaterThan(30);
});

test('R3b where nothing comes to so much, nothing goes', () => {
  const few = points.slice(0, 40);
  expect(withStanding(few, { keptDays: 30, atLeastBytes: 20 * MB }).map(({ bytes }) => bytes)).toEqual(
    few.map(({ bytes }) => bytes),
  );
});

test('the plot is a drawing of its own, with both lines and nothing from elsewhere', () => {
  const svg = yearPlot(points, { keptDays: 30, atLeastBytes: 20 * 1024 ** 2 });
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg).toContain('coord compact --keep 30d --at-least 20MB, each day');
  expect(svg).not.toMatch(/<script|href|url\(|@import|NaN/);
});
