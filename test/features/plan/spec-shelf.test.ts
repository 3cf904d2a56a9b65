// C4, D10: what was parsed of specs is kept on disk, so that a process that has just started parses none of them again. It decides nothing:
// damaged, of another program, or gone, the specs are parsed again.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ParseCache } from '../../../src/machine/reading/parse-cache.ts';
import { readSnapshot } from '../../../src/machine/reading/read-snapshot.ts';
import { createSpecShelf } from '../../../src/system/fleet/spec-shelf.ts';
import { createFleet, type World } from '../../machine/world.ts';

const specOf = (task: string) =>
  `---\nmvp: Dao\nowner: Ada\n---\n# Dao\n\n## Tasks\n\n- [x] ${task}\n  - run: make\n  - feature: ore\n`;

let folder: { readonly specs: string };
let world: World;
beforeEach(async () => {
  folder = { specs: join(mkdtempSync(join(tmpdir(), 'coord-shelf-')), 'specs.json') };
  world = await createFleet(1);
  for (const name of ['a', 'b']) world.person({ [`specs/${name}.md`]: specOf(name) });
});
afterEach(() => rmSync(join(folder.specs, '..'), { recursive: true, force: true }));

/** As a process that has just started sees it: its specs, and which of them it read. */
async function start(build = 'one', lacks: ReadonlySet<string> = new Set()) {
  const fetched = await world.eye.fetch(null);
  if (fetched.kind === 'unreachable') throw new Error('the hub is there');
  const { trees } = fetched;
  const read: string[] = [];
  const pathOf = new Map([...(trees.main?.entries ?? [])].map(([path, { id }]) => [id, path]));
  const ledger: typeof world.eye = {
    ...world.eye,
    async read(ids) {
      const asked = [...ids];
      read.push(...asked.map((id) => pathOf.get(id) ?? '').filter((path) => path.startsWith('specs/')));
      return world.eye.read(asked.filter((id) => !lacks.has(pathOf.get(id) ?? '')));
    },
  };
  const snapshot = await readSnapshot({ ledger, trees, cache: new ParseCache(createSpecShelf(folder, build)) });
  return { read: read.sort(), specs: snapshot.specs, faults: snapshot.faults };
}

test('C4 a process that has just started reads no spec that an earlier one has parsed, and sees the same', async () => {
  const first = await start();
  expect(first.read).toEqual(['specs/a.md', 'specs/b.md']);
  expect(first.specs?.get('specs/a.md')).toEqual({
    ...{ path: 'specs/a.md', mvp: 'Dao', owner: 'Ada' },
    tasks: [{ order: 'a-a', ticked: true, feature: 'ore' }],
  });
  const { mtimeNs } = statSync(folder.specs, { bigint: true });
  expect(await start()).toEqual({ read: [], specs: first.specs, faults: [] });
  expect(statSync(folder.specs, { bigint: true }).mtimeNs).toBe(mtimeNs);
});

test('C4 of specs that changed, those alone are read, and what is gone is kept no longer', async () => {
  await start();
  world.person({ 'specs/b.md': specOf('other') });
  expect(await start()).toMatchObject({ read: ['specs/b.md'] });
  expect(readFileSync(folder.specs, 'utf8').match(/specs\/b\.md /g)).toHaveLength(1);
  expect(await start()).toMatchObject({ read: [] });
});

test.each([
  ['of another program', (text: string) => text, 'another'],
  ['one byte is another', (text: string) => text.replace('"ticked":true', '"ticked":tru3'), 'one'],
  ['a word is another', (text: string) => text.replace('Dao', 'Tao'), 'one'],
  ['cut off', (text: string) => text.slice(0, -20), 'one'],
  ['empty', () => '', 'one'],
])('C4 what is not whole is not trusted: %s', async (_, damage, build) => {
  const { specs } = await start();
  writeFileSync(folder.specs, damage(readFileSync(folder.specs, 'utf8')));
  expect(await start(build)).toEqual({ read: ['specs/a.md', 'specs/b.md'], specs, faults: [] });
  expect((await start(build)).read).toEqual([]);
});

test('C4 where it cannot be written, or read, specs are parsed as ever', async () => {
  mkdirSync(folder.specs);
  for (const _ of [1, 2]) expect((await start()).specs?.size).toBe(2);
});

test('C5 what the clone lacked is not kept: it may be there the next time', async () => {
  expect([...((await start('one', new Set(['specs/b.md']))).specs ?? [])].map(([path]) => path)).toEqual(['specs/a.md']);
  expect(await start()).toMatchObject({ read: ['specs/b.md'], specs: { size: 2 } });
});

test('C4 a spec that cannot be read is not read again by each process, and its fault stands', async () => {
  world.person({ 'specs/b.md': '---\nmvp: "a\n  \\q"\n---\n# b\n' });
  const first = await start();
  expect(first.specs?.has('specs/b.md')).toBe(false);
  const again = await start();
  expect(again).toMatchObject({ read: [], faults: first.faults });
  expect(again.faults).toEqual([expect.objectContaining({ document: 'specs/b.md', level: 'warning' })]);
});
