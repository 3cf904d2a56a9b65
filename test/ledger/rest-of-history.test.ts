// C5a: a clone that began with the newest part of main's history, and what makes it fetch the rest.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { readSnapshot, type Viewer } from '../../src/machine/reading/read-snapshot.ts';
import { board, LANE, lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, moveHub } from './git-world.ts';
import { serveHub } from './http-backend.ts';

const ORDERS = 'coordination/ORDERS.json';
const ALL = { countMax: 100, sinceMs: null, paths: ['ORDERS.json'] };
const SAID = { message: 'main is put back [skip ci]\n\nCoord-Machine: 1\n', author: 'coord machine 1' };
const BEGIN = 3;
const VIEWER: Viewer = { machine: 1, versions: {}, admitted: [], active: [], ended: [], older: [], movedRuns: [] };
let world: GitWorld;
/** Oldest first. */
let main: readonly string[];
let late: GitLedger;

beforeEach(async () => {
  world = createGitWorld();
  main = Array.from({ length: 8 }, (_, at) => world.commitAsPerson({ [ORDERS]: String(at) }));
  late = world.ledger('late', { beginCommits: BEGIN });
  await seen(late);
});
afterEach(() => world.end());

const at = (index: number): string => main.at(index) ?? '';
/** As git counts them in the clone. */
const here = (name = 'late', tip = at(-1)): number =>
  Number(
    execFileSync('git', ['--git-dir', join(world.stateDir(name), 'clone.git'), 'rev-list', '--count', tip], { encoding: 'utf8' }),
  );

test('C5a: it has the newest commits, and what comes after joins them', async () => {
  expect(here()).toBe(BEGIN);
  const next = world.commitAsPerson({ [ORDERS]: 'next' });
  await seen(late);
  expect(here('late', next)).toBe(BEGIN + 1);
  expect(await late.follows(at(-2), next)).toBe(true);
  expect(here('late', next)).toBe(BEGIN + 1);
});

test('C5a: a clone that was there before stays whole', async () => {
  const early = world.ledger('early');
  await seen(early);
  const next = world.commitAsPerson({ [ORDERS]: 'next' });
  await seen(world.ledger('early', { beginCommits: 1 }));
  rmSync(join(world.stateDir('early'), 'clone.git', 'coord-seen.json'));
  await seen(world.ledger('early', { beginCommits: 1 }));
  expect(here('early', next)).toBe(main.length + 1);
});

test('C5a, R3a: a main that was seen before is looked for in all of the history, which is fetched once', async () => {
  expect(await late.follows(at(0), at(-1))).toBe(true);
  expect(here()).toBe(main.length);
  expect(await late.fetchRest()).toBe(false);
  expect(await late.follows('1'.repeat(40), at(-1))).toBe(false);
});

test('C5a, R3a: a main that goes back is a rewrite, and nothing has to be fetched to know it', async () => {
  moveHub(world, true);
  expect(await late.follows(at(-1), at(-2))).toBe(false);
  expect(here()).toBe(BEGIN);
});

test('C5a, R5: what was built on a main that is here, and did not land, is known without the rest', async () => {
  const changes = { lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: at(-1) }), boards: [board({ 'a.md': 'a' }, at(-1))] };
  const built = (await late.write(changes)).find(({ what }) => what === 'main')?.commit ?? '';
  const next = world.commitAsPerson({ [ORDERS]: 'next' });
  await seen(late);
  expect([await late.follows(at(-1), next), await late.follows(built, next)]).toEqual([true, false]);
  expect(here('late', next)).toBe(BEGIN + 1);
});

