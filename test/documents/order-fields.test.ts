// The list of order fields, and the page that shows it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIELDS, WORKS } from '../../src/documents/orders/order-fields.ts';
import { WORK_KINDS } from '../../src/features/rules.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'orders.md');

const HEAD = '| field | meaning | default |\n|---|---|---|\n';

function table(): string {
  const rows = Object.entries(FIELDS).map(([name, { words, docs, docsDefault, default: by }]) => {
    const usual = docsDefault ?? (by === undefined ? '' : `\`${by}\``);
    return `| \`${name}\` | ${docs ?? words} | ${usual}${usual === '' ? '' : ' '}|\n`;
  });
  return `${HEAD}${rows.join('')}`;
}

test('docs/orders.md has the table of all fields', async () => {
  const text = readFileSync(page, 'utf8');
  const at = text.indexOf(HEAD);
  const end = text.indexOf('\n\n', at) + 1;
  await expect(`${text.slice(0, at)}${table()}${text.slice(end)}`).toMatchFileSnapshot(page);
});

test('each kind of work is told by one field, and no two options are called the same', () => {
  expect(WORKS.map(([first]) => FIELDS[first]?.work)).toEqual(WORK_KINDS);
  expect(WORKS.filter(([first]) => FIELDS[first]?.reads === undefined)).toEqual([]);
  const flags = Object.values(FIELDS).flatMap(({ options = [] }) => options.map(([it]) => it.split(' ')[0]));
  expect(new Set(flags).size).toBe(flags.length);
});
