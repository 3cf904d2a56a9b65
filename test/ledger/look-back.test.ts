// D4: earlier versions of settings, by real git: in a clone that began with the newest part of a history (C5a), and in one that has all of it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { CoordError } from '../../src/errors.ts';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { look } from '../../src/machine/reading/fetch-snapshot.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { readSnapshot, type Viewer } from '../../src/machine/reading/read-snapshot.ts';
import { lane, say, seen } from '../contract/ledger.ts';
import { compactHub, createGitWorld, type GitWorld, moveHub } from './git-world.ts';

const FLEET = 'coordination/fleet.yaml';
const BEGIN = 3;
const VIEWER: Viewer = { machine: 1, versions: {}, admitted: [], active: [], ended: [], older: [], movedRuns: [] };
let world: GitWorld;

beforeEach(() => {
  world = createGitWorld();
  world.commitAsPerson({ 'coordination/ORDERS.json': '{"version":1,"orders":[]}\n' });
});
afterEach(() => world.end());

const commit = (keep: string) => world.commitAsPerson({ [FLEET]: `keep: ${keep}\n` });
/** A commit with this fleet.yaml, so many seconds after the first. */
const at = (text: string, parents: readonly string[], seconds: number) => {
  const tree = world.hub(['rev-parse', `${world.commitAsPerson({ [FLEET]: text }, `of-${seconds}`)}^{tree}`]);
  const who = `A Person <person@example.com> ${1_790_000_000 + seconds} +0000`;
  const lines = [`tree ${tree}`, ...parents.map((it) => `parent ${it}`), `author ${who}`, `committer ${who}`, '', 'x', ''];
  return world.hub(['hash-object', '-t', 'commit', '-w', '--stdin'], lines.join('\n'));
};
const kept = (keep: string, parents: readonly string[], seconds: number) => at(`keep: ${keep}\n`, parents, seconds);
const isCut = (name: string) => existsSync(join(world.stateDir(name), 'clone.git', 'shallow'));

