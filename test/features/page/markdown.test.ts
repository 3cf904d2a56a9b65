// Markdown of others as a tree to be drawn: what it means, what it may not, that nothing is left out, and how long it takes at most.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Block, markdownOf, type Span } from '../../../src/features/page/documents/markdown.ts';
import { isWebLink, linkParts } from '../../../src/features/page/rules/web-links.ts';
import { HOSTILE } from './hostile.ts';

const text = (words: string): Span => ({ kind: 'text', text: words });
const said = (...spans: Span[]): Block => ({ kind: 'text', spans });

test('headings, lists as they are numbered, code, quotes, tables and lines are told apart', () => {
  expect(markdownOf('# Plan\n\n3. *first*\n7. **b** ~~c~~ `d`\n\n- [x] done\n\n> so\n\n---\n')).toEqual([
    { kind: 'heading', spans: [text('Plan')] },
    {
      kind: 'list',
      items: [
        { number: 3, blocks: [said({ kind: 'em', spans: [text('first')] })] },
        {
          number: 7,
          blocks: [
            said({ kind: 'strong', spans: [text('b')] }, text(' '), { kind: 'del', spans: [text('c')] }, text(' '), {
              kind: 'code',
              text: 'd',
            }),
          ],
        },
      ],
    },
    { kind: 'list', items: [{ number: null, blocks: [said(text('[x] '), text('done'))] }] },
    { kind: 'quote', blocks: [said(text('so'))] },
    { kind: 'line' },
  ]);
  expect(markdownOf('```sh\nrm *.log\n```\n\n|a|b|\n|-|-|\n|1|2|')).toEqual([
    { kind: 'code', text: 'rm *.log', language: 'sh' },
    { kind: 'table', head: [[text('a')], [text('b')]], rows: [[[text('1')], [text('2')]]] },
  ]);
});

test('a link is of the web and has its address beside it; of a picture there are its words', () => {
  const link = (words: string, url: string, title = ''): Span => ({ kind: 'link', spans: [text(words)], url, title });
  expect(markdownOf('[docs](https://a.example/x "why")')).toEqual([said(link('docs', 'https://a.example/x', 'why'))]);
  expect(markdownOf('![cat](http://evil.example/x.png)')).toEqual([
    said({ kind: 'image', text: 'cat', address: 'http://evil.example/x.png', title: '' }),
  ]);
  for (const written of [
    '[x](javascript:alert)',
    '[x](data:text/html,y)',
    '[x](file:///etc/passwd)',
    '[x](https://user:pw@evil.example/)',
    '[x](https://a.example/\u202egnp)',
    '[x](//evil.example)',
    '<b onclick=x>hi</b>',
    '<script>alert(1)</script>',
    '<a@b.example>',
  ]) {
    const tree = JSON.stringify(markdownOf(written));
    expect(tree, written).not.toContain('"link"');
    expect(tree, written).toContain(JSON.stringify(written.replace('\u202e', '\\u{202e}').slice(0, 4)).slice(1, -1));
  }
  expect([isWebLink('https://:pw@a.example/'), isWebLink('http://a b'), isWebLink('http://a.example/')]).toEqual([
    false,
    false,
    true,
  ]);
  expect(linkParts('see http://a.example/. Or https://u@b/')).toEqual([
    { text: 'see ', isLink: false },
    { text: 'http://a.example/', isLink: true },
    { text: '. Or https://u@b/', isLink: false },
  ]);
});

test('forty hostile texts, alone and together: read, and no address can be followed but of the web', () => {
  for (const written of [...HOSTILE, HOSTILE.join('\n'), HOSTILE.join('\n\n')]) {
    const tree = markdownOf(written);
    expect(tree, written).not.toBeNull();
    for (const [, url = ''] of JSON.stringify(tree).matchAll(/"url":"([^"]*)"/g)) expect(isWebLink(url), url).toBe(true);
  }
});

test('what Markdown would leave out is not left out: the text is shown as it was written', () => {
  expect(markdownOf('|a|\n|-|\n|1|hidden|')).toBeNull();
  expect(markdownOf('007. a')).toBeNull();
  // Nobody sees the places that links are kept at.
  expect(JSON.stringify(markdownOf('[a]: https://a.example "hidden"'))).toContain('hidden');
  expect(JSON.stringify(markdownOf('a\u200bb'))).toContain('a\\\\u{200b}b');
});

test('all that was written and is no mark of Markdown is drawn, whatever the text', () => {
  const piece = fc.constantFrom(
    ...['a', 'b\n', '\n\n', '# ', '- ', '1. ', '> ', '```', '`', '*', '**', '_', '~~', '[', '](', ')', '![', '<', '>', '|'],
    ...['\n|-|-|\n', '[x]: y', 'http://c.example/', '"', '&amp;', '\\', '    ', '---\n', '<!--', '-->', '\u202e', '💥'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const tree = markdownOf(pieces.join(''));
      if (tree === null) return;
      // Keys and kinds of the tree have letters too: here only what nothing but the text can have.
      expect(JSON.stringify(tree).match(/💥/g)?.length ?? 0).toBe(pieces.filter((one) => one === '💥').length);
    }),
    { numRuns: 500 },
  );
});

const repeated = (words: string, length: number) => words.repeat(Math.ceil(length / words.length)).slice(0, length);

test('what is long, deep or made to take for ever is shown as it was written, at once', () => {
  for (const written of [
    repeated('>', 10_000),
    repeated('a ', 1_000_000),
    repeated('1) ', 10_000),
    `${repeated('> - ', 400)}a`,
    '- a\n'.repeat(501),
  ])
    expect(markdownOf(written)).toBeNull();
  const marks = [
    '*',
    '_',
    '__a_',
    '[',
    '![',
    '[a](',
    '`',
    '<',
    '*a_b ',
    'a**b',
    '***a',
    '~~a ',
    '<!--',
    '&#',
    '\\',
    '|a',
    '](',
    '[a]:',
  ];
  // Below the bounds, where it is read.
  for (const mark of marks)
    for (const filled of [mark, `${mark}${repeated('b ', 12)}`]) {
      const written = repeated(filled, 16_000)
        .split(mark)
        .slice(0, Math.floor(590 / mark.length))
        .join(mark);
      const before = process.cpuUsage();
      markdownOf(written);
      expect(process.cpuUsage(before).user / 1_000, `${filled}: ms of the processor`).toBeLessThan(1_000);
    }
  const deep = Array.from({ length: 170 }, (_, at) => `${' '.repeat(at)}- a`).join('\n');
  expect(JSON.stringify(markdownOf(deep)).split('"list"').length).toBeLessThan(9);
});
