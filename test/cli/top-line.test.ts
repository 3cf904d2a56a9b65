import { expect, test, vi } from 'vitest';
import { frameOf } from '../../src/cli/top/frame.ts';
import { cutLine, cutText, fitText, graphemesOf, lineWidth, part, textOf, widthOf } from '../../src/cli/top/line.ts';
import { LOOK_LINES_MAX } from '../../src/cli/top/look-lines.ts';
import { START } from '../../src/cli/top/state.ts';
import { wrapLast, wrapText } from '../../src/cli/top/wrap.ts';
import { NOW_MS, sightOf, viewOf } from './top-samples.ts';

const measured = vi.hoisted(() => ({ characters: 0 }));
vi.mock('string-width', async (original) => {
  const { default: stringWidth } = await original<typeof import('string-width')>();
  return {
    default: (text: string) => {
      measured.characters += text.length;
      return stringWidth(text);
    },
  };
});

/** How many characters of text were measured meanwhile. */
const measuring = (work: () => void) => {
  const before = measured.characters;
  work();
  return measured.characters - before;
};

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

test('graphemes are the same in a long text, which is taken in pieces', () => {
  const text = `${'a'.repeat(499)}e\u0301${'👩‍👩‍👧'.repeat(200)}x${'\u0301'.repeat(3_000)}y`;
  const all = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
  expect([...graphemesOf(text)]).toEqual(all.map(({ segment, index }) => ({ segment, index })));
});

test('blanks where a line is broken belong to no line', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('äb cd ', 5)).toEqual(['äb cd']);
  expect(wrapText('', 5)).toEqual(['']);
  expect(wrapText('a\u0301\u0301\u0301 日日日', 4)).toEqual(['a\u0301\u0301\u0301', '日日', '日']);
});

test('the last lines of a text are those that all of it would end with', () => {
  const texts = ['one two three', 'four five', '日本語', 'x'];
  const all = texts.flatMap((text) => wrapText(text, 4));
  for (const count of [1, 2, 3, 5, all.length - 1])
    expect(wrapLast(texts, 4, count)).toEqual({ lines: all.slice(-count), isCut: true });
  expect(wrapLast(texts, 4, all.length)).toEqual({ lines: all, isCut: false });
});

test('however long a line is, each character is looked at once, and no more of it than is asked for', () => {
  const line = '{"größe":"übergroß","zähler":12},'.repeat(500);
  for (const width of [1, 80, 400]) expect(measuring(() => wrapText(line, width))).toBeLessThanOrEqual(100);
  const others = Array.from({ length: 4_000 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
  expect(measuring(() => wrapText(others, 80, 2))).toBeLessThan(200);
  expect(measuring(() => wrapText(others, 80))).toBeLessThanOrEqual(others.length);
});

test('what one looks into is wrapped again only when it, or the width, is another', () => {
  const looked = { title: 'x', lines: ['ü'.repeat(30_000), 'end'], shows: 'end' as const };
  const mode = { kind: 'look', at: { kind: 'log', subject: { kind: 'order', order: 'x', hasRun: true } }, top: null } as const;
  const segmented = vi.spyOn(Intl.Segmenter.prototype, 'segment');
  const drawn = (columns: number) => {
    segmented.mockClear();
    frameOf({ ...START, mode }, sightOf(viewOf()), looked, { columns, rows: 23 }, NOW_MS);
    return segmented.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  };
  expect(drawn(80)).toBeGreaterThan(29_000);
  expect(drawn(80)).toBeLessThan(80 * 23);
  expect(drawn(60)).toBeGreaterThan(29_000);
});

test('of what has too many lines, a log shows the last ones and all else the first ones, and both say so', () => {
  const lines = Array.from({ length: LOOK_LINES_MAX + 500 }, (_, n) => `line ${n}`);
  const mode = { kind: 'look', at: { kind: 'about', subject: { kind: 'order', order: 'x', hasRun: true } }, top: 0 } as const;
  const shown = (shows: 'begin' | 'end', top: number | null) =>
    frameOf(
      { ...START, mode: { ...mode, top } },
      sightOf(viewOf()),
      { title: 'x', lines: [...lines], shows, whole: 'coord logs x' },
      { columns: 80, rows: 23 },
      NOW_MS,
    ).lines.map((line) => textOf(line));
  expect(shown('end', 0).slice(1, 3)).toEqual(['… earlier lines are left out; all of it: coord logs x', 'line 500']);
  expect(shown('end', null)).toContain(`line ${LOOK_LINES_MAX + 499}`);
  expect(shown('begin', 0)[1]).toBe('line 0');
  expect(shown('begin', null)).toContain('… the rest is left out; all of it: coord logs x');
});
