// R3b: a history is shortened by the git ledger itself. What stays is what it was, the bundle has all of it, and nobody's push is lost.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { createGitWorld, type GitWorld, TEST_NOW_MS } from './git-world.ts';

const MAIN = 'refs/heads/main';
const SAID = { message: 'compact [skip ci]\n\nCoord-Machine: 1\n', author: 'coord machine 1', built: () => {} };
const DAY_MS = 86_400_000;
const worlds: GitWorld[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

function made(format = 'sha1'): { world: GitWorld; ledger: GitLedger; commits: readonly string[] } {
  const world = createGitWorld(format);
  worlds.push(world);
  const commits = ['1', '2', '3', '4', '5', '6'].map((text) => world.commitAsPerson({ 'coordination/ORDERS.json': text }));
  return { world, ledger: world.ledger('one'), commits };
}

/** What there is to say of each commit but its id and parents. */
const told = (world: GitWorld, tip: string) => world.hub(['log', '--topo-order', '--format=%T %an %ae %at %cn %ce %ct %B', tip]);

async function planAt(ledger: GitLedger, keep: readonly string[], beforeMs = TEST_NOW_MS) {
  await ledger.fetch(null);
  const plan = await ledger.planShortening({ branch: null, beforeMs, keep });
  if (plan === null) throw new Error('nothing is older');
  return plan;
}

describe('R3b: the newest commits stay as they are, on nothing', () => {
  test.each(['sha1', 'sha256'])('R3b in a repo of %s, with the commit that says so above them', async (format) => {
    const { world, ledger, commits } = made(format);
    const [, , third = '', , , tip = ''] = commits;
    const plan = await planAt(ledger, [third]);
    expect(plan).toMatchObject({ tip, cut: third, dropped: 2, kept: 4, held: [third], missing: [] });
    const kept = told(world, `${third}^..${tip}`);
    const outcome = await ledger.shorten(null, plan, SAID);
    const now = world.hub(['rev-parse', MAIN]);
    expect(outcome).toEqual({ kind: 'accepted', commit: now });
    expect(told(world, `${now}^`)).toBe(kept);
    expect(world.hub(['rev-parse', `${now}^{tree}`])).toBe(world.hub(['rev-parse', `${tip}^{tree}`]));
    expect(world.hub(['log', '-1', '--format=%B', now])).toBe(`compact [skip ci]\n\nCoord-Machine: 1\nCoord-Compacted: ${tip}`);
    world.hub(['fsck', '--strict', '--no-dangling']);
    await ledger.fetch(null);
    expect(await Promise.all(commits.map((commit) => ledger.continues(commit, now)))).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(await ledger.lastShortening(null)).toMatchObject({ commit: now, before: tip });
  });

  test('R3b merges keep their parents; a line that began before the cut begins at it', async () => {
    const { world, ledger, commits } = made();
    const [first = '', , , fourth = '', , sixth = ''] = commits;
    const tree = world.hub(['rev-parse', `${sixth}^{tree}`]);
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const merge = (message: string, ...parents: string[]) =>
      world.hub([...who, 'commit-tree', tree, '-m', message, ...parents.flatMap((parent) => ['-p', parent])]);
    const late = merge('late line', first);
    const inner = merge('inner line', fourth);
    const tip = merge('merge', merge('merge of the late line', sixth, late), inner);
    world.hub(['update-ref', MAIN, tip]);
    const plan = await planAt(ledger, [fourth]);
    expect(plan).toMatchObject({ cut: fourth, dropped: 3, kept: 7 });
    await ledger.shorten(null, plan, SAID);
    expect(
      world
        .hub(['log', '--topo-order', '--format=%s', `${MAIN}^`])
        .split('\n')
        .sort(),
    ).toEqual(['merge', 'merge of the late line', 'inner line', 'late line', 'edit', 'edit', 'edit'].sort());
    expect(world.hub(['rev-list', '--max-parents=0', MAIN]).split('\n')).toHaveLength(1);
    expect(world.hub(['rev-list', '--merges', '--count', MAIN])).toBe('2');
    await ledger.fetch(null);
    const now = world.hub(['rev-parse', MAIN]);
    expect(await Promise.all([late, inner, tip].map((commit) => ledger.continues(commit, now)))).toEqual([true, true, true]);
  });

  test('R3b signatures go, and what was signed is still what was seen; odd bytes stay', async () => {
    const { world, ledger } = made();
    const write = (text: string) =>
      world.hub(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], Buffer.from(text, 'latin1'));
    const [tree, parent] = [world.hub(['rev-parse', `${MAIN}^{tree}`]), world.hub(['rev-parse', MAIN])];
    const who = 'J\xfcrgen <j@example.com> 1700000000 -0730';
    const signature = 'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lHAAAA\n -----END SSH SIGNATURE-----';
    const signed = write(
      `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n${signature}\nencoding ISO-8859-1\n\nGr\xfc\xdfe\n\n\n`,
    );
    world.hub(['update-ref', MAIN, signed]);
    await ledger.shorten(null, await planAt(ledger, [signed], TEST_NOW_MS), SAID);
    const kept = execFileSync('git', ['--git-dir', world.hubDir, 'cat-file', 'commit', `${MAIN}^`]).toString('latin1');
    expect(kept).toBe(`tree ${tree}\nauthor ${who}\ncommitter ${who}\nencoding ISO-8859-1\n\nGr\xfc\xdfe\n\n\n`);
    await ledger.fetch(null);
    expect(await ledger.continues(signed, world.hub(['rev-parse', MAIN]))).toBe(true);
  });

  test('R3b a second time: what stays is found by what it was at first; what no history holds is missing', async () => {
    const { world, ledger, commits } = made();
    const [, second = '', , fourth = ''] = commits;
    await ledger.shorten(null, await planAt(ledger, [second]), SAID);
    const again = await planAt(ledger, [fourth, '1'.repeat(40)]);
    expect(again).toMatchObject({ held: [fourth], missing: ['1'.repeat(40)], dropped: 2 });
    await ledger.shorten(null, await planAt(ledger, [fourth]), SAID);
    await ledger.fetch(null);
    const now = world.hub(['rev-parse', MAIN]);
    expect(await Promise.all(commits.map((commit) => ledger.continues(commit, now)))).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test('R3b what would go is what nothing that stays leads to', async () => {
    const { world, ledger } = made();
    const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex');
    const [stays, goes, returns] = [noise(200_000), noise(600_000), noise(900_000)];
    world.commitAsPerson({ 'stays.txt': stays, 'goes.txt': goes, 'returns.txt': returns });
    const cut = world.commitAsPerson({ 'goes.txt': 'gone', 'returns.txt': 'gone' });
    world.commitAsPerson({ 'stays.txt': 'later', 'returns.txt': returns });
    const bytes = await ledger.bytesToGo(null, await planAt(ledger, [cut]));
    // Hexadecimal text is packed to half its length, and a little more.
    expect(bytes).toBeGreaterThan(300_000);
    expect(bytes).toBeLessThan(400_000);
  });

  test('R3b F4 what main holds does not go with the branch of the board', async () => {
    const { world, ledger } = made();
    const tip = world.commitAsPerson({ 'large.txt': randomBytes(200_000).toString('hex') });
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const commit = (tree: string, ...parents: string[]) => world.hub([...who, 'commit-tree', tree, '-m', 'fold', ...parents]);
    const small = world.hub(['rev-parse', `${tip}^^{tree}`]);
    const older = commit(small, '-p', commit(`${tip}^{tree}`));
    world.hub(['update-ref', 'refs/heads/coord-board', commit(small, '-p', older)]);
    await ledger.fetch('coord-board');
    const plan = await ledger.planShortening({ branch: 'coord-board', beforeMs: Number.MAX_SAFE_INTEGER, keep: [] });
    if (plan === null) throw new Error('nothing is older');
    expect(plan.dropped).toBe(2);
    expect(await ledger.bytesToGo('coord-board', plan)).toBeLessThan(10_000);
  });

  test('R3b only what is older than was asked for goes', async () => {
    const { ledger } = made();
    await ledger.fetch(null);
    expect(await ledger.planShortening({ branch: null, beforeMs: TEST_NOW_MS - 1000, keep: [] })).toBeNull();
  });

  test('R3b the history of a fleet on a side of another one is not cut, and nothing of what stays goes', async () => {
    const { world, ledger, commits } = made();
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const commit = (...parents: string[]) =>
      world.hub([...who, 'commit-tree', `${MAIN}^{tree}`, '-m', 'theirs', ...parents.flatMap((it) => ['-p', it])]);
    world.hub(['update-ref', MAIN, commit(commit(), commits.at(-1) ?? '')]);
    await ledger.fetch(null);
    const plan = await ledger.planShortening({ branch: null, beforeMs: Number.MAX_SAFE_INTEGER, keep: [commits[2] ?? ''] });
    expect(plan).toMatchObject({ dropped: 0, held: [commits[2]] });
  });

  /** Makes main anew of commits that are so old, the oldest first. */
  function dated(world: GitWorld, daysAgo: readonly number[]): readonly string[] {
    const tree = world.hub(['rev-parse', `${MAIN}^{tree}`]);
    let tip: string | null = null;
    const at = daysAgo.map((days) => {
      const who = `A <a@example.com> ${Math.round((TEST_NOW_MS - days * DAY_MS) / 1000)} +0000`;
      const parent = tip === null ? '' : `parent ${tip}\n`;
      const body = `tree ${tree}\n${parent}author ${who}\ncommitter ${who}\n\n${days}\n`;
      tip = world.hub(['hash-object', '-t', 'commit', '-w', '--stdin'], body);
      return tip;
    });
    world.hub(['update-ref', MAIN, at.at(-1) ?? '']);
    return at;
  }

  test('R3b a clock that is far behind or ahead takes no newer commit away, and holds no older one', async () => {
    const { world, ledger } = made();
    const at = dated(world, [40, 39, -3_000, 38, 20, 19, 9_000, 18]);
    const plan = await planAt(ledger, [], TEST_NOW_MS - 30 * DAY_MS);
    expect(at.indexOf(plan.cut)).toBe(3);
  });

  test('R3b what was merged by a clock that is far behind stays where it is new itself', async () => {
    const { world, ledger } = made();
    const tree = world.hub(['rev-parse', `${MAIN}^{tree}`]);
    const commit = (days: number, ...parents: readonly string[]) => {
      const who = `A <a@example.com> ${Math.round((TEST_NOW_MS - days * DAY_MS) / 1000)} +0000`;
      const from = parents.map((parent) => `parent ${parent}\n`).join('');
      const body = `tree ${tree}\n${from}author ${who}\ncommitter ${who}\n\n${days}\n`;
      return world.hub(['hash-object', '-t', 'commit', '-w', '--stdin'], body);
    };
    const base = commit(50, commit(60, commit(70)));
    const fleet = commit(2, commit(3, commit(45, base)));
    const merged = commit(2_000, commit(2_001, base), fleet);
    world.hub(['update-ref', MAIN, commit(1, merged)]);
    expect(await planAt(ledger, [], TEST_NOW_MS - 30 * DAY_MS)).toMatchObject({ cut: base, dropped: 2 });
    // All that is new stands above: the merge itself is old.
    world.hub(['update-ref', MAIN, commit(1, commit(40, commit(41, base), commit(42, base)))]);
    expect(await planAt(ledger, [], TEST_NOW_MS - 30 * DAY_MS)).toMatchObject({ dropped: 5, kept: 2 });
  });

  test('R3b what holds as much as a date that may be wrong is named beside it', async () => {
    const { world, ledger } = made();
    const beforeMs = TEST_NOW_MS - 30 * DAY_MS;
    const atRoot = dated(world, [10, 60, 55, 50, 45, 40, 35, 1]);
    const recent = atRoot[7] ?? '';
    for (const old of [atRoot[0] ?? '', atRoot[2] ?? ''])
      expect(await planAt(ledger, [old, recent], beforeMs)).toMatchObject({
        dropped: 0,
        held: [old],
        dated: { commit: atRoot[0] },
      });
    const above = dated(world, [70, 65, 10, 60, 55, 50, 45, 40, 35, 1]);
    const some = [above[0] ?? '', above[5] ?? ''];
    expect(await planAt(ledger, [...some, above[9] ?? ''], beforeMs)).toMatchObject({ held: some, dated: { commit: above[2] } });
    // Two dates are in doubt: the upper one holds nothing for sure either.
    const twice = dated(world, [10, 60, 55, 12, 50, 45, 40, 35, 1]);
    expect(await planAt(ledger, [twice[5] ?? ''], beforeMs)).toMatchObject({ held: [twice[5]], dated: { commit: twice[0] } });
  });

  test('R3b a date that may be wrong and holds most of a history is named', async () => {
    const { world, ledger } = made();
    const at = dated(world, [10, 60, 55, 50, 45, 40, 35, 1]);
    const plan = await planAt(ledger, [], TEST_NOW_MS - 30 * DAY_MS);
    expect(plan).toMatchObject({ dropped: 0, dated: { commit: at[0], at: new Date(TEST_NOW_MS - 10 * DAY_MS).toISOString() } });
    const some = dated(world, [70, 65, 10, 60, 55, 50, 45, 40, 35, 1]);
    expect(await planAt(ledger, [], TEST_NOW_MS - 30 * DAY_MS)).toMatchObject({ dropped: 1, dated: { commit: some[2] } });
    dated(world, [51, 50, 29, 31, 28, 27, 1]);
    expect(await planAt(ledger, [], TEST_NOW_MS - 30 * DAY_MS)).not.toHaveProperty('dated');
  });
});

describe('R3b: one push, with a lease on the tip', () => {
  test('R3b somebody pushed meanwhile: refused, and nothing of either is lost', async () => {
    const { world, ledger } = made();
    const plan = await planAt(ledger, []);
    const pushed = world.commitAsPerson({ 'notes.txt': 'mine' });
    expect(await ledger.shorten(null, plan, SAID)).toMatchObject({ kind: 'refused' });
    expect(world.hub(['rev-parse', MAIN])).toBe(pushed);
    expect(await ledger.shorten(null, await planAt(ledger, []), SAID)).toMatchObject({ kind: 'accepted' });
    expect(world.hub(['show', `${MAIN}:notes.txt`])).toBe('mine');
  });

  test.each([
    ['receive.denyNonFastForwards', (world: GitWorld) => void world.hub(['config', 'receive.denyNonFastForwards', 'true'])],
    ['a pre-receive hook', (world: GitWorld) => world.hook('pre-receive', 'echo "not here" >&2; exit 1')],
  ])('R3b a host that refuses it by %s changed nothing', async (_name, forbid) => {
    const { world, ledger, commits } = made();
    const plan = await planAt(ledger, []);
    forbid(world);
    expect(await ledger.shorten(null, plan, SAID)).toMatchObject({ kind: 'refused' });
    expect(world.hub(['rev-parse', MAIN])).toBe(commits.at(-1));
  });
});

describe('R3b: the bundle', () => {
  test('R3b holds the whole history, and is said again without being written again', async () => {
    const { world, ledger, commits } = made();
    const path = join(world.root, 'kept', 'old.bundle');
    const plan = await planAt(ledger, []);
    await ledger.saveHistory(null, plan, path);
    await ledger.shorten(null, plan, SAID);
    world.hub(['reflog', 'expire', '--expire=now', '--all']);
    world.hub(['gc', '--quiet', '--prune=now']);
    await ledger.saveHistory(null, plan, path);
    const clone = join(world.root, 'old');
    execFileSync('git', ['clone', '--quiet', '--branch', 'main', path, clone], { stdio: 'pipe' });
    expect(execFileSync('git', ['-C', clone, 'rev-list', '--reverse', 'HEAD']).toString().trim().split('\n')).toEqual(commits);
    expect(readdirSync(join(world.root, 'kept'))).toEqual(['old.bundle']);
  });

  test('R3b of an earlier try, on which somebody pushed since, it is enough; one of another history is not', async () => {
    const { world, ledger } = made();
    const path = join(world.root, 'old.bundle');
    await ledger.saveHistory(null, await planAt(ledger, []), path);
    world.commitAsPerson({ 'notes.txt': 'mine' });
    const cut = world.hub(['rev-parse', `${MAIN}^`]);
    const plan = await planAt(ledger, [cut]);
    await ledger.saveHistory(null, plan, path);
    await ledger.shorten(null, plan, SAID);
    world.commitAsPerson({ 'notes.txt': 'more' });
    await expect(ledger.saveHistory(null, await planAt(ledger, []), path)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  test('R3b a half-written one, or another file of that name, is none', async () => {
    const { world, ledger } = made();
    const path = join(world.root, 'old.bundle');
    const plan = await planAt(ledger, []);
    const left = [`${path}.1.part`, `${path}.1.part.lock`];
    for (const half of [...left, `${path}.2.part`]) writeFileSync(half, 'half');
    writeFileSync(join(world.stateDir('one'), 'history-part'), `${path}.1.part`);
    await ledger.saveHistory(null, plan, path);
    // The other one is not known here: another fleet may be writing it.
    expect(readdirSync(world.root).filter((name) => name.startsWith('old.'))).toEqual(['old.bundle', 'old.bundle.2.part']);
    truncateSync(path, 200);
    await expect(ledger.saveHistory(null, plan, path)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  test('R3b C5 objects that the clone has lost are fetched again first', async () => {
    const { world, ledger, commits } = made();
    const plan = await planAt(ledger, []);
    await ledger.close();
    const objects = join(world.stateDir('one'), 'clone.git', 'objects');
    for (const name of readdirSync(objects)) rmSync(join(objects, name), { recursive: true });
    const path = join(world.root, 'old.bundle');
    await ledger.saveHistory(null, plan, path);
    expect(world.hub(['bundle', 'list-heads', path])).toBe(`${commits.at(-1)} ${MAIN}`);
    expect(await ledger.shorten(null, plan, SAID)).toMatchObject({ kind: 'accepted' });
  });
});

describe('R3b: the archive repo', () => {
  function archive(world: GitWorld, name = 'archive') {
    const url = join(world.root, `${name}.git`);
    execFileSync('git', ['init', '--quiet', '--bare', url]);
    const git = (...args: readonly string[]) => execFileSync('git', ['--git-dir', url, ...args], { encoding: 'utf8' }).trim();
    return { url, git, to: { url, branch: 'compacted-2026' } };
  }

  test('R3b gets the whole history as a branch of its own; said again, and with more on it, it goes on', async () => {
    const { world, ledger, commits } = made();
    const { git, to } = archive(world);
    const plan = await planAt(ledger, []);
    await ledger.archiveHistory(plan, to);
    await ledger.archiveHistory(plan, to);
    expect(git('rev-list', '--reverse', to.branch).split('\n')).toEqual(commits);
    const more = world.commitAsPerson({ 'coordination/ORDERS.json': '7' });
    await ledger.archiveHistory(await planAt(ledger, []), to);
    expect(git('for-each-ref', '--format=%(refname) %(objectname)')).toBe(`refs/heads/${to.branch} ${more}`);
    git('fsck', '--strict');
  });

  test('R3b a bundle goes only where a branch of the archive has that very history', async () => {
    const { world, ledger } = made();
    const { to } = archive(world);
    const [first, second] = [join(world.root, '1.bundle'), join(world.root, '2.bundle')];
    await ledger.saveHistory(null, await planAt(ledger, []), first);
    expect(await ledger.dropArchived([first], to.url)).toEqual([]);
    world.commitAsPerson({ 'coordination/ORDERS.json': '6' });
    await ledger.archiveHistory(await planAt(ledger, []), to);
    world.commitAsPerson({ 'coordination/ORDERS.json': '7' });
    await ledger.saveHistory(null, await planAt(ledger, []), second);
    expect(await ledger.dropArchived([first, second, join(world.root, 'none.bundle')], to.url)).toEqual([first]);
    expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
    expect(await ledger.dropArchived([second], join(world.root, 'none'))).toEqual([]);
  });

  test('R3b nothing there is overwritten, and no repo of a fleet is an archive', async () => {
    const { world, ledger } = made();
    const { url, git, to } = archive(world);
    const plan = await planAt(ledger, []);
    const tree = git('hash-object', '-w', '-t', 'tree', '/dev/null');
    const other = git('-c', 'user.name=A', '-c', 'user.email=a@b', 'commit-tree', '-m', 'else', tree);
    git('update-ref', `refs/heads/${to.branch}`, other);
    await expect(ledger.archiveHistory(plan, to)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(git('rev-parse', to.branch)).toBe(other);
    git('update-ref', 'refs/coord/machines/1', other);
    const elsewhere = { url, branch: 'compacted-2027' };
    await expect(ledger.archiveHistory(plan, elsewhere)).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(ledger.archiveHistory(plan, { ...to, url: join(world.root, 'none') })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  test('R3b a push whose answer is lost landed; one that a hook refuses did not', async () => {
    const { world, ledger } = made();
    const { url, git, to } = archive(world);
    const plan = await planAt(ledger, []);
    const hook = join(url, 'hooks', 'post-receive');
    writeFileSync(hook, '#!/bin/sh\nkill -9 $PPID\n', { mode: 0o755 });
    await ledger.archiveHistory(plan, to);
    expect(git('rev-parse', to.branch)).toBe(plan.tip);
    writeFileSync(join(url, 'hooks', 'pre-receive'), '#!/bin/sh\necho full >&2; exit 1\n', { mode: 0o755 });
    await expect(ledger.archiveHistory(plan, { url, branch: 'compacted-2027' })).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('nothing was changed'),
    });
  });

  test.each(['archive', 'bundle'])('R3b what a killed %s left on the disk, a login perhaps, goes with the next', async (what) => {
    const { world, ledger } = made();
    const plan = await planAt(ledger, []);
    const left = join(world.stateDir('one'), 'history-scratch');
    mkdirSync(left);
    writeFileSync(join(left, 'git-person.json'), 'a login');
    if (what === 'archive') await ledger.archiveHistory(plan, archive(world).to);
    else await ledger.saveHistory(null, plan, join(world.root, 'old.bundle'));
    expect(existsSync(left)).toBe(false);
  });
});
