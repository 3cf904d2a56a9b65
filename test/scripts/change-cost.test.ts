// The templates of `npm run change-cost` fit the source as it is; that what they make compiles, and passes its tests, the script itself says.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error It is plain JavaScript.
import { apply, costOf, templates } from '../../scripts/change-cost.mjs';

interface Template {
  readonly name: string;
  readonly most: number;
  readonly adds: Readonly<Record<string, string>>;
  readonly edits: readonly { readonly file: string }[];
}

const all: readonly Template[] = await templates();
const root = join(import.meta.dirname, '..', '..');

test.each(
  all.map((template) => [template.name, template] as const),
)('one more %s costs no more than it may', (_name, template) => {
  const scratch = mkdtempSync(join(tmpdir(), 'coord-templates-'));
  try {
    const touched = [...Object.keys(template.adds), ...template.edits.map(({ file }) => file)];
    for (const path of touched) if (existsSync(join(root, path))) cpSync(join(root, path), join(scratch, path));
    apply(template, scratch);
    // What is applied already is found no second time.
    expect(() => apply(template, scratch)).toThrow(/which is there already|expected once/);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  expect(costOf(template).length).toBeLessThanOrEqual(template.most);
});

test('a file that is edited twice costs once, and what lies outside src costs nothing', () => {
  const edit = (file: string) => ({ file, find: 'a', replace: 'b' });
  const edits = ['src/b.ts', 'src/a.ts', 'src/b.ts', 'docs/orders.md'].map(edit);
  expect(costOf({ name: '', most: 0, adds: {}, edits, check: [] })).toEqual(['src/a.ts', 'src/b.ts']);
});
