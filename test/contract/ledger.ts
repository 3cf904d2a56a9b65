// What every Ledger does, whatever is behind it. One suite for git and for its twin in memory, so that the twin cannot lie.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BoardChange, Changes, Content, LaneChange, RefUpdate } from '../../src/core/model/ledger/push.ts';
import type { TreeEntry, Trees } from '../../src/core/model/ledger/trees.ts';
import type { Ledger } from '../../src/ports.ts';
import type { PersonFile } from '../memory/memory-ledger.ts';

export interface LedgerWorld {
  open(name: string): Ledger;
  /** The same machine in another process. */
  reopen(name: string): Ledger;
  commitAsPerson(files: Readonly<Record<string, PersonFile>>, branch?: string, message?: string): string;
  setRef(ref: string, commit: string | null): void;
  refs(): ReadonlyMap<string, string>;
  filesOf(commit: string): ReadonlyMap<string, TreeEntry>;
  loseNextPushAnswer(): void;
  /** Refuses every update of these refs. */
  refuse(refs: readonly string[]): void;
  offline(is: boolean): void;
  end(): Promise<void>;
}

export const LANE = (machine: number) => `refs/coord/machines/${machine}`;
const texts = (files: Record<string, string>) =>
  new Map<string, Content>(Object.entries(files).map(([path, text]) => [path, { text }]));

export function lane(machine: number, files: Record<string, string>, rest: Partial<LaneChange> = {}): LaneChange {
  return { machine, expected: null, parent: null, files: texts(files), message: `beat\n\nCoord-Machine: ${machine}\n`, ...rest };
}

export function board(files: Record<string, string | null>, base: string | null, rest: Partial<BoardChange> = {}): BoardChange {
  const changed = new Map(Object.entries(files).map(([path, text]) => [path, text === null ? null : { text }]));
  return { branch: null, base, files: changed, message: 'fold [skip ci]\n', ...rest };
}

export async function seen(ledger: Ledger, branch: string | null = null): Promise<Trees> {
  const fetched = await ledger.fetch(branch);
  if (fetched.kind === 'unreachable') throw new Error(`unreachable: ${fetched.trouble.code} ${fetched.trouble.message}`);
  return fetched.trees;
}

async function textAt(ledger: Ledger, tree: { entries: ReadonlyMap<string, TreeEntry> } | null | undefined, path: string) {
  const id = tree?.entries.get(path)?.id ?? '';
  const blob = (await ledger.read([id])).get(id);
  return blob?.kind === 'text' ? blob.text : (blob?.why ?? 'no answer');
}

export async function say(ledger: Ledger, changes: Partial<Changes>) {
  const updates = await ledger.write({ lane: null, boards: [], ...changes });
  return { updates, report: await ledger.push(updates) };
}

export async function outcomes(ledger: Ledger, changes: Partial<Changes>): Promise<Record<string, string>> {
  const { report } = await say(ledger, changes);
  if (report.kind === 'unknown') return { unknown: report.trouble.code };
  return Object.fromEntries([...report.refs].map(([ref, outcome]) => [ref, outcome.kind]));
}

