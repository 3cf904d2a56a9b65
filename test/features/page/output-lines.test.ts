// The lines of an output as they come, and the looks that codes for terminals give their parts.
import { describe, expect, test } from 'vitest';
import { createOutput, searchLines } from '../../../src/features/page/rules/output-lines.ts';

const written = (...texts: string[]) => {
  const output = createOutput();
  for (const text of texts) output.push(text);
  return output;
};
const textsOf = (...texts: string[]) =>
  written(...texts)
    .lines()
    .map(({ text }) => text);
/** Of each line its parts, each with what stands out of it. */
const looksOf = (...texts: string[]) =>
  written(...texts)
    .lines()
    .map((line) =>
      line.parts().map(({ text, look }) => {
        const { hue, behind, isBold, isItalic, isUnderlined } = look;
        const all = [
          hue,
          behind === null ? null : `on ${behind}`,
          isBold && 'bold',
          isItalic && 'italic',
          isUnderlined && 'underlined',
        ];
        return [text, ...all.filter((one) => typeof one === 'string')].join(' ');
      }),
    );

describe('lines', () => {
  test('have no codes; of a line that was written over the last writing stays', () => {
    expect(textsOf('\u001b[31mred\u001b[0m\nb\r\nc')).toEqual(['red', 'b', 'c']);
    expect(textsOf('\u001b]0;a title\u0007x\u001b]8;;http://evil.example\u001b\\y\u001b]8;;\u001b\\\n')).toEqual(['xy']);
    expect(textsOf('10 %\r50 %\r100 %\nnext\r')).toEqual(['100 %', 'next']);
    expect(textsOf('\u001b(B\u001b[?25lhidden cursor\u001b[2K')).toEqual(['hidden cursor']);
    expect(textsOf('there\r\u001b[0m\r\r\n')).toEqual(['there']);
    expect(textsOf('')).toEqual([]);
    expect(textsOf('\n\n')).toEqual(['', '']);
  });

  test('are the same whatever pieces they come in', () => {
    const text = 'a\u001b[32mb\nc\u001b[0md\r\ne\n\nf';
    const whole = looksOf(text);
    for (let at = 0; at <= text.length; at += 1) expect(looksOf(text.slice(0, at), text.slice(at)), String(at)).toEqual(whole);
    expect(looksOf(...text)).toEqual(whole);
  });

  test('are found by words, each with its number, and the first that speaks of an error is known', () => {
    const output = written('one\nTwo\nan Error came\ntwo again\nerr', 'or');
    expect(searchLines(output.lines(), 'TWO').map(({ number }) => number)).toEqual([2, 4]);
    expect(searchLines(output.lines(), '')).toHaveLength(5);
    expect(output.firstError()).toMatchObject({ number: 3, text: 'an Error came' });
    expect(written('terror\nfine').firstError()).toBeNull();
    expect(written('fine\nterr', '\nfai', 'led').firstError()).toMatchObject({ number: 3 });
  });
});

describe('looks', () => {
  test('are hues by name, until they are taken back, also over the end of a line', () => {
    expect(looksOf('a \u001b[1;31merror\u001b[0m b')).toEqual([['a ', 'error red bold', ' b']]);
    expect(looksOf('\u001b[32mone\ntwo\u001b[39m three')).toEqual([['one green'], ['two green', ' three']]);
    expect(looksOf('\u001b[3;4;90mx\u001b[23my\u001b[24mz\u001b[mw')).toEqual([
      ['x grey italic underlined', 'y grey underlined', 'z grey', 'w'],
    ]);
    expect(looksOf('\u001b[41;97m FAIL \u001b[49m x')).toEqual([[' FAIL  on red', ' x']]);
    expect(looksOf('10 %\u001b[33m\rdone')).toEqual([['done yellow']]);
  });

  test('of 256 colours, and of any, are the nearest hue that the page has', () => {
    const hue = (code: string) => looksOf(`\u001b[${code}mx`)[0]?.[0];
    expect(['38;5;9', '38;5;196', '38;2;255;80;70', '38:2::10:200:20', '38;5;208'].map(hue)).toEqual([
      ...['x red', 'x red', 'x red', 'x green', 'x yellow'],
    ]);
    expect(['38;5;27', '38;5;244', '38;5;8', '38;5;255', '38;2;9;9;9', '38;5', '38', '38;5;999', '1;38;5;51;4'].map(hue)).toEqual(
      [...['x blue', 'x grey', 'x grey', 'x', 'x', 'x', 'x', 'x', 'x cyan bold underlined']],
    );
  });

  test('neighbours that look alike are one part, and a line has a bounded number of them', () => {
    expect(looksOf('\u001b[31ma\u001b[31mb\u001b[1m\u001b[22mc')).toEqual([['abc red']]);
    const [parts] = looksOf('\u001b[31mx\u001b[32my'.repeat(30_000));
    expect([parts?.length, parts?.join('').replaceAll(/ red| green/g, '').length]).toEqual([1_000, 60_000]);
  });
});

test('a long line without an end, and codes without an end, cost linear time', () => {
  const began = performance.now();
  written(`${'\u001b]'.repeat(100_000)}${'\u001b['.repeat(100_000)}${'\r'.repeat(100_000)}`).lines();
  // Each of them opens something, and nothing closes it.
  written('\u001b[1mx'.repeat(100_000)).lines()[0]?.parts();
  written(`\u001b[${'1;'.repeat(200_000)}mx`)
    .lines()[0]
    ?.parts();
  written(...Array.from({ length: 500 }, () => 'x'.repeat(2_000))).lines();
  expect(performance.now() - began).toBeLessThan(10_000);
});
