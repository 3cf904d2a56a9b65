// R7: what anybody who may push can put at coord's own refs. One of them that is bad is named, and keeps nobody from the others.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { LANE, lane, outcomes, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';
import { CLAIM, oddObjects } from './odd-refs-parts.ts';

describe('odd refs', () => {
  let world: GitWorld;

  let one: GitLedger;

  const { commit, point, refusedTree, goodTree } = oddObjects(() => world);

  beforeEach(async () => {
    world = createGitWorld();
    one = world.ledger('one');
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    await outcomes(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
    point(LANE(2), commit(goodTree()));
  });

  afterEach(() => world.end());

  it('R7: several bad ones among many good ones are all named, and each is looked for once', async () => {
    for (let number = 3; number <= 30; number++) point(LANE(number), commit(goodTree(), String(number)));
    const bad = [LANE(7), LANE(19), CLAIM('job/1.1')];
    for (const ref of bad) point(ref, commit(refusedTree(), ref));
    const trees = await seen(one);
    expect(trees.odd?.map(({ ref }) => ref)).toEqual([CLAIM('job/1.1'), LANE(19), LANE(7)]);
    expect(trees.lanes.get(30)?.entries.size).toBe(1);
    const again = world.ledger('one');
    expect(await seen(again)).toEqual(trees);
    expect(await again.lastSeen()).toEqual(trees);
  });
});
