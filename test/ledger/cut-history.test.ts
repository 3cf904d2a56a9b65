// C5a: a clone that has grown large keeps the newest part of the history, as one that begins now gets it, by real git.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetPacking } from '../../src/ledger/clone/clone-packing.ts';
import { givenUpBytes } from '../../src/ledger/clone/given-up.ts';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { board, LANE, lane, say, seen } from '../contract/ledger.ts';
import { compactHub, createGitWorld, type GitWorld, moveHub } from './git-world.ts';

const ORDERS = 'coordination/ORDERS.json';
const PART = 3;
const LARGE = { beginCommits: PART, smallBytes: 1 };
const SAID = { message: 'main is put back [skip ci]\n\nCoord-Machine: 1\n', author: 'coord machine 1' };
let world: GitWorld;
/** Oldest first. */
let main: readonly string[];

beforeEach(() => {
  world = createGitWorld();
  main = Array.from({ length: 8 }, (_, at) => world.commitAsPerson({ [ORDERS]: String(at) }));
});
afterEach(() => world.end());

const at = (index: number): string => main.at(index) ?? '';
const cloneDir = () => join(world.stateDir('early'), 'clone.git');
const git = (...args: string[]) => execFileSync('git', ['--git-dir', cloneDir(), ...args], { encoding: 'utf8' }).trim();
const here = (tip = at(-1)): number => Number(git('rev-list', '--count', tip));
const isThere = (commit: string): boolean => git('cat-file', '--batch-check', '--batch-all-objects').includes(commit);

/** It has the whole history, and is large from now on. */
async function grown(): Promise<GitLedger> {
  await seen(world.ledger('early'));
  expect(here()).toBe(main.length);
  const ledger = world.ledger('early', LARGE);
  await seen(ledger);
  return ledger;
}

/** So many loose objects, as some of their folders tell, that it has to be packed. */
function clutter(round: number): void {
  for (let count = 0; count < 3_500; count += 1) {
    const text = `${round} ${count}`;
    const bytes = Buffer.from(`blob ${text.length}\0${text}`);
    const id = createHash('sha1').update(bytes).digest('hex');
    if (Number.parseInt(id.slice(0, 2), 16) % 32 > 0) continue;
    const folder = join(cloneDir(), 'objects', id.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, id.slice(2)), deflateSync(bytes));
  }
}

/** After its next look. */
async function packed(ledger: GitLedger, round = 0): Promise<string> {
  const next = world.commitAsPerson({ [ORDERS]: `round ${round}` });
  await seen(ledger);
  clutter(round);
  // Else it waits until the clone has grown by half.
  forgetPacking(cloneDir());
  expect(await ledger.packIfNeeded()).toBe(true);
  return next;
}

test('C5a: what comes before the newest part leaves a large clone, which works as before', async () => {
  const ledger = await grown();
  // As `git gc` leaves it in a clone that is whole.
  git('commit-graph', 'write', '--reachable');
  const next = await packed(ledger);
  git('fsck', '--connectivity-only');
  expect(givenUpBytes({ gitDir: cloneDir() })).toBeGreaterThan(200);
  expect(here(next)).toBe(PART);
  expect([isThere(at(0)), isThere(at(-1))]).toEqual([false, true]);
  expect(await ledger.follows(at(-1), next)).toBe(true);
  expect(await ledger.packIfNeeded()).toBe(false);
  const { updates, report } = await say(ledger, {
    lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: next }),
    boards: [board({ 'README.md': 'board' }, next)],
  });
  expect(report).toMatchObject({ kind: 'answered' });
  expect(world.hub(['rev-parse', LANE(7), 'main']).split('\n')).toEqual(updates.map(({ commit }) => commit));
  const later = world.commitAsPerson({ [ORDERS]: 'later' });
  expect((await seen(ledger)).main?.commit).toBe(later);
});

test('C5a: so it does where the clone began with a part and has grown since', async () => {
  const ledger = world.ledger('early', LARGE);
  await seen(ledger);
  expect(here()).toBe(PART);
  for (let count = 0; count <= PART; count += 1) world.commitAsPerson({ [ORDERS]: `more ${count}` });
  const next = await packed(ledger);
  expect(here(next)).toBe(PART);
  expect(isThere(at(-1))).toBe(false);
});

