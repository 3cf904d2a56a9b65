// Catalogue 19: what people or attackers can put into a repository. Nothing of it may stop a machine or be mistaken for a document.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTree } from '../../src/ledger/objects/tree-parse.ts';
import { seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';

describe('hostile trees', () => {
  let world: GitWorld;
  let blob: string;
  const object = (type: string, body: Buffer) => world.hub(['hash-object', '-t', type, '--literally', '-w', '--stdin'], body);
  const entry = (mode: string, name: string | Buffer, id: string) =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.of(0), Buffer.from(id, 'hex')]);
  const tree = (...entries: Buffer[]) => object('tree', Buffer.concat(entries));
  const commit = (coordination: string, mode = '40000') => {
    const root = tree(entry(mode, 'coordination', coordination));
    const text = `tree ${root}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n`;
    world.hub(['update-ref', 'refs/heads/main', object('commit', Buffer.from(text))]);
  };
  const names = async () => {
    return [...((await seen(world.ledger('one'))).main?.entries.keys() ?? [])];
  };

  beforeEach(() => {
    world = createGitWorld();
    blob = object('blob', Buffer.from('text'));
  });
  afterEach(() => world.end());

  it('leaves out names that are too long or no UTF-8, and keeps the rest', async () => {
    commit(
      tree(
        entry('100644', 'ORDERS.json', blob),
        entry('100644', 'a b\n"c".md', blob),
        entry('100644', Buffer.of(0x62, 0xff), blob),
        entry('100644', 'c'.repeat(5000), blob),
        entry('100644', `d${'é'.repeat(99)}`, blob),
      ),
    );
    expect(await names()).toEqual(['ORDERS.json', 'a b\n"c".md', `d${'é'.repeat(99)}`]);
  });

  it.each(['120000', '100644', '100755'])('D8 says that coordination is no folder but a file of mode %s', async (mode) => {
    commit(blob, mode);
    const { main } = await seen(world.ledger('one'));
    expect(main).toMatchObject({ isCut: true, standsFor: mode, entries: new Map() });
  });

  it.each(['..', '.', '.git', '.GIT', 'a/../../b', ''])('is not led astray by the name %j', async (name) => {
    commit(tree(entry('100644', name, blob)));
    const fetched = await world.ledger('one').fetch(null);
    // Git refuses most of them on the way; what comes through is not shown.
    const shown = fetched.kind === 'fetched' ? [...(fetched.trees.main?.entries.keys() ?? [])] : [];
    expect(shown).toEqual([]);
    expect(parseTree(entry('100644', name, blob), 20)).toEqual([]);
  });

  it('says why it cannot fetch, and goes on once the host has mended it', async () => {
    const lost = tree(entry('100644', 'lost', blob));
    commit(tree(entry('40000', 'specs', lost)));
    rmSync(join(world.hubDir, 'objects', lost.slice(0, 2), lost.slice(2)));
    const ledger = world.ledger('one');
    expect(await ledger.fetch(null)).toMatchObject({ kind: 'unreachable', trouble: { code: 'UNKNOWN' } });
    commit(tree(entry('100644', 'ORDERS.json', blob)));
    expect((await seen(ledger)).main?.entries.size).toBe(1);
  });

  it('D8: goes 64 levels deep and no further', async () => {
    let nested = tree(entry('100644', 'deepest', blob));
    for (let level = 0; level < 200; level++) nested = tree(entry('100644', 'f', blob), entry('40000', 'z', nested));
    commit(nested);
    const paths = await names();
    expect(paths).toHaveLength(64);
    expect(paths.at(-1)?.split('/')).toHaveLength(64);
  });

  it('D8: shows 10,000 entries, the same on every machine, however many there are', async () => {
    commit(tree(...Array.from({ length: 12_000 }, (_, i) => entry('100644', String(i).padStart(6, '0'), blob))));
    const paths = await names();
    expect([paths.length, paths[0], paths.at(-1)]).toEqual([10_000, '000000', '009999']);
  });

  it('D8: shows 100,000 entries of the history, which years fill', async () => {
    const month = (at: number) => entry('100644', `${String(at).padStart(6, '0')}.jsonl`, blob);
    const machine = tree(...Array.from({ length: 250 }, (_, at) => month(at)));
    const history = (count: number) =>
      tree(...Array.from({ length: count }, (_, at) => entry('40000', String(1000 + at), machine)));
    const shown = async (count: number) => {
      commit(tree(entry('40000', 'history', history(count))));
      const { main } = await seen(world.ledger('one'));
      return [main?.entries.size, main?.cut];
    };
    expect(await shown(200)).toEqual([50_000, undefined]);
    expect((await shown(500))[1]).toEqual(['history']);
  });

  it('D8: files beside them take no document its room', async () => {
    const { DOCUMENTS } = await import('../../src/documents/documents.ts');
    const samples = [
      ...DOCUMENTS.flatMap(({ path }) => (typeof path === 'string' ? [path] : [])),
      ...['COMPUTER_1.md', 'archive/2026-11.jsonl', 'handoffs/1.md', 'history/1/2026-11.jsonl', 'messages/1_TO_2.md'],
      ...['messages/0_TO_2.md', 'results/1.json', 'results/1-2.json', 'schemas/old.json', 'specs/login.md', 'trust/1.json'],
    ];
    const isShown = (path: string | RegExp) => samples.some((it) => (typeof path === 'string' ? it === path : path.test(it)));
    expect(DOCUMENTS.filter(({ path }) => !isShown(path)).map(({ path }) => path)).toEqual([]);
    const notes = Array.from({ length: 10_001 }, (_, at) => `Notes/${at}.txt`);
    world.commitAsPerson(Object.fromEntries([...notes, ...samples].map((path) => [`coordination/${path}`, 'x'])));
    const shown = new Set(await names());
    expect(samples.filter((path) => !shown.has(path))).toEqual([]);
  });

  it('is not caught in a tree that unfolds to billions of folders or files', async () => {
    for (const leaf of [tree(entry('100644', 'f', blob)), tree()]) {
      let bomb = leaf;
      for (let level = 0; level < 12; level++) bomb = tree(...'abcdefghij'.split('').map((name) => entry('40000', name, bomb)));
      commit(bomb);
      const begun = performance.now();
      expect((await names()).length).toBeLessThanOrEqual(10_000);
      expect(performance.now() - begun).toBeLessThan(60_000);
    }
  });

  it('does not read 30 MB of zeros that travelled as 30 KB', async () => {
    const zeros = object('blob', Buffer.alloc(30 * 1024 * 1024));
    commit(tree(entry('100644', 'ORDERS.json', zeros)));
    const ledger = world.ledger('one');
    await seen(ledger);
    expect((await ledger.read([zeros])).get(zeros)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('31457280'),
    });
  });

  it('refuses to write a path that is no document', async () => {
    const ledger = world.ledger('one');
    for (const path of ['../x', '/x', 'a//b', '.git/config', 'a/.hidden', 'a b', 'a\nb', '', '-x', 'a/']) {
      const files = new Map([[path, { text: 'x' }]]);
      const change = { branch: null, base: null, files, message: 'm' };
      await expect(ledger.write({ lane: null, boards: [change] })).rejects.toThrow('bug');
      await expect(ledger.write({ lane: null, boards: [{ ...change, files: new Map([[path, null]]) }] })).rejects.toThrow('bug');
    }
  });

  it('keeps a message that looks like commands a message', async () => {
    const ledger = world.ledger('one');
    await seen(ledger);
    const message = 'x\nfrom refs/heads/other\ndeleteall\nM 100755 inline evil\ndata 1\n1\ndone\n';
    const change = { branch: null, base: null, files: new Map([['a.md', { text: 'done\n\nget-mark :9\n' }]]), message };
    await ledger.push(await ledger.write({ lane: null, boards: [change] }));
    expect(execFileSync('git', [`--git-dir=${world.hubDir}`, 'ls-tree', '-r', '--name-only', 'main'], { encoding: 'utf8' })).toBe(
      'coordination/a.md\n',
    );
    expect((await seen(ledger)).main?.message).toBe(message);
  });
});
