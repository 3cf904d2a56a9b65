// Attacks by Markdown and HTML on the pages that coord writes for a host to show.
import { expect, test } from 'vitest';
import { renderHandOffPage } from '../../src/features/handoff/documents/hand-off-page.ts';

const handOff = (text: string) => {
  const at = '2026-11-20T22:00:00.000Z';
  return { at, project: text.split('\n').join(' '), order: null, done: text, open: text, where: text, next: text };
};
const pageOf = (text: string) => renderHandOffPage(new Map([[1, [handOff(text)]]]), { 1: { name: 'mac' } } as never) ?? '';

/** What is left for a reader of Markdown to obey: escaped punctuation and entities become dots; without what the page says itself. */
const obeyed = (page: string) =>
  page
    .replaceAll(/\\[!-/:-@[-`{-~]/g, '·')
    .replaceAll(/&(?:amp|lt|gt);/g, '·')
    .replaceAll('[1 mac](handoffs/1.md)', '')
    .replaceAll(/\*\*(?:Open|Where|Next)\*\*/g, '');

test.each([
  ['an image that tells a server who reads the page', '![x](https://evil.example/p.png)'],
  ['an image by reference', '![x][a]\n\n[a]: https://evil.example/p.png'],
  ['an image in HTML', '<img src="https://evil.example/p.png">'],
  ['an image as an entity', '&lt;img src=x&gt; &#33;[x](y)'],
  ['a link that looks like one of the page', '[ORDERS.json](https://evil.example)'],
  ['a link in angle brackets', '<https://evil.example>'],
  ['a comment that hides what follows', '<!-- \nhidden'],
  ['a block that stays open', '<details><summary>x</summary>\n\n```\n~~~'],
  ['a heading', '# Hand-offs\n   # Other projects'],
  ['a heading by underlines', 'Title\n=====\nTitle\n---'],
  ['a list', '- a\n+ b\n* c\n1. d\n2) e'],
  ['a quote in the quote', '> a\n>> b'],
  ['a table', 'a|b\n-|-\n1|2\n\na\n:-'],
  ['emphasis', '**a** __b__ ~~c~~ `d`'],
  ['lines that end as on Windows', '![x](y)\r\n# z\r\n'],
])('%s does nothing in HANDOFF.md', (_name, text) => {
  const page = obeyed(pageOf(text));
  expect(page).not.toMatch(/[<`*_[\]|~]|!\[/);
  const lines = page.split('\n').filter((line) => line.startsWith('>'));
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(line).toMatch(/^>(?: (?! )(?![-+=#>:]|\d+[.)])[^>]*)?$/);
});

test('the lines of a hand-off stay lines', () => {
  expect(pageOf('first\n  second & <b>\n\nthird')).toContain('> first\\\n> second &amp; &lt;b&gt;\n>\n> third\n');
});
