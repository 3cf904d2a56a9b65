// Main's history as real git has it: merges, odd messages and names, and commits that touch nothing of ours.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isIsoTime } from '../../src/documents/text/iso-time.ts';
import { seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, TEST_NOW_MS } from './git-world.ts';

let world: GitWorld;
beforeEach(() => {
  world = createGitWorld();
});
afterEach(() => world.end());

const SECONDS = TEST_NOW_MS / 1000;

/** Commits ORDERS.json with these words about it; on top of main, or of these parents. */
function commit(
  orders: string,
  about: { author?: string; message?: string; seconds?: number; parents?: readonly string[] } = {},
): string {
  const { author = 'Ada', message = 'edit', seconds = SECONDS, parents = [] } = about;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const [from, ...merged] = parents;
  const known = from ?? (world.hub(['for-each-ref', '--format=%(objectname)', 'refs/heads/main']) || null);
  const stream = [
    `commit refs/heads/main\nmark :1\nauthor ${author} <a@example.com> 1000000000 +0200\n`,
    `committer Host <h@example.com> ${seconds} -0500\n${data(message)}`,
    known === null ? '' : `from ${known}\n`,
    ...merged.map((parent) => `merge ${parent}\n`),
    `M 100644 inline coordination/ORDERS.json\n${data(orders)}\nget-mark :1\ndone\n`,
  ];
  return world.hub(['fast-import', '--quiet', '--force', '--done', '--cat-blob-fd=1'], stream.join(''));
}

async function history() {
  const ledger = world.ledger('one');
  await seen(ledger);
  return (await ledger.history({ countMax: 100, sinceMs: null, paths: ['ORDERS.json'] })).commits;
}

test('the author’s name, and the time of the commit: an edit that was rebased counts when it came', async () => {
  commit('1', { author: 'Ada Lovelace é\u0007' });
  expect((await history()).map(({ author, at }) => [author, at])).toEqual([
    ['Ada Lovelace é\u0007', new Date(TEST_NOW_MS).toISOString()],
  ]);
});

test('a merge is one change, against its first parent; what was merged is not told twice', async () => {
  const first = commit('1');
  const side = commit('2', { parents: [first] });
  world.hub(['update-ref', 'refs/heads/main', first]);
  const main = commit('3', { parents: [first] });
  const merge = commit('4', { parents: [main, side], message: 'Merge pull request' });
  const ledger = world.ledger('two');
  expect((await history()).map(({ commit: id, changes }) => [id, changes.get('ORDERS.json')])).toEqual([
    [merge, { before: ledger.idOf('3'), after: ledger.idOf('4') }],
    [main, { before: ledger.idOf('1'), after: ledger.idOf('3') }],
    [first, { before: null, after: ledger.idOf('1') }],
  ]);
});

test('messages of any shape, one that looks like git’s own output too', async () => {
  const id = commit('1', { message: '' });
  const message = `:100644 000000 ${id} ${id} D\n${id}\n\n:000000 100644 ${id} ${id} A\n`;
  commit('2', { message });
  commit('3', { message: '\n\n' });
  const commits = await history();
  expect(commits).toHaveLength(3);
  expect(commits[1]?.message.trim()).toBe(message.trim());
  for (const { changes } of commits) expect([...changes.keys()]).toEqual(['ORDERS.json']);
});

test('times that no calendar has do no harm', async () => {
  commit('1', { seconds: 0 });
  commit('2', { seconds: 999_999_999_999 });
  const times = (await history()).map(({ at }) => at);
  expect(times).toHaveLength(2);
  for (const at of times) expect(isIsoTime(at)).toBe(true);
});
