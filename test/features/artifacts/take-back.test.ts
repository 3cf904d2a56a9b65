// A2: a purge deletes the ref of this machine, as real git holds it, and nothing that somebody else put there.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeBackRef } from '../../../src/features/artifacts/adapters/take-back.ts';
import { createRefWorld, type RefWorld } from './ref-world.ts';

const REF = 'refs/coord/artifacts/1';
let world: RefWorld;

beforeEach(() => {
  world = createRefWorld();
  writeFileSync(world.folder.journal, '{"duplicate": null, "rewritten": null}');
});
afterEach(() => world.end());

const takeBack = (more: Partial<RefWorld['identity']> = {}) =>
  takeBackRef({ folder: world.folder, identity: { ...world.identity, ...more }, person: world.person, networkMs: 20_000 });
const refs = () => world.inHub('for-each-ref', '--format=%(refname)');

test('A2 the ref goes, said again it is gone, and who comes back brings all of it up anew', async () => {
  expect(await takeBack()).toBeNull();
  await world.leave({ a: 'one' });
  await world.publish();
  world.inHub('update-ref', 'refs/coord/artifacts/2', REF);
  expect(await takeBack()).toEqual({ ref: REF, why: null });
  expect(refs()).toBe('refs/coord/artifacts/2');
  expect(await takeBack()).toBeNull();
  await world.publish();
  expect(world.onRef()).toEqual(['one']);
  // Killed before it was noted.
  world.inHub('update-ref', '-d', REF);
  expect(await takeBack()).toEqual({ ref: REF, why: null });
});

test('A2, R4 in a fleet of branches the branch goes', async () => {
  await world.leave({ a: 'one' });
  await world.publish({ identity: { ...world.identity, namespace: 'branches' } });
  const ref = 'refs/heads/coord-lanes/artifacts/1';
  expect([refs(), await takeBack({ namespace: 'branches' }), refs()]).toEqual([ref, { ref, why: null }, '']);
});

test('A2, R5 a push whose answer never came was of this folder too', async () => {
  await world.leave({ a: 'one' });
  const { commit, ...pushed } = await world.publish();
  writeFileSync(world.paths.pushed, JSON.stringify({ ...pushed, commit: null, tried: commit }));
  expect([await takeBack(), refs()]).toEqual([{ ref: REF, why: null }, '']);
});

test('A2, R3 what somebody else put there since stays, and so does all of a machine that has halted', async () => {
  await world.leave({ a: 'one' });
  await world.publish();
  writeFileSync(world.folder.journal, '{"duplicate": {"commit": "x"}, "rewritten": null}');
  expect(await takeBack()).toEqual({ ref: REF, why: 'this machine has halted, and pushes nothing' });
  writeFileSync(world.folder.journal, '{"duplicate": null, "rewritten": null}');
  world.inHub('update-ref', REF, world.inHub('commit-tree', '-m', 'x', world.inHub('mktree', '--missing')));
  expect(await takeBack()).toEqual({ ref: REF, why: 'somebody else has written there since' });
  expect(refs()).toBe(REF);
});

test('A2 a host that refuses it, or that is away, is said', async () => {
  await world.leave({ a: 'one' });
  await world.publish();
  mkdirSync(join(world.hub, 'hooks'), { recursive: true });
  const hook = join(world.hub, 'hooks', 'update');
  writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  expect(await takeBack()).toEqual({ ref: REF, why: 'hook declined' });
  expect(refs()).toBe(REF);
  expect(await takeBack({ remote: join(world.root, 'nowhere.git') })).toEqual({ ref: REF, why: expect.stringMatching(/./) });
  rmSync(hook);
  expect(await takeBack()).toEqual({ ref: REF, why: null });
});
