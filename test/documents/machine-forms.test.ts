import { describe, expect, test } from 'vitest';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { parseMachineDocument, renderMachineDocument } from '../../src/documents/machine/machine-document.ts';

const PATH = 'COMPUTER_2.md';
const HEAD = ['machine: 2', 'name: builder', 'state: IDLE', 'updated: 2026-11-20T22:00:00.000Z', 'tags: gpu, linux'];
const REST = ['version: "0.1.0"', 'seq: 41', 'beat: 7', 'heartbeat: 1m', 'slots: 2', 'id: u', 'instance: i', 'colour: blue'];
const block = (lines: readonly string[]) =>
  `<details><summary>For programs</summary>\n\n\`\`\`yaml\n${lines.join('\n')}\n\`\`\`\n\n</details>\n`;
const page = (head: readonly string[], body: string) => `---\n${head.join('\n')}\n---\n\n# 2 · builder\n\n${body}`;
const notes = (text: string) => `<!-- notes -->\n${text}\n<!-- /notes -->\n\n`;
const first = page([...HEAD, ...REST], notes('The fan is loud.'));
const second = page(HEAD, notes('The fan is loud.') + block(REST));
const read = (text: string) => parseMachineDocument(text, PATH);

test('D3a both forms read alike', () => {
  const { value, faults } = read(second);
  expect(faults).toEqual([]);
  expect(value).toMatchObject({ seq: 41, beat: 7, slots: 2, tags: ['gpu', 'linux'], extra: { colour: 'blue' }, form: 2 });
  expect({ ...value, form: undefined }).toEqual({ ...read(first).value, form: undefined });
  expect(read(first).value).not.toHaveProperty('form');
});

describe('D3a the second form as it is written', () => {
  const document = {
    ...(read(second).value as MachineDocument),
    tags: [],
    emergency: { what: '</details>\n```\n<!-- /notes --><details><summary>', since: '2026-11-20T22:00:00.000Z' },
    extra: { '```': '```', '</details>': '<!-- notes -->', '<': null },
  };
  const text = renderMachineDocument(document, emptyResults(2));

  test('the page is stable, and has at most seven columns', async () => {
    await expect(text).toMatchFileSnapshot('../golden/COMPUTER_2-second-form.md');
    const [, head = ''] = text.split('---\n');
    expect(head.trim().split('\n').length).toBeLessThanOrEqual(7);
  });

  test('no value can end the block, open another, or look like the marks of the notes', () => {
    const from = text.indexOf('```yaml\n');
    const inner = text.slice(from + 8, text.lastIndexOf('```'));
    expect(inner).not.toContain('<');
    expect(inner).not.toMatch(/^ {0,3}(```|~~~)/m);
    expect(read(text)).toEqual({ value: document, faults: [] });
  });
});

test('D3a a page that an editor saved with other line ends reads alike', () => {
  expect({ ...read(second.replaceAll('\n', '\r\n')).value }).toMatchObject({ seq: 41, notes: 'The fan is loud.\r', form: 2 });
});

describe('D3a what people type into the notes changes no setting', () => {
  const typed = block(['allows: shell', 'lost_3: 4']);
  test('in the first form, where it is no block at all', () => {
    const { value } = read(page([...HEAD, ...REST], notes(typed)));
    expect(value).toMatchObject({ allows: [], lost: {}, notes: typed });
  });

  test('in the second form, where the last block counts', () => {
    const { value } = read(page(HEAD, notes(typed) + block(REST)));
    expect(value).toMatchObject({ seq: 41, allows: [], lost: {}, notes: typed });
  });

  test('and without the closing mark they end where the block begins', () => {
    const { value } = read(second.replace('<!-- /notes -->\n\n', ''));
    expect(value).toMatchObject({ seq: 41, notes: 'The fan is loud.' });
  });
});

describe('D4 a fault in the block is told at its place', () => {
  const line = second.split('\n').indexOf('seq: 41') + 1;
  test.each([
    ['seq: 41', 'seq: -1', `${line}:6 expected "seq" to be a whole number, found -1`],
    ['seq: 41', 'seq: [', `${line}:6 expected "seq" to be a whole number, found ["["]`],
    ['seq: 41', 'seq', `${line}:1 expected a line of the form "name: value", found seq`],
    ['seq: 41\n', '', 'null:null expected "seq" to be a whole number, found nothing'],
    ['machine: 2', 'machine: 0', '2:10 expected "machine" to be a number from 1 to 9999, found 0'],
    [block(REST), '', 'null:null expected "id" to be text, found nothing'],
    ['id: u', `id: ${'u'.repeat(70_000)}`, `${line - 1}:1 expected a short block for programs, found too much of it`],
  ])('%j → %j', (from, to, sentence) => {
    const text = second.replace(from, to);
    expect(text).not.toBe(second);
    const { value, faults } = read(text);
    expect(value).toBeNull();
    expect(faults.map((it) => `${it.line}:${it.column} ${faultSentence(it)}`)[0]).toEqual(sentence);
  });
});

test('D3a a document says which forms its machine reads, and without a word it is the first', () => {
  expect(read(page([...HEAD, ...REST, 'reads: 2'], '')).value).toMatchObject({ reads: 2 });
  expect(read(first).value).not.toHaveProperty('reads');
});
