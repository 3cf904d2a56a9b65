// Attacks by what stands beside coord's documents on the board: it takes their room, and what cannot be seen is written for ever.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from '../ledger/git-world.ts';
import { createFleet, quiet } from '../machine/world.ts';

let world: GitWorld;
beforeEach(() => {
  world = createGitWorld();
});
afterEach(() => world.end());

const many = (count: number, path: (at: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`coordination/${path(at)}`, 'x']));
const OWN = ['COMPUTER_9.md', 'ORDERS.json', 'fleet.yaml', 'messages/0_TO_1.md', 'results/1.json', 'specs/z.md'];
const own = Object.fromEntries(OWN.map((path) => [`coordination/${path}`, path]));

test.each<[name: string, files: Record<string, string>]>([
  ['files before them in the list', many(10_100, (at) => `0${at}`)],
  ['folders before them in the list', many(10_100, (at) => `0/${at}/${at}`)],
])('D8: 10,000 %s take no room from coord’s documents', async (_name, files) => {
  world.commitAsPerson({ ...own, ...files });
  const { main } = await seen(world.ledger('one'));
  expect(OWN.filter((path) => main?.entries.has(path) !== true)).toEqual([]);
  expect(main?.isCut).toBeUndefined();
});

test('D8: one of coord’s folders that is too full is said to be, and takes no room from the others', async () => {
  world.commitAsPerson({ ...own, ...many(10_000, (at) => `messages/0_${at}`) });
  const { main } = await seen(world.ledger('one'));
  expect(OWN.filter((path) => main?.entries.has(path) !== true)).toEqual(['messages/0_TO_1.md']);
  expect([main?.isCut, main?.cut]).toEqual([true, ['messages']]);
});

test.each([
  '',
  'results/',
])('D8: what is too large to be looked through at coordination/%s is not taken for empty', async (folder) => {
  // 9 MB of names, a few hundred KB on their way.
  const blob = world.hub(['hash-object', '-w', '--stdin'], 'x');
  const names = Array.from({ length: 230_000 }, (_, at) => `100644 blob ${blob}\t${String(at).padStart(18, '0')}\n`);
  const large = world.hub(['mktree'], names.join(''));
  const inner =
    folder === '' ? large : world.hub(['mktree'], `100644 blob ${blob}\tORDERS.json\n040000 tree ${large}\tresults\n`);
  const root = world.hub(['mktree'], `040000 tree ${inner}\tcoordination\n`);
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  const commit = world.hub([...who, 'commit-tree', '-m', 'x', root]);
  world.hub(['update-ref', 'refs/heads/main', commit]);
  const { main } = await seen(world.ledger('one'));
  expect([main?.commit, main?.isCut, main?.entries.has('results/1.json')]).toEqual([commit, true, false]);
});

test('F1: what no look at an overfull board shows is not written again each cycle, and people are told', async () => {
  const fleet = await createFleet(1);
  const [one] = fleet.machines;
  await quiet(fleet);
  one.line.cut = 'results';
  fleet.orders([{ id: 'a', assign: 1, run: 'true' }]);
  const mains = new Set<string | undefined>();
  for (let turn = 0; turn < 6; turn += 1) {
    fleet.pass(70_000);
    const { seen: view } = await one.cycle();
    mains.add(view?.snapshot.main.commit ?? undefined);
    expect(view?.composed.board.status.faults[0]).toMatchObject({ document: 'coordination' });
  }
  expect(mains.size).toBe(1);
  // The order ran all the same, and the lane says so.
  expect(one.disk.state?.ended.map(({ order }) => order)).toEqual(['a']);
  one.line.cut = null;
  fleet.pass(70_000);
  await quiet(fleet);
  expect((await fleet.status()).orders.a).toMatchObject({ state: 'COMPLETED' });
});