test('C5a, R3a: while the rest cannot be had, that is no “no”', async () => {
  moveHub(world, true);
  await expect(late.follows(at(0), at(-1))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  moveHub(world, false);
  rmSync(join(world.stateDir('late'), 'clone.git', 'coord-rest-failed'));
  expect(await late.follows(at(0), at(-1))).toBe(true);
});

test('C5a: history is told as far as it is here, and that it goes on; the rest comes on request', async () => {
  moveHub(world, true);
  const part = await late.history(ALL);
  expect(part).toMatchObject({ isCut: true, isPart: true });
  expect(part.commits.map(({ commit }) => commit)).toEqual([at(-1), at(-2)]);
  expect((await late.history({ ...ALL, countMax: 1 })).commits).toHaveLength(1);
  moveHub(world, false);
  expect(await late.fetchRest()).toBe(true);
  const whole = await late.history(ALL);
  expect(whole).toMatchObject({ isCut: false, isPart: false });
  expect(whole.commits.map(({ commit }) => commit)).toEqual([...main].reverse());
  expect(whole.commits.at(-1)?.isRoot).toBe(true);
});

test('C5a: what was not fetched is not asked for again at once', async () => {
  moveHub(world, true);
  await expect(late.fetchRest()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  moveHub(world, false);
  const again = { message: expect.stringMatching(/ \([0-9-]+ [0-9:]+ UTC; asked for again ten minutes later\)$/) };
  await expect(late.fetchRest()).rejects.toMatchObject({ code: 'UNREACHABLE', hint: 'coord timeline --whole', ...again });
  // A person who waits for it is served.
  moveHub(world, true);
  await expect(late.fetchRest(true)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const failed = join(world.stateDir('late'), 'clone.git', 'coord-rest-failed');
  const later = () => utimesSync(failed, 0, (Date.now() - 601_000) / 1000);
  later();
  await expect(late.fetchRest()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  moveHub(world, false);
  await expect(late.fetchRest()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  later();
  expect(await late.fetchRest()).toBe(true);
});

test('C5a, C7: a process that only reads leaves alone what a fetch of years is writing to', async () => {
  const clone = join(world.stateDir('late'), 'clone.git');
  const written = ['objects/pack/tmp_pack_abc', 'shallow.lock'].map((name) => join(clone, name));
  const leave = (ageMs: number) => {
    for (const path of written) {
      writeFileSync(path, '');
      utimesSync(path, 0, (Date.now() - ageMs) / 1000);
    }
  };
  const there = () => written.map((path) => existsSync(path));
  leave(1_800_000);
  await world.ledger('late').lastSeen();
  expect(there()).toEqual([true, true]);
  leave(3_700_000);
  await world.ledger('late').lastSeen();
  expect(there()).toEqual([false, false]);
  // Nor does what a killed fetch left hold up the next one.
  leave(1_800_000);
  expect(await late.fetchRest()).toBe(true);
  expect(there()).toEqual([false, false]);
});

test('C5a: what a killed first fetch left does not make the next one fetch all', async () => {
  await world.ledger('cut off', { beginCommits: BEGIN }).lastSeen();
  const lock = join(world.stateDir('cut off'), 'clone.git', 'shallow.lock');
  writeFileSync(lock, '');
  utimesSync(lock, 0, (Date.now() - 1_800_000) / 1000);
  await seen(world.ledger('cut off', { beginCommits: BEGIN }));
  expect(here('cut off')).toBe(BEGIN);
});

test('C5a: nor does a first fetch that was killed once its objects were here, and before a ref was', async () => {
  const clone = (...path: string[]) => join(world.stateDir('cut off'), 'clone.git', ...path);
  await seen(world.ledger('cut off', { beginCommits: BEGIN }));
  for (const path of [['refs', 'view'], ['coord-seen.json'], ['shallow']]) rmSync(clone(...path), { recursive: true });
  expect(existsSync(clone('objects', 'pack'))).toBe(true);
  await seen(world.ledger('cut off', { beginCommits: BEGIN }));
  expect(here('cut off')).toBe(BEGIN);
});

test('C5a, R3a: a host that lists and then says nothing is waited for once, however many lanes there are', async () => {
  for (let machine = 1; machine <= 9; machine += 1) world.hub(['update-ref', LANE(machine), at(-1)]);
  const http = await serveHub(world.root, 'hub.git');
  const over = world.ledger('over', { beginCommits: BEGIN, remoteUrl: http.url, timeouts: { networkMs: 1_500 } });
  await seen(over);
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  await seen(over);
  let requests = 0;
  http.onRequest(() => {
    requests += 1;
    // The list takes two.
    http.trickle(requests > 2 ? { bytes: 1, stopAfter: 1 } : null);
  });
  await expect(over.restoreMain(at(-1), SAID)).rejects.toMatchObject({ code: 'UNREACHABLE', hint: 'coord doctor --fix' });
  expect(requests).toBeLessThan(8);
  await http.close();
});

test('C5a: a host that has a part itself has no more to give', async () => {
  execFileSync('git', ['clone', '--quiet', '--bare', '--depth=5', `file://${world.hubDir}`, join(world.root, 'part.git')]);
  const ledger = world.ledger('of a part', { beginCommits: BEGIN, remoteUrl: join(world.root, 'part.git') });
  await seen(ledger);
  expect(here('of a part')).toBe(BEGIN);
  expect(await ledger.fetchRest()).toBe(true);
  expect(here('of a part')).toBe(5);
  expect(await ledger.fetchRest()).toBe(false);
  expect(await ledger.follows(at(0), at(-1))).toBe(false);
});

test('C5a, F4: so does a clone whose first fetch asks for a branch that is not there', async () => {
  const ledger = world.ledger('no board', { beginCommits: BEGIN });
  expect((await seen(ledger, 'board')).board).toBeNull();
  expect(here('no board')).toBe(BEGIN);
});

test('C5a, F4: the branch of the board begins with its newest part too', async () => {
  for (let count = 0; count < 8; count += 1) world.commitAsPerson({ 'coordination/README.md': String(count) }, 'board');
  const tip = world.hub(['rev-parse', 'board']);
  await seen(late, 'board');
  expect(here('late', tip)).toBe(BEGIN);
  expect(here()).toBe(BEGIN);
  const young = world.ledger('young', { beginCommits: main.length });
  await seen(young);
  for (let count = 0; count < 8; count += 1) world.commitAsPerson({ 'coordination/README.md': `${count} more` }, 'board');
  await seen(young, 'board');
  expect(here('young', world.hub(['rev-parse', 'board']))).toBe(main.length);
  expect(here('young')).toBe(main.length);
  // A clone that is whole stays so.
  await seen(world.ledger('whole'));
  await seen(world.ledger('whole', { beginCommits: BEGIN }), 'board');
  expect(here('whole')).toBe(main.length);
});

test('C5a: as much as is asked for is here: no rest is fetched for it', async () => {
  expect((await late.history({ ...ALL, countMax: 2 })).commits).toHaveLength(2);
  expect(await late.versions('ORDERS.json', 2)).toHaveLength(2);
  expect(here()).toBe(BEGIN);
});

test('C5a, D4: settings that were good before this clone began stay in force', async () => {
  world.commitAsPerson({ 'coordination/fleet.yaml': 'keep: 9d\n' });
  for (let count = 0; count <= BEGIN; count += 1) world.commitAsPerson({ 'coordination/fleet.yaml': `keep: [${count}\n` });
  const ledger = world.ledger('later', { beginCommits: BEGIN });
  const trees = await seen(ledger);
  const keptDays = async (viewer: Viewer | null) => (await readSnapshot({ ledger, trees, viewer })).fleet.keepMs / 86_400_000;
  expect(await keptDays(null)).toBe(30);
  moveHub(world, true);
  await expect(keptDays(VIEWER)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  moveHub(world, false);
  rmSync(join(world.stateDir('later'), 'clone.git', 'coord-rest-failed'));
  expect(await keptDays(VIEWER)).toBe(9);
});

test('C5a: it pushes lane and main as any other does', async () => {
  const { updates, report } = await say(late, {
    lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: at(-1) }),
    boards: [board({ 'README.md': 'board' }, at(-1))],
  });
  expect(report).toMatchObject({ kind: 'answered' });
  expect(world.hub(['rev-parse', LANE(7), 'main']).split('\n')).toEqual(updates.map(({ commit }) => commit));
  expect(world.hub(['rev-list', '--count', 'main'])).toBe(String(main.length + 1));
  expect(here()).toBe(BEGIN);
});

test('C5a, R3b: a plan to shorten a history looks at all of it', async () => {
  expect(await late.lastShortening(null)).toBeNull();
  expect(here()).toBe(BEGIN);
  const plan = await late.planShortening({ branch: null, beforeMs: Number.MAX_SAFE_INTEGER, keep: [at(1)] });
  expect(plan).toMatchObject({ cut: at(1), dropped: 1, missing: [] });
});

test('C5a, R3a: a main that is gone is put back whole where a lane on the host still holds its history', async () => {
  await say(late, { lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: at(-1) }) });
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  await seen(late);
  expect(await late.restoreMain(at(-1), SAID)).toEqual({ kind: 'accepted' });
  expect(world.hub(['rev-list', '--count', 'main'])).toBe(String(main.length));
});

test('C5a, D4: what another process of this machine has fetched is looked at', async () => {
  world.commitAsPerson({ 'coordination/fleet.yaml': 'keep: 9d\n' });
  for (let count = 0; count <= BEGIN; count += 1) world.commitAsPerson({ 'coordination/fleet.yaml': `keep: [${count}\n` });
  const [daemon, other] = [1, 2].map(() => world.ledger('both', { beginCommits: BEGIN })) as [GitLedger, GitLedger];
  const trees = await seen(daemon);
  const cache = new ParseCache();
  moveHub(world, true);
  await expect(readSnapshot({ ledger: daemon, trees, cache, viewer: VIEWER })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  moveHub(world, false);
  expect(await other.fetchRest(true)).toBe(true);
  expect((await readSnapshot({ ledger: daemon, trees, cache, viewer: VIEWER })).fleet.keepMs).toBe(9 * 86_400_000);
});

test('C5a, R3a: a main is put back in part only where the lanes hold no more', async () => {
  await say(late, { lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: at(-1) }) });
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  await seen(late);
  // It lists and takes, and gives nothing in time.
  const hasty = world.ledger('late', { beginCommits: BEGIN, timeouts: { fetchMs: 1 } });
  await expect(hasty.restoreMain(at(-1), SAID)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(world.hub(['for-each-ref', 'refs/heads/'])).toBe('');
  expect(await late.restoreMain(at(-1), SAID)).toEqual({ kind: 'accepted' });
});

test('C5a, R7: a lane that the host cannot give keeps no main from being put back', async () => {
  await say(late, { lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: at(-1) }) });
  const odd = `tree ${'1'.repeat(40)}\nauthor A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\nodd\n`;
  writeFileSync(join(world.root, 'odd'), odd);
  const id = world.hub(['hash-object', '-t', 'commit', '-w', '--literally', join(world.root, 'odd')]);
  for (const machine of [3, 9]) world.hub(['update-ref', LANE(machine), id]);
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  await seen(late);
  expect(await late.restoreMain(at(-1), SAID)).toEqual({ kind: 'accepted' });
  expect(world.hub(['rev-list', '--count', 'main'])).toBe(String(main.length));
});

