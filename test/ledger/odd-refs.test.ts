// R7: what anybody who may push can put at coord's own refs. One of them that is bad is named, and keeps nobody from the others.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { LANE, lane, outcomes, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, gitsStarted } from './git-world.ts';
import { CLAIM, odd, oddObjects } from './odd-refs-parts.ts';

describe('odd refs', () => {
  let world: GitWorld;

  let one: GitLedger;

  const { object, entry, commit, point, refusedTree, goodTree } = oddObjects(() => world);

  const tag = (id: string) => object('tag', `object ${id}\ntype commit\ntag x\ntagger a <a@b> 1 +0000\n\nx\n`);

  /** The hub lacks what the commit holds. */
  const lacking = () => {
    const tree = object('tree', entry('100644', 'lost', object('blob', `lost ${Math.random()}`)));
    const id = commit(tree);
    rmSync(join(world.hubDir, 'objects', tree.slice(0, 2), tree.slice(2)), { force: true });
    return id;
  };

  beforeEach(async () => {
    world = createGitWorld();
    one = world.ledger('one');
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    await outcomes(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
    point(LANE(2), commit(goodTree()));
  });

  afterEach(() => world.end());

  it.each([
    ['a tree that git refuses', LANE(3), () => commit(refusedTree())],
    ['an object that the hub has lost', LANE(3), lacking],
    ['a tag of what git refuses', LANE(3), () => tag(commit(refusedTree()))],
    ['a claim that git refuses', CLAIM('job/1.1'), () => commit(refusedTree())],
  ])('R7: %s stops nobody, and is named', async (_what, ref, bad) => {
    point(ref, bad());
    const trees = await seen(one);
    expect(trees.odd).toEqual([odd(ref, 'unreadable')]);
    expect([...trees.lanes.keys()]).toEqual(ref === LANE(3) ? [1, 2, 3] : [1, 2]);
    expect(trees.lanes.get(2)?.entries.size).toBe(1);
    const main = world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
    expect((await seen(one)).main?.commit).toBe(main);
    expect(
      await outcomes(one, { lane: lane(1, { 'COMPUTER_1.md': 'b' }, { expected: trees.lanes.get(1)?.commit ?? null }) }),
    ).toEqual({ [LANE(1)]: 'accepted' });
    world.hub(['update-ref', '-d', ref]);
    const mended = await seen(one);
    expect([mended.odd, [...mended.lanes.keys()]]).toEqual([undefined, [1, 2]]);
    expect(existsSync(join(world.stateDir('one'), 'clone.broken-1'))).toBe(false);
  });

  it('R7: a lane that git can fetch and is no commit stands without documents, and its number is taken', async () => {
    const blob = object('blob', 'text');
    const tree = goodTree();
    point(LANE(3), blob);
    point(LANE(4), tree);
    point(CLAIM('job/1.1'), blob);
    const trees = await seen(one);
    expect(trees.odd).toEqual([CLAIM('job/1.1'), LANE(3), LANE(4)].map((ref) => odd(ref, 'unreadable')));
    expect([3, 4].map((number) => trees.lanes.get(number))).toEqual(
      [blob, tree].map((id) => ({ commit: id, parent: null, message: '', entries: new Map() })),
    );
    expect(trees.claims.get('job/1.1')).toEqual({ commit: blob, message: '' });
  });

  it('C3: while a bad ref stands there, a look at which nothing moved is one git command', async () => {
    point(LANE(3), commit(refusedTree()));
    const before = await seen(one);
    const trace = join(world.root, 'trace');
    const traced = world.ledger('one', { person: { ...world.person, GIT_TRACE2_EVENT: trace } });
    expect(await seen(traced)).toEqual(before);
    expect(gitsStarted(trace)).toEqual(expect.arrayContaining(['ls-remote']));
    expect(gitsStarted(trace)).not.toContain('fetch');
  });

  it("R7: names that are none of coord's are said, and never taken for a machine or a claim", async () => {
    const id = commit(goodTree());
    const names = [CLAIM('x'), 'refs/coord/machines/007', 'refs/coord/machines/3/x', CLAIM('job/1.1/x')];
    for (const ref of names) point(ref, id);
    const trees = await seen(one);
    expect(trees.odd).toEqual([...names].sort().map((ref) => odd(ref, 'unknown')));
    expect([[...trees.lanes.keys()], trees.claims.size]).toEqual([[1, 2], 0]);
    point(CLAIM('x'), commit(refusedTree()));
    const main = world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
    expect((await seen(one)).main?.commit).toBe(main);
  });

  it.each([
    ['as git left it', []],
    ['packed', ['pack-refs', '--all']],
  ])('C5, R7: what was asked for by name leaves the clone when all is asked for again; it is %s', async (_how, pack) => {
    const clone = (args: readonly string[]) =>
      execFileSync('git', ['--git-dir', join(world.stateDir('one'), 'clone.git'), ...args], { encoding: 'utf8' }).trim();
    const packed = () => (pack.length > 0 ? clone(pack) : '');
    const refs = () =>
      clone(['for-each-ref', '--format=%(refname)'])
        .split('\n')
        .filter((ref) => !ref.startsWith('refs/draft/'));
    await seen(one);
    packed();
    point(LANE(3), commit(refusedTree()));
    await seen(one);
    expect(refs().filter((ref) => /lanes|claims/.test(ref))).toEqual([]);
    packed();
    world.hub(['update-ref', '-d', LANE(3)]);
    world.hub(['update-ref', '-d', LANE(2)]);
    await seen(one);
    await seen(one);
    const trace = join(world.root, 'trace');
    const traced = world.ledger('one', { person: { ...world.person, GIT_TRACE2_EVENT: trace } });
    await seen(traced);
    expect(refs()).toEqual(['refs/view/branches/main', 'refs/view/lanes/1']);
    rmSync(trace);
    await seen(traced);
    expect(gitsStarted(trace)).toEqual(['fetch']);
  });
});
