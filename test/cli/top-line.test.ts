import { expect, test } from 'vitest';
import { cutLine, cutText, fitText, lineWidth, part, textOf, widthOf, wrapText } from '../../src/cli/top/line.ts';

test('texts are cut by the cells that they take, and what is cut off is marked', () => {
  expect(cutText('hello', 5)).toBe('hello');
  expect(cutText('hello world', 6)).toBe('hello…');
  expect(cutText('日本語', 6)).toBe('日本語');
  expect(cutText('日本語です', 6)).toBe('日本…');
  expect(cutText('日本語です', 5)).toBe('日本…');
  expect(cutText('x', 0)).toBe('');
  expect(fitText('日本', 6)).toBe('日本  ');
  expect(widthOf('👩‍👩‍👧 é')).toBe(4);
});

test.each([1, 2, 5, 9, 10, 11, 12, 40])('a line of several parts takes %i cells at most', (width) => {
  const line = [part('0123'), part('日本語', 'red'), part(' and more ↑↓', 'dim')];
  const cut = cutLine(line, width);
  expect(lineWidth(cut)).toBeLessThanOrEqual(width);
  expect(textOf(cut).endsWith('…')).toBe(width < lineWidth(line));
});

test('long lines are broken at blanks where there are some, and anywhere where there are none', () => {
  expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapText('0123456789', 4)).toEqual(['0123', '4567', '89']);
  expect(wrapText('a\n\nb', 4)).toEqual(['a', '', 'b']);
  expect(wrapText('日本語', 1)).toEqual(['日', '本', '語']);
});
