// R5: an edit whose answer was lost, and a person's merge after it: git lists what was merged among the versions before, and the edit landed all the same.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { editOrders } from '../../src/operations/orders/edit-orders.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createHome, endHome } from '../server/house.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-merged-'));
const clone = join(root, 'clone');
const git = (...args: string[]) => execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
const list = join(clone, 'coordination', 'ORDERS.json');
/** A commit of the first minute of a day. */
const write = (id: string, second: number) => {
  writeFileSync(list, JSON.stringify({ version: 1, orders: [{ id, assign: 9, run: 'true' }] }));
  const date = `2026-01-01T00:00:${second}Z`;
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qam', id], { env });
};
const home = await createHome();

afterAll(() => {
  endHome(home);
  rmSync(root, { recursive: true, force: true });
});

test('R5.1 an edit that landed is not made again after a merge that took the other side of the list', async () => {
  const { world, folder } = home;
  execFileSync('git', ['clone', '-q', join(folder.state, 'hub.git'), clone]);
  for (let at = 1; at <= 9; at += 1) write(`a${at}`, 9 + at * 2);
  git('push', '-q', 'origin', 'HEAD:main');
  await sync(world, folder);
  git('checkout', '-qb', 'side', 'HEAD~3');
  const lossy: World = {
    ...world,
    async open(...where) {
      const { ledger, ...others } = await world.open(...where);
      const push: typeof ledger.push = async (updates) => {
        await ledger.push(updates);
        return { kind: 'unknown', trouble: { code: 'NETWORK', message: 'no answer' } };
      };
      return { ...others, ledger: { ...ledger, push } };
    },
  };
  await editOrders(lossy, folder, [{ kind: 'add', order: { id: 'x', assign: 9, run: 'true' }, again: true }]);
  git('fetch', '-q');
  git('checkout', '-q', '--detach', 'origin/main');
  expect(readFileSync(list, 'utf8')).toContain('"x"');
  git('checkout', '-q', 'side');
  // Between a6 and a7.
  write('b', 22);
  git('checkout', '-q', '--detach', 'origin/main');
  git('merge', '-q', '--no-commit', '--no-ff', '-s', 'ours', 'side');
  git('checkout', 'side', '--', 'coordination/ORDERS.json');
  git('commit', '-qm', 'merged');
  git('push', '-q', 'origin', 'HEAD:main');
  const { waitingEdits } = await sync(world, folder);
  expect([...waitingEdits.keys()]).toEqual([]);
  git('fetch', '-q');
  expect(git('show', 'origin/main:coordination/ORDERS.json').toString()).not.toContain('"x"');
});