test('C5a, R3a, R3b: a main that is gone is put back as its newest part, which leads on for all', async () => {
  const early = world.ledger('early');
  await seen(early);
  world.hub(['update-ref', '-d', 'refs/heads/main']);
  world.hub(['reflog', 'expire', '--expire=now', '--all']);
  world.hub(['prune', '--expire=now']);
  await seen(late);
  expect(await late.restoreMain(at(-1), SAID)).toEqual({ kind: 'accepted in part' });
  const found = (await seen(early)).main?.commit ?? '';
  expect(world.hub(['rev-list', '--count', found])).toBe(String(BEGIN + 1));
  expect(world.hub(['show', `${found}:${ORDERS}`])).toBe(String(main.length - 1));
  expect(world.hub(['fsck', '--full'])).toBe('');
  for (const ledger of [early, late]) {
    expect((await seen(ledger)).main?.commit).toBe(found);
    expect([await ledger.follows(at(-1), found), await ledger.continues(at(-1), found)]).toEqual([false, true]);
  }
  expect(await early.continues(at(0), found)).toBe(false);
});

test('C5a: a host that takes no push from such a clone gets the next one from a whole clone', async () => {
  const http = await serveHub(world.root, 'hub.git');
  http.refuseParts();
  const over = world.ledger('over', { beginCommits: BEGIN, remoteUrl: http.url });
  await seen(over);
  const changes = { lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: at(-1) }) };
  expect((await say(over, changes)).report).toMatchObject({ kind: 'answered', refs: new Map([[LANE(7), { kind: 'refused' }]]) });
  expect(here('over')).toBe(main.length);
  expect((await say(over, changes)).report).toEqual({ kind: 'answered', refs: new Map([[LANE(7), { kind: 'accepted' }]]) });
  await http.close();
});

test.each([2, 3])('C5a: a hiccup of the host at request %i of a first fetch brings no more than a part', async (hiccup) => {
  const http = await serveHub(world.root, 'hub.git');
  let requests = 0;
  http.onRequest(() => {
    requests += 1;
    http.answerWith(requests === hiccup ? 502 : null);
  });
  const over = world.ledger('over', { beginCommits: BEGIN, remoteUrl: http.url });
  expect((await seen(over)).main?.commit).toBe(at(-1));
  expect(requests).toBeGreaterThan(hiccup);
  expect(here('over')).toBe(BEGIN);
  await http.close();
});

test('C5a: a host that gives no part of a history gives all of it', async () => {
  world.hub(['update-server-info']);
  const server = createServer((request, response) => {
    const path = join(world.root, decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname));
    if (existsSync(path)) response.end(readFileSync(path));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const plain = world.ledger('plain', { beginCommits: BEGIN, remoteUrl: `http://127.0.0.1:${port}/hub.git` });
  expect((await seen(plain)).main?.commit).toBe(at(-1));
  expect(here('plain')).toBe(main.length);
  server.closeAllConnections();
  server.close();
});