export function ledgerContract(name: string, create: () => Promise<LedgerWorld>): void {
  describe(`a ledger: ${name}`, () => {
    let world: LedgerWorld;
    let one: Ledger;
    let two: Ledger;

    beforeEach(async () => {
      world = await create();
      one = world.open('one');
      two = world.open('two');
    });
    afterEach(async () => {
      await one.close();
      await two.close();
      await world.end();
    });

    it('shows an empty remote as one without main, board, lanes and claims', async () => {
      expect(await seen(one)).toEqual({ main: null, board: null, lanes: new Map(), claims: new Map() });
    });

    it('I3: creates main once; the second creator is refused', async () => {
      await seen(one);
      await seen(two);
      expect(await outcomes(one, { boards: [board({ 'ORDERS.json': '{}' }, null)] })).toEqual({ 'refs/heads/main': 'accepted' });
      expect(await outcomes(two, { boards: [board({ 'ORDERS.json': '[]' }, null)] })).toEqual({ 'refs/heads/main': 'refused' });
      const trees = await seen(two);
      expect(await textAt(two, trees.main, 'ORDERS.json')).toBe('{}');
      expect(trees.main?.parent).toBeNull();
    });

    it('I1: gives a lane to its first creator', async () => {
      const first = await say(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
      expect(first.report).toEqual({ kind: 'answered', refs: new Map([[LANE(1), { kind: 'accepted' }]]) });
      expect(await outcomes(two, { lane: lane(1, { 'COMPUTER_1.md': 'b' }) })).toEqual({ [LANE(1)]: 'refused' });
      expect(world.refs().get(LANE(1))).toBe(first.updates[0]?.commit);
    });

    it('R0: replaces a lane by a commit with exactly its files and main as its parent', async () => {
      const main = world.commitAsPerson({ 'coordination/ORDERS.json': '{}', 'src/app.js': 'code' });
      await seen(one);
      const { updates } = await say(one, { lane: lane(1, { 'COMPUTER_1.md': 'a', 'results/1.json': '{}' }, { parent: main }) });
      const expected = updates[0]?.commit ?? '';
      const next = lane(1, { 'COMPUTER_1.md': 'b' }, { parent: main, expected });
      expect(await outcomes(one, { lane: next })).toEqual({ [LANE(1)]: 'accepted' });
      const tree = (await seen(two)).lanes.get(1);
      expect(tree?.parent).toBe(main);
      expect(tree?.message).toBe('beat\n\nCoord-Machine: 1\n');
      expect([...(tree?.entries.keys() ?? [])]).toEqual(['COMPUTER_1.md']);
      expect(await textAt(two, tree, 'COMPUTER_1.md')).toBe('b');
      expect([...world.filesOf(tree?.commit ?? '').keys()]).toEqual(['coordination/COMPUTER_1.md']);
    });

    it('R0: refers to content that is there by its id', async () => {
      world.commitAsPerson({ 'coordination/results/1.json': '{"big":1}' });
      const id = (await seen(one)).main?.entries.get('results/1.json')?.id ?? '';
      expect(id).toBe(one.idOf('{"big":1}'));
      const files = new Map<string, Content>([['results/1.json', { id }]]);
      await say(one, { lane: { ...lane(1, {}), files } });
      expect((await seen(two)).lanes.get(1)?.entries.get('results/1.json')).toEqual({ mode: '100644', id });
    });

    it('R1: refuses a stale main while the lane of the same push lands', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      const changes = {
        lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
        boards: [board({ 'COMPUTER_1.md': 'a' }, base)],
      };
      expect(await outcomes(one, changes)).toEqual({ [LANE(1)]: 'accepted', 'refs/heads/main': 'refused' });
      const trees = await seen(two);
      expect(await textAt(two, trees.main, 'ORDERS.json')).toBe('2');
      expect(await textAt(two, trees.lanes.get(1), 'COMPUTER_1.md')).toBe('a');
    });

    it('R1: refuses a stale lane lease while main of the same push lands', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await say(two, { lane: lane(1, { 'COMPUTER_1.md': 'other' }) });
      await seen(one);
      const stale = lane(1, { 'COMPUTER_1.md': 'mine' }, { parent: base, expected: base });
      expect(await outcomes(one, { lane: stale, boards: [board({ 'COMPUTER_1.md': 'mine' }, base)] })).toEqual({
        [LANE(1)]: 'refused',
        'refs/heads/main': 'accepted',
      });
    });

    it('does not resurrect commits that were taken back on the host', async () => {
      const first = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      const second = world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      await seen(one);
      world.setRef('refs/heads/main', first);
      expect(await outcomes(one, { boards: [board({ 'STATUS.json': '{}' }, second)] })).toEqual({ 'refs/heads/main': 'refused' });
      expect(world.refs().get('refs/heads/main')).toBe(first);
      expect((await seen(one)).main?.commit).toBe(first);
    });

    it('pushes main only from the commit that it was built upon', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      const [update] = await one.write({ lane: null, boards: [board({ 'STATUS.json': '{}' }, base)] });
      await expect(one.push([{ ...(update as RefUpdate), expected: null }])).rejects.toThrow('built on');
    });

    it('D8: carries everything else along untouched, and deletes only what it is told to', async () => {
      const base = world.commitAsPerson({
        'README.md': 'project',
        'bin/run': { mode: '100755', text: '#!/bin/sh' },
        link: { mode: '120000', text: 'README.md' },
        'coordination/tool': { mode: '100755', text: 'x' },
        'coordination/messages/1_TO_2.md': 'old',
        'coordination/messages/notes.txt': 'a person',
      });
      await seen(one);
      const fold = board({ 'STATUS.json': '{}', 'messages/1_TO_2.md': null }, base);
      expect(await outcomes(one, { boards: [fold] })).toEqual({ 'refs/heads/main': 'accepted' });
      const before = world.filesOf(base);
      const after = world.filesOf(world.refs().get('refs/heads/main') ?? '');
      for (const path of ['README.md', 'bin/run', 'link', 'coordination/tool', 'coordination/messages/notes.txt']) {
        expect([path, after.get(path)]).toEqual([path, before.get(path)]);
      }
      expect(after.get('coordination/STATUS.json')?.mode).toBe('100644');
      expect([...after.keys()].sort()).toEqual(
        [...before.keys(), 'coordination/STATUS.json'].filter((path) => path !== 'coordination/messages/1_TO_2.md').sort(),
      );
    });

    it('D8: reports links, executables and submodules with their modes, and does not follow them', async () => {
      world.commitAsPerson({
        'coordination/ORDERS.json': { mode: '120000', text: '../secret' },
        'coordination/run.sh': { mode: '100755', text: 'x' },
        'coordination/sub': { mode: '160000', text: 'elsewhere' },
        'coordination/specs/a.md': 'a',
        secret: 's',
      });
      const entries = (await seen(one)).main?.entries ?? new Map<string, TreeEntry>();
      expect(Object.fromEntries([...entries].map(([path, entry]) => [path, entry.mode]))).toEqual({
        'ORDERS.json': '120000',
        'run.sh': '100755',
        sub: '160000',
        'specs/a.md': '100644',
      });
    });

    it('shows nothing below coordination where that is a link', async () => {
      world.commitAsPerson({ coordination: { mode: '120000', text: 'src' }, 'src/ORDERS.json': '{}' });
      expect((await seen(one)).main?.entries.size).toBe(0);
    });

    it('writes over a link in place of a folder', async () => {
      const base = world.commitAsPerson({ coordination: { mode: '120000', text: 'src' }, 'src/ORDERS.json': '{}' });
      await seen(one);
      expect(await outcomes(one, { boards: [board({ 'ORDERS.json': 'new' }, base)] })).toEqual({ 'refs/heads/main': 'accepted' });
      expect(await textAt(one, (await seen(one)).main, 'ORDERS.json')).toBe('new');
    });

    it('C3: gives the same trees while nothing moves, and keeps what did not move', async () => {
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await say(two, { lane: lane(2, { 'COMPUTER_2.md': 'a' }) });
      const first = await seen(one);
      expect(await seen(one)).toBe(first);
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      const next = await seen(one);
      expect(next).not.toBe(first);
      expect(next.lanes.get(2)).toBe(first.lanes.get(2));
      expect(await seen(one)).toBe(next);
    });

    it('C3: gives the same trees of an empty remote', async () => {
      const first = await seen(one);
      expect(await seen(one)).toBe(first);
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      expect((await seen(one)).main?.entries.size).toBe(1);
    });

    it('forgets lanes that were removed, and a main that was deleted', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await say(two, { lane: lane(2, { 'COMPUTER_2.md': 'a' }) });
      await say(two, { lane: lane(10, { 'COMPUTER_10.md': 'a' }) });
      expect([...(await seen(one)).lanes.keys()]).toEqual([2, 10]);
      world.setRef(LANE(2), null);
      expect([...(await seen(one)).lanes.keys()]).toEqual([10]);
      world.setRef('refs/heads/main', null);
      const without = await seen(one);
      expect([without.main, [...without.lanes.keys()]]).toEqual([null, [10]]);
      world.setRef('refs/heads/main', base);
      expect((await seen(one)).main?.commit).toBe(base);
    });

    it('ignores lanes that have no canonical number', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      for (const odd of ['0', '01', '10000', 'x', '1x']) world.setRef(`refs/coord/machines/${odd}`, base);
      world.setRef('refs/coord/machines/9999', base);
      expect([...(await seen(one)).lanes.keys()]).toEqual([9999]);
    });

    it('F4: folds onto another branch, created once, while main stays', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      expect((await seen(one, 'coord-board')).board).toBeNull();
      await seen(two, 'coord-board');
      const create = board({ 'STATUS.json': '{}' }, null, { branch: 'coord-board' });
      expect(await outcomes(one, { boards: [create] })).toEqual({ 'refs/heads/coord-board': 'accepted' });
      expect(await outcomes(two, { boards: [create, board({ 'ORDERS.json': '2' }, base)] })).toMatchObject({
        'refs/heads/main': 'accepted',
      });
      const trees = await seen(one, 'coord-board');
      expect(await textAt(one, trees.board, 'STATUS.json')).toBe('{}');
      expect(await textAt(one, trees.main, 'ORDERS.json')).toBe('2');
      expect((await seen(one)).board).toBeNull();
      expect((await seen(one, 'main')).board?.commit).toBe(trees.main?.commit);
    });

    it('takes a board name that is no branch for one that does not exist', async () => {
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      for (const name of ['--upload-pack=x', 'a:refs/heads/main', '*', 'a..b', ''])
        expect((await seen(one, name)).board).toBeNull();
    });

    it('D4: lists the versions of a document, newest first', async () => {
      const commit = (text: string | null) => world.commitAsPerson({ 'coordination/ORDERS.json': text });
      commit('1');
      world.commitAsPerson({ 'coordination/other.md': 'x' });
      commit('2');
      commit(null);
      commit('2');
      commit('3');
      await seen(one).then(() => one.fetchRest());
      const ids = await one.versions('ORDERS.json', 10);
      const blobs = await one.read(ids);
      expect(ids.map((id) => blobs.get(id))).toEqual(['3', '2', '1'].map((text) => ({ kind: 'text', text })));
      expect((await one.versions('ORDERS.json', 2)).length).toBeLessThanOrEqual(2);
      expect(await one.versions('ORDERS.json', 0)).toEqual([]);
      expect(await one.versions('never.md', 10)).toEqual([]);
    });

    it('D4, D8: versions in which the document was no plain file are none', async () => {
      const commit = (mode: '100644' | '100755' | '120000', text: string) =>
        world.commitAsPerson({ 'coordination/ORDERS.json': { mode, text } });
      commit('100644', '1');
      commit('100644', '2');
      commit('100755', '2');
      commit('100755', '3');
      commit('120000', '4');
      await seen(one).then(() => one.fetchRest());
      const ids = await one.versions('ORDERS.json', 10);
      const blobs = await one.read(ids);
      expect(ids.map((id) => blobs.get(id))).toEqual(['2', '1'].map((text) => ({ kind: 'text', text })));
    });

    it('tells a main that goes on from one that was rewritten', async () => {
      const first = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      const second = world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      await seen(one);
      expect(await one.follows(first, second)).toBe(true);
      expect(await one.follows(second, second)).toBe(true);
      expect(await one.follows(second, first)).toBe(false);
      for (const unknown of ['0'.repeat(40), '--all']) expect(await one.follows(unknown, second)).toBe(false);
      expect(await one.follows(second, 'f'.repeat(40))).toBe(false);
    });

    it('D8: answers for every id: text, too large, not UTF-8, missing, no id', async () => {
      const limit = 1024 * 1024;
      world.commitAsPerson({
        'coordination/bom.md': '\ufefftext',
        'coordination/empty.md': '',
        'coordination/largest.md': 'x'.repeat(limit),
        'coordination/large.md': 'x'.repeat(limit + 1),
        'coordination/latin.md': Uint8Array.of(0x63, 0xe9),
      });
      const entries = (await seen(one)).main?.entries;
      const id = (path: string) => entries?.get(path)?.id ?? '';
      const missing = '0123456789abcdef0123456789abcdef01234567';
      const asked = [...['bom.md', 'empty.md', 'largest.md', 'large.md', 'latin.md'].map(id), missing, 'no id\n'];
      const blobs = await one.read(asked);
      expect([...blobs.keys()]).toEqual(asked);
      expect(blobs.get(id('bom.md'))).toEqual({ kind: 'text', text: '\ufefftext' });
      expect(blobs.get(id('empty.md'))).toEqual({ kind: 'text', text: '' });
      expect(blobs.get(id('largest.md'))?.kind).toBe('text');
      for (const bad of [id('large.md'), id('latin.md'), missing, 'no id\n']) expect(blobs.get(bad)?.kind).toBe('unreadable');
      expect(one.idOf('\ufefftext')).toBe(id('bom.md'));
      const bytes = [7, 0, limit, limit + 1, 2, null, null];
      expect([...(await one.sizes(asked))]).toEqual(asked.map((it, at) => [it, bytes[at]]));
    });

    it('R5: calls a push whose answer was lost unknown; the next fetch tells the truth', async () => {
      await seen(one);
      const [update] = await one.write({ lane: lane(1, { 'COMPUTER_1.md': 'a' }), boards: [] });
      world.loseNextPushAnswer();
      const report = await one.push([update as RefUpdate]);
      expect(report.kind).toBe('unknown');
      expect((await seen(one)).lanes.get(1)?.commit).toBe(update?.commit);
      // Saying it again changes nothing.
      expect(await one.push([update as RefUpdate])).toEqual({
        kind: 'answered',
        refs: new Map([[LANE(1), { kind: 'accepted' }]]),
      });
    });

    it('R1a: tells which refs the host refuses, and why', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      world.refuse(['refs/heads/main']);
      const { report } = await say(one, {
        lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
        boards: [board({ 'COMPUTER_1.md': 'a' }, base)],
      });
      expect(report.kind === 'answered' && report.refs.get(LANE(1))).toEqual({ kind: 'accepted' });
      expect(report.kind === 'answered' && report.refs.get('refs/heads/main')).toMatchObject({ kind: 'refused' });
    });

    it('S6: says that the remote cannot be reached, still has what it saw, and goes on afterwards', async () => {
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      expect(await one.lastSeen()).toBeNull();
      const before = await seen(one);
      world.offline(true);
      expect((await one.fetch(null)).kind).toBe('unreachable');
      expect(await one.lastSeen()).toBe(before);
      const { updates, report } = await say(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
      expect(report.kind).toBe('unknown');
      const again = world.reopen('one');
      expect(await again.lastSeen()).toEqual(before);
      await again.close();
      world.offline(false);
      expect((await one.push(updates)).kind).toBe('answered');
      expect((await seen(one)).lanes.size).toBe(1);
    });

    it('works again after close', async () => {
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      await one.close();
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      expect(await textAt(one, (await seen(one)).main, 'ORDERS.json')).toBe('2');
    });

    it('writes and pushes nothing where there is nothing to say; D8: nor a path that coord never writes', async () => {
      expect([await one.write({ lane: null, boards: [] }), (await one.push([])).kind]).toEqual([[], 'answered']);
      await expect(say(one, { boards: [board({ 'archive/.jsonl': '' }, null)] })).rejects.toThrow('no path that coord writes');
    });
  });
}