test('C5a, D4: what the journal knew is older than what was good before this clone began', async () => {
  const known = commit('5d');
  const mine = world.ledger('mine');
  await seen(mine);
  await say(mine, { lane: lane(1, { 'COMPUTER_1.md': 'here' }, { parent: known }) });
  const good = [world.hub(['rev-parse', `${known}:${FLEET}`])];
  commit('9d');
  for (let count = 0; count <= BEGIN; count += 1) commit(`[${count}`);
  const anew = world.ledger('made anew', { beginCommits: BEGIN });
  const trees = await seen(anew);
  expect(isCut('made anew')).toBe(true);
  expect((await anew.sizes(good)).get(good[0] ?? '')).toBeGreaterThan(0);
  const viewer = { ...VIEWER, versions: { 'fleet.yaml': { good, bad: [] } } };
  const days = async () => (await readSnapshot({ ledger: anew, trees, viewer })).fleet.keepMs / 86_400_000;
  moveHub(world, true);
  await expect(days()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  moveHub(world, false);
  expect(await anew.fetchRest(true)).toBe(true);
  expect(await days()).toBe(9);
});

test('C5a, D4: what the journal knew is in force where all of a history does not have it', async () => {
  const good = [world.hub(['rev-parse', `${commit('5d')}:${FLEET}`])];
  const whole = world.ledger('whole');
  await seen(whole);
  world.hub(['update-ref', 'refs/heads/main', `${world.hub(['rev-parse', 'main'])}~1`]);
  commit('[');
  const viewer = { ...VIEWER, versions: { 'fleet.yaml': { good, bad: [] } } };
  const { fleet } = await readSnapshot({ ledger: whole, trees: await seen(whole), viewer });
  expect(fleet.keepMs / 86_400_000).toBe(5);
});

test('C3, D4: what all of a history does not have is looked for once', async () => {
  commit('[');
  const whole = world.ledger('whole');
  const trees = await seen(whole);
  const asked: string[] = [];
  const counted = {
    ...whole,
    versions: (path: string, max: number) => whole.versions(path, max).finally(() => asked.push(path)),
  };
  const cache = new ParseCache();
  for (let look = 0; look < 4; look += 1) await readSnapshot({ ledger: counted, trees, cache, viewer: VIEWER });
  expect(asked).toEqual(['fleet.yaml']);
});

test('D4: what main has had since is gone through, and not all of its history once more', async () => {
  const trace = join(world.root, 'trace');
  const ledger = world.ledger('this', { person: { ...world.person, GIT_TRACE2_EVENT: trace } });
  const ids = (...commits: readonly string[]) => commits.map((it) => world.hub(['rev-parse', `${it}:${FLEET}`]));
  const first = commit('5d');
  const second = commit('9d');
  await seen(ledger);
  expect(await ledger.versions('fleet.yaml', 9)).toEqual(ids(second, first));
  const third = commit('11d');
  await seen(ledger);
  expect(await ledger.versions('fleet.yaml', 9)).toEqual(ids(third, second, first));
  expect(readFileSync(trace, 'utf8')).toContain(`^${second}`);
  expect(await ledger.versions('fleet.yaml', 2)).toEqual(ids(third, second));
  world.hub(['update-ref', 'refs/heads/main', first]);
  const other = commit('13d');
  await seen(ledger);
  expect(await ledger.versions('fleet.yaml', 9)).toEqual(ids(other, first));
});

test('D4: versions of a merged branch stand where a process that has just begun finds them', async () => {
  const base = kept('5d', [], 1);
  const [side, other] = [kept('7d', [base], 2), kept('9d', [base], 3)];
  const daemon = world.ledger('this');
  const versionsAt = async (ledger: GitLedger, commit: string) => {
    world.hub(['update-ref', 'refs/heads/main', commit]);
    await seen(ledger);
    return ledger.versions('fleet.yaml', 9);
  };
  expect(await versionsAt(daemon, other)).toHaveLength(2);
  const merged = kept('11d', [other, side], 4);
  expect(await versionsAt(daemon, merged)).toEqual(await versionsAt(world.ledger('new'), merged));
});

describe('D4.2, D4.11: a merge that cannot be read', () => {
  const PAUSED = 'keep: 9d\npaused: all\n';
  const BROKEN = '<<<<<<< x\n';
  /** What is in force for one machine that looks at each of these in turn. */
  const inForce = async (mains: readonly string[], ledger = world.ledger('this')) => {
    let viewer = VIEWER;
    const told: [number, string][] = [];
    for (const main of mains) {
      world.hub(['update-ref', 'refs/heads/main', main]);
      const { fleet, versions = {} } = await readSnapshot({ ledger, trees: await seen(ledger), viewer });
      viewer = { ...viewer, versions };
      told.push([fleet.keepMs / 86_400_000, fleet.paused.length > 0 ? 'paused' : 'goes on']);
    }
    return told;
  };

  test('D4.2 brings no version into force that never was on main', async () => {
    const base = kept('5d', [], 1);
    const main = at(PAUSED, [base], 2);
    const side = kept('7d', [base], 3);
    const merged = at(BROKEN, [main, side], 4);
    const later = at(`${BROKEN}x`, [merged], 5);
    const stays = [9, 'paused'];
    expect(await inForce([main, merged, merged, later])).toEqual([stays, stays, stays, stays]);
    // After a pull, the first parent is the side.
    const pulled = at(BROKEN, [side, main], 6);
    expect(await inForce([main, pulled, at(BROKEN, [pulled], 7)], world.ledger('other'))).toEqual([stays, stays, stays]);
  });

  test('D4.2 leaves what main had between the looks in force', async () => {
    const base = kept('5d', [], 1);
    const main = at(PAUSED, [base], 2);
    const side = kept('7d', [base], 3);
    const [taken, next] = [kept('7d', [main, side], 4), kept('11d', [main], 4)];
    // It has the very text of a side that began after the look.
    const bad = at(BROKEN, [kept('8d', [main], 5)], 6);
    const hidden = at(BROKEN, [kept('13d', [main], 7), bad], 8);
    const mains = { 7: at(BROKEN, [taken], 5), 11: at(BROKEN, [next, side], 5), 13: hidden };
    for (const [days, broken] of Object.entries(mains))
      expect((await inForce([main, broken], world.ledger(days))).at(-1)).toEqual([Number(days), 'goes on']);
  });

  test('D4.2, R3a of a main that was rewritten, what its own history has counts', async () => {
    const base = kept('5d', [], 1);
    const other = at(BROKEN, [base], 3);
    const told = await inForce([at(PAUSED, [base], 2), other, other]);
    expect(told).toEqual([
      [9, 'paused'],
      [5, 'goes on'],
      [5, 'goes on'],
    ]);
  });

  test('D4.2, R3b stays so where the history was shortened meanwhile', async () => {
    const base = kept('5d', [], 1);
    const main = at(PAUSED, [base], 2);
    const merged = at(BROKEN, [main, kept('7d', [base], 3)], 4);
    const ledger = world.ledger('this');
    world.hub(['update-ref', 'refs/heads/main', at(BROKEN, [merged], 5)]);
    expect(await inForce([main, merged, compactHub(world, 4)], ledger)).toEqual(Array(3).fill([9, 'paused']));
  });
});

test('C5a, D4: of a part, the versions before it come with the rest', async () => {
  const first = commit('5d');
  commit('7d');
  for (let count = 0; count <= BEGIN; count += 1) world.commitAsPerson({ 'notes.txt': `${count}` });
  commit('9d');
  const anew = world.ledger('made anew', { beginCommits: BEGIN });
  await seen(anew);
  const before = await anew.versions('fleet.yaml', 9);
  expect(await anew.fetchRest(true)).toBe(true);
  expect(before).not.toContain(world.hub(['rev-parse', `${first}:${FLEET}`]));
  expect(await anew.versions('fleet.yaml', 9)).toContain(world.hub(['rev-parse', `${first}:${FLEET}`]));
  expect(await anew.versions('fleet.yaml', 9)).toHaveLength(3);
});

test('O20: a template that the journal knows is not looked for in history; what is too slow waits', async () => {
  const steps = (run: string) => `templates:\n  feature:\n    steps: [{ id: a, assign: 1, run: '${run}' }]\n`;
  const began = Object.values(parseFleet(steps('true')).value?.templates.byName ?? {})[0];
  const digest = began !== undefined && 'digest' in began ? began.digest : '';
  const orders = '{"version":1,"orders":[{"id":"x","use":"feature"},{"id":"y","run":"true"}]}\n';
  const first = world.commitAsPerson({ [FLEET]: steps('true'), 'coordination/ORDERS.json': orders });
  world.commitAsPerson({ [FLEET]: steps('echo') });
  const ledger = world.ledger('whole');
  const trees = await seen(ledger);
  const asked: string[] = [];
  const slow = {
    ...ledger,
    versions: async (path: string): Promise<readonly string[]> => {
      asked.push(path);
      throw new CoordError('TOO_SLOW', 'too slow');
    },
  };
  const run = { order: 'x.a', generation: 1, attempt: 1, work: `${digest}0000000` };
  const found = async (good: readonly string[]) => {
    const versions = { 'fleet.yaml': { good, bad: [] } };
    const viewer = { ...VIEWER, versions, older: [run] } as unknown as Viewer;
    return (await readSnapshot({ ledger: slow, trees, viewer })).orders.orders.map(({ id }) => id);
  };
  expect(await found([])).toEqual(['y']);
  expect(asked.splice(0)).toEqual(['fleet.yaml']);
  expect(await found([world.hub(['rev-parse', `${first}:${FLEET}`])])).toEqual(['x.a', 'y']);
  expect(asked).toEqual([]);
});

test('D4: where settings cannot be found in time, a look is one that does not reach the remote', async () => {
  commit('5d');
  commit('[');
  const ledger = world.ledger('whole');
  const slow = { ...ledger, versions: () => Promise.reject(new CoordError('TOO_SLOW', 'too slow')) };
  expect(await look({ ledger: slow, cache: new ParseCache() }, null, null)).toEqual({
    snapshot: null,
    trouble: { code: 'TIMEOUT', message: 'too slow' },
  });
});

test('C4a, C5: where git cannot tell in time what main was before a push, the remote was not reached', async () => {
  commit('5d');
  const ledger = world.ledger('whole');
  const trees = await seen(ledger);
  const slow = { ...ledger, fetch: () => Promise.reject(new CoordError('TOO_SLOW', 'too slow')) };
  const { snapshot, trouble } = await look({ ledger: slow, cache: new ParseCache() }, null, null);
  expect([snapshot?.main.commit, trouble]).toEqual([trees.main?.commit, { code: 'TIMEOUT', message: 'too slow' }]);
});

test('D4, D10: a process that has just begun knows earlier versions without a connection', async () => {
  commit('5d');
  commit('9d');
  await seen(world.ledger('this'));
  moveHub(world, true);
  expect(await world.ledger('this').versions('fleet.yaml', 9)).toHaveLength(2);
});

test('C5a, O20: the template that an order began with is beyond the newest part; till then it waits alone', async () => {
  const steps = (run: string) => `templates:\n  feature:\n    steps: [{ id: a, assign: 1, run: '${run}' }]\n`;
  const began = Object.values(parseFleet(steps('true')).value?.templates.byName ?? {})[0];
  const digest = began !== undefined && 'digest' in began ? began.digest : '';
  world.commitAsPerson({
    [FLEET]: steps('true'),
    'coordination/ORDERS.json': '{"version":1,"orders":[{"id":"x","use":"feature"},{"id":"y","run":"true"}]}\n',
  });
  for (let count = 0; count <= BEGIN; count += 1) world.commitAsPerson({ [FLEET]: steps(`echo ${count}`) });
  const anew = world.ledger('made anew', { beginCommits: BEGIN });
  const trees = await seen(anew);
  const run = { order: 'x.a', generation: 1, attempt: 1, work: `${digest}0000000` };
  const viewer = { ...VIEWER, older: [run] } as unknown as Viewer;
  const cache = new ParseCache();
  const found = async (by: Viewer | null, goesBeyond = true) =>
    (await readSnapshot({ ledger: anew, trees, cache, viewer: by, goesBeyond })).orders.orders.map(({ id, work }) => [id, work]);
  const work = { kind: 'shell', command: { kind: 'line', line: 'true' } };
  moveHub(world, true);
  expect(await found(viewer)).toEqual([['y', work]]);
  moveHub(world, false);
  rmSync(join(world.stateDir('made anew'), 'clone.git', 'coord-rest-failed'));
  expect(await found(viewer, false)).toEqual([['y', work]]);
  expect(isCut('made anew')).toBe(true);
  expect(await found(viewer)).toEqual([
    ['x.a', work],
    ['y', work],
  ]);
  expect(isCut('made anew')).toBe(false);
});
