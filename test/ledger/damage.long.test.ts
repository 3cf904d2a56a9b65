// C5 and the catalogue's 3, 5, 25: whatever happened to the clone, the next call goes on.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitLedger } from '../../src/ledger/ledger-options.ts';
import { board, lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, gitsStarted, moveHub } from './git-world.ts';

describe('a damaged clone', () => {
  let world: GitWorld;
  let ledger: GitLedger;
  let base: string;
  let cloneDir: string;
  const broken = () => readdirSync(world.stateDir('one')).filter((name) => name.startsWith('clone.broken'));
  const objects = (folder = join(cloneDir, 'objects')): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? objects(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  const anew = async () => {
    await ledger.close();
    ledger = world.ledger('one');
    return ledger;
  };
  const works = async () => {
    const next = world.commitAsPerson({ 'coordination/ORDERS.json': 'next' });
    const trees = await seen(ledger);
    expect(trees.main?.commit).toBe(next);
    const id = trees.main?.entries.get('ORDERS.json')?.id ?? '';
    expect((await ledger.read([id])).get(id)).toEqual({ kind: 'text', text: 'next' });
    const expected = trees.lanes.get(1)?.commit ?? null;
    const { report } = await say(ledger, {
      lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: next, expected }),
      boards: [board({ 'a.md': 'a' }, next)],
    });
    expect(report.kind === 'answered' && [...report.refs.values()]).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
  };

  beforeEach(async () => {
    world = createGitWorld();
    base = world.commitAsPerson({ 'coordination/ORDERS.json': '1', 'coordination/specs/a.md': 'a' });
    cloneDir = join(world.stateDir('one'), 'clone.git');
    ledger = world.ledger('one');
    await seen(ledger);
  });
  afterEach(() => world.end());

  it.each(['HEAD', 'config', 'objects', 'refs', 'FETCH_HEAD', 'coord-seen.json'])('heals without its %s', async (name) => {
    rmSync(join(cloneDir, name), { recursive: true });
    await anew();
    await works();
  });

  it.each(['HEAD', 'config', 'refs', 'objects'])('heals when its %s goes away under a running process', async (name) => {
    rmSync(join(cloneDir, name), { recursive: true });
    await works();
  });

  it('heals when it is gone altogether', async () => {
    rmSync(cloneDir, { recursive: true });
    await works();
    rmSync(world.stateDir('one'), { recursive: true });
    await anew();
    await works();
  });

  it('heals from garbage in its settings, HEAD and refs', async () => {
    for (const [name, text] of [
      ['config', '[core\n'],
      ['HEAD', ''],
      ['packed-refs', 'garbage'],
      ['refs/view/branches/main', 'garbage'],
    ] as const) {
      writeFileSync(join(cloneDir, name), text);
      await anew();
      expect([name, (await seen(ledger)).main?.commit]).toEqual([name, base]);
      await works();
      base = world.hub(['rev-parse', 'main']);
    }
  });

  it('heals from objects that a power cut left empty, in a new process and in a running one', async () => {
    for (const isNew of [true, false]) {
      const kept = objects();
      expect(kept.length).toBeGreaterThan(0);
      for (const path of kept) truncateSync(path, 0);
      if (isNew) await anew();
      await works();
      expect(broken().length).toBeLessThanOrEqual(1);
    }
  });

  it('heals from objects cut in half', async () => {
    for (const path of objects()) truncateSync(path, Math.floor(statSync(path).size / 2));
    await anew();
    await works();
  });

  it('heals when only what is read is missing', async () => {
    const id = world.hub(['rev-parse', 'main:coordination/ORDERS.json']);
    await anew();
    await seen(ledger);
    await ledger.close();
    for (const path of objects()) rmSync(path);
    expect((await ledger.read([id])).get(id)).toEqual({ kind: 'text', text: '1' });
    expect(broken()).toEqual(['clone.broken-1']);
  });

  it('heals when what is written upon is missing', async () => {
    for (const path of objects()) rmSync(path, { force: true });
    await say(ledger, { lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }), boards: [board({ 'a.md': 'x' }, base)] });
    expect(world.hub(['show', 'main:coordination/a.md'])).toBe('x');
    expect(world.hub(['show', 'main:coordination/specs/a.md'])).toBe('a');
  });

  it('R3a: a history that cannot be read is no history that does not lead on', async () => {
    const before = new Set(objects());
    world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
    await seen(ledger);
    const between = objects().filter((path) => !before.has(path));
    const newest = world.commitAsPerson({ 'coordination/ORDERS.json': '3' });
    await seen(ledger);
    await anew();
    for (const path of between) rmSync(path);
    expect(await ledger.follows(base, newest)).toBe(true);
    // What is really another history is told as such, also where the old one is not here any more.
    expect([await ledger.follows(newest, base), await ledger.follows('1'.repeat(40), newest)]).toEqual([false, false]);
    expect(broken()).toHaveLength(1);
    for (const path of objects()) truncateSync(path, 0);
    moveHub(world, true);
    await expect(ledger.follows(base, newest)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('keeps the newest damaged clone only', async () => {
    for (let i = 0; i < 3; i++) {
      writeFileSync(join(cloneDir, 'HEAD'), '');
      await anew();
      await seen(ledger);
    }
    expect(broken()).toEqual(['clone.broken-3']);
  });

  it('says so, and does not call documents missing, when it cannot be made anew now', async () => {
    const id = world.hub(['rev-parse', 'main:coordination/ORDERS.json']);
    for (const path of objects()) truncateSync(path, 0);
    moveHub(world, true);
    await expect(ledger.read([id])).rejects.toMatchObject({ code: 'UNREACHABLE' });
    moveHub(world, false);
    await works();
  });

  it('asks once only for what really is not there', async () => {
    const trace = join(world.root, 'trace');
    const traced = world.ledger('one', { person: { ...world.person, GIT_TRACE2_EVENT: trace } });
    await seen(traced);
    const missing = '1'.repeat(40);
    for (let i = 0; i < 3; i++) expect((await traced.read([missing])).get(missing)?.kind).toBe('unreadable');
    expect(gitsStarted(trace).filter((name) => name === 'fsck')).toEqual(['fsck']);
    expect(broken()).toEqual([]);
  });

  it('5: clears locks that a killed git left', async () => {
    const locks = [
      'packed-refs.lock',
      'HEAD.lock',
      'config.lock',
      'refs/view/branches/main.lock',
      'refs/draft/lane.lock',
      'gc.pid',
      'packed-refs.new',
      'objects/pack/pack-0123456789abcdef.keep',
      'shallow.lock',
    ];
    const leave = () => {
      mkdirSync(join(cloneDir, 'refs/draft'), { recursive: true });
      for (const name of locks) writeFileSync(join(cloneDir, name), '');
    };
    leave();
    await works();
    leave();
    for (const name of locks) utimesSync(join(cloneDir, name), 1, 1);
    await anew();
    const next = world.commitAsPerson({ 'coordination/ORDERS.json': 'again' });
    expect((await seen(ledger)).main?.commit).toBe(next);
    for (const name of locks) expect([name, existsSync(join(cloneDir, name))]).toEqual([name, false]);
    expect(broken()).toEqual([]);
  });

  it('says so when its folder cannot be used', async () => {
    await ledger.close();
    rmSync(world.stateDir('one'), { recursive: true });
    writeFileSync(world.stateDir('one'), 'a file');
    await expect(world.ledger('one').fetch(null)).rejects.toMatchObject({ code: 'LOCAL_STATE' });
  });

  it('leaves no crash reports of fast-import behind', async () => {
    await expect(ledger.write({ lane: lane(1, {}, { parent: '1'.repeat(40) }), boards: [] })).rejects.toMatchObject({
      code: 'LOCAL_STATE',
    });
    await works();
    await anew();
    await seen(ledger);
    expect(readdirSync(cloneDir).filter((name) => name.startsWith('fast_import_crash'))).toEqual([]);
  });

  it('C5: is packed when many fetches have left a pack each', async () => {
    for (let i = 0; i <= 51; i++) {
      world.commitAsPerson({ 'coordination/ORDERS.json': `{"edit":${i}}` });
      await seen(ledger);
    }
    const packs = () => objects().filter((path) => path.endsWith('.pack')).length;
    expect(packs()).toBeGreaterThan(50);
    expect(await ledger.packIfNeeded()).toBe(true);
    expect(packs()).toBe(1);
    await works();
  });

  it('C5: is packed beyond 2,000 loose objects, and forgets old beats', async () => {
    expect(await ledger.packIfNeeded()).toBe(false);
    const files = Object.fromEntries(Array.from({ length: 2300 }, (_, i) => [`f${i}`, `${i}`]));
    // Written in parts: one fast-import of more than a hundred objects makes a pack.
    const names = Object.keys(files);
    for (let at = 0; at < names.length; at += 90) {
      const part = Object.fromEntries(names.slice(at, at + 90).map((name) => [name, files[name] ?? '']));
      await ledger.write({ lane: lane(1, part, { parent: base }), boards: [] });
    }
    const before = objects().length;
    expect(before).toBeGreaterThan(2000);
    expect(await ledger.packIfNeeded()).toBe(true);
    expect(objects().length).toBeLessThan(20);
    expect(await ledger.packIfNeeded()).toBe(false);
    await works();
    expect(readFileSync(join(cloneDir, 'config'), 'utf8')).toContain('hooksPath');
  });
});
