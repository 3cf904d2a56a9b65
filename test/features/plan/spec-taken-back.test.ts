// D5, C6: a spec that was saved and waits is taken back by whoever moves it away again.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { editWords } from '../../../src/core/orders/edit-words.ts';
import { createFileJournal } from '../../../src/journal/file-journal.ts';
import { sync } from '../../../src/operations/sync/sync.ts';
import { createHome, endHome } from '../../server/house.ts';

const home = await createHome();
afterAll(() => endHome(home));

test('D5 a saved spec that is moved away before it landed waits no more, and never lands', async () => {
  const { world, folder } = home;
  const path = join(folder.projection, 'specs', 'login.md');
  const hub = join(folder.state, 'hub.git');
  const waiting = async () =>
    (await createFileJournal(folder.journal, folder.outbox).intentions()).map(({ edit }) => editWords(edit));
  renameSync(hub, `${hub}.away`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '# Login\n');
  await sync(world, folder);
  expect(await waiting()).toEqual(['spec specs/login.md']);
  rmSync(path);
  await sync(world, folder);
  expect(await waiting()).toEqual([]);
  renameSync(`${hub}.away`, hub);
  await sync(world, folder);
  expect(existsSync(path)).toBe(false);
});