test('C5a, R3a: what reaches beyond it fetches the rest, which stays for a month', async () => {
  const ledger = await grown();
  const next = await packed(ledger, 1);
  expect(await ledger.follows(at(0), next)).toBe(true);
  expect(givenUpBytes({ gitDir: cloneDir() })).toBe(0);
  const second = await packed(ledger, 2);
  expect(here(second)).toBe(main.length + 2);
  const long = new Date(Date.now() - 31 * 86_400_000);
  utimesSync(join(cloneDir(), 'coord-rest-came'), long, long);
  expect(here(await packed(ledger, 3))).toBe(PART);
});

test('C5a: a history that is not twice as long as the part stays whole', async () => {
  await seen(world.ledger('early'));
  const ledger = world.ledger('early', { ...LARGE, beginCommits: 5 });
  await seen(ledger);
  const next = await packed(ledger);
  expect(here(next)).toBe(main.length + 1);
});

test('C5a: while the remote does not answer, a large clone stays as it is', async () => {
  const ledger = await grown();
  const next = world.commitAsPerson({ [ORDERS]: 'next' });
  await seen(ledger);
  clutter(0);
  moveHub(world, true);
  expect(await ledger.packIfNeeded()).toBe(true);
  // After a look that was not answered nothing is packed at all: it may lack what it asked for anew.
  expect((await ledger.fetch(null)).kind).toBe('unreachable');
  clutter(1);
  expect(await ledger.packIfNeeded()).toBe(false);
  moveHub(world, false);
  expect(here(next)).toBe(main.length + 1);
  expect(existsSync(join(cloneDir(), 'shallow'))).toBe(false);
});

test('C5a: the lane of a machine that has slept since then is read as before, and brings its part', async () => {
  const sleeper = world.ledger('sleeps');
  await seen(sleeper);
  await say(sleeper, { lane: lane(8, { 'COMPUTER_8.md': 'good night' }, { parent: at(1) }) });
  const ledger = await grown();
  const next = await packed(ledger);
  expect(here(next)).toBe(PART);
  const tree = (await seen(ledger)).lanes.get(8);
  const id = tree?.entries.get('COMPUTER_8.md')?.id ?? '';
  expect((await ledger.read([id])).get(id)).toMatchObject({ text: 'good night' });
});

test('C5a, R3b: a main that is gone is put back as its newest part, which leads on for all', async () => {
  const ledger = await grown();
  const next = await packed(ledger);
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  await seen(ledger);
  expect(await ledger.restoreMain(next, SAID)).toEqual({ kind: 'accepted in part' });
  const back = (await seen(ledger)).main?.commit ?? '';
  expect(await ledger.continues(next, back)).toBe(true);
});

test.each([
  ['large', 1],
  ['small', undefined],
])('C5, R3b: in a %s clone, what was written before main was shortened holds no old history', async (_what, size) => {
  const ledger = world.ledger('early', size === undefined ? {} : { ...LARGE, smallBytes: size });
  await seen(ledger);
  await say(ledger, { lane: null, boards: [board({ 'README.md': 'board' }, at(-1))] });
  await seen(ledger);
  const lately = world.commitAsPerson({ [ORDERS]: 'later' });
  await seen(ledger);
  compactHub(world, 2);
  await seen(ledger);
  expect(await ledger.continues(lately, world.hub(['rev-parse', 'main']))).toBe(true);
  await packed(ledger);
  expect(isThere(at(-1))).toBe(false);
});

test('C5, C4a: what a push brought stays when the clone is packed before a fetch shows it', async () => {
  const ledger = world.ledger('early');
  await seen(ledger);
  const { updates } = await say(ledger, {
    lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: at(-1) }),
    boards: [board({ 'README.md': 'board' }, at(-1))],
  });
  clutter(0);
  expect(await ledger.packIfNeeded()).toBe(true);
  expect(updates.map(({ commit }) => isThere(commit ?? ''))).toEqual([true, true]);
});

test('C5, R3a while main is gone, what this machine pushed last is kept: it may be what is put back', async () => {
  const ledger = await grown();
  const { updates } = await say(ledger, { boards: [board({ 'README.md': 'board' }, at(-1))] });
  const [pushed = ''] = updates.flatMap(({ commit }) => commit ?? []);
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  await seen(ledger);
  clutter(0);
  forgetPacking(cloneDir());
  expect(await ledger.packIfNeeded()).toBe(true);
  expect(isThere(pushed)).toBe(true);
});
