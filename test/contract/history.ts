// What every Ledger says of main's history, whatever is behind it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ports.ts';
import { board, type LedgerWorld, lane, say, seen } from './ledger.ts';

const PATHS = ['ORDERS.json', 'specs/a b.md', 'COMPUTER_7.md'];
const ALL = { countMax: 100, sinceMs: null, paths: PATHS };

/** `nowMs`: the time at which everybody in that world commits. */
export function historyContract(name: string, create: () => Promise<LedgerWorld>, nowMs: number): void {
  describe(`main's history: ${name}`, () => {
    let world: LedgerWorld;
    let one: Ledger;

    beforeEach(async () => {
      world = await create();
      one = world.open('one');
    });
    afterEach(async () => {
      await one.close();
      await world.end();
    });

    it('D4.2: lists the versions that main has had since it was seen', async () => {
      const commit = (text: string) => world.commitAsPerson({ 'coordination/ORDERS.json': text });
      const first = commit('1');
      await seen(one);
      for (const text of ['2', '3']) commit(text);
      const last = world.commitAsPerson({ 'coordination/other.md': 'x' });
      await seen(one).then(() => one.fetchRest());
      const since = (commit: string, countMax = 9) => one.versionsSince(commit, 'ORDERS.json', countMax);
      expect(await since(first)).toEqual(['3', '2'].map((text) => one.idOf(text)));
      expect(await since(first, 1)).toEqual([one.idOf('3')]);
      for (const never of ['f'.repeat(last.length), 'main']) expect(await since(never)).toBeNull();
    });

    it('says who changed which document, from what to what, newest first', async () => {
      const first = world.commitAsPerson({
        'coordination/ORDERS.json': '1',
        'coordination/specs/a b.md': 'x',
        'src/app.js': 'x',
      });
      world.commitAsPerson({ 'src/app.js': 'y' });
      const second = world.commitAsPerson({ 'coordination/ORDERS.json': '2', 'coordination/specs/a b.md': null });
      await seen(one);
      const id = (text: string) => one.idOf(text);
      const message = 'fold\n\nCoord-Machine: 7\nCoord-Seq: 1\nCoord-Beat: 1\n';
      const files = { 'COMPUTER_7.md': 'word' };
      const { updates } = await say(one, {
        lane: lane(7, files, { parent: second }),
        boards: [board(files, second, { message })],
      });
      await seen(one);
      const { commits, isCut } = await one.history(ALL);
      expect(isCut).toBe(false);
      const at = new Date(nowMs).toISOString();
      expect(commits.map(({ changes, ...commit }) => ({ ...commit, changes: Object.fromEntries(changes) }))).toEqual([
        {
          commit: updates[1]?.commit,
          author: 'coord machine 7',
          at,
          message,
          changes: { 'COMPUTER_7.md': { before: null, after: id('word') } },
        },
        {
          commit: second,
          author: 'A Person',
          at,
          message: 'edit\n',
          changes: { 'ORDERS.json': { before: id('1'), after: id('2') }, 'specs/a b.md': { before: id('x'), after: null } },
        },
        {
          commit: first,
          author: 'A Person',
          at,
          message: 'edit\n',
          isRoot: true,
          changes: { 'ORDERS.json': { before: null, after: id('1') }, 'specs/a b.md': { before: null, after: id('x') } },
        },
      ]);
    });

    it('is bounded by count, and says so; and by time', async () => {
      for (const text of ['1', '2', '3']) world.commitAsPerson({ 'coordination/ORDERS.json': text });
      await seen(one);
      const asked = async (countMax: number, sinceMs: number | null = null) => {
        const { commits, isCut } = await one.history({ countMax, sinceMs, paths: PATHS });
        return [commits.map(({ changes }) => changes.get('ORDERS.json')?.after), isCut];
      };
      const ids = ['3', '2', '1'].map((text) => one.idOf(text));
      expect(await asked(3)).toEqual([ids, false]);
      expect(await asked(2)).toEqual([ids.slice(0, 2), true]);
      expect(await asked(0)).toEqual([[], false]);
      expect(await asked(3, nowMs)).toEqual([ids, false]);
      expect(await asked(3, nowMs + 1_000)).toEqual([[], false]);
    });

    it('D8: a document of another mode is none', async () => {
      const path = 'coordination/ORDERS.json';
      world.commitAsPerson({ [path]: '1' });
      world.commitAsPerson({ [path]: { mode: '120000', text: '/etc/passwd' } });
      world.commitAsPerson({ [path]: { mode: '100755', text: '2' } });
      await seen(one);
      const { commits } = await one.history(ALL);
      expect(commits.map(({ changes }) => changes.get('ORDERS.json'))).toEqual([
        { before: null, after: null },
        { before: one.idOf('1'), after: null },
        { before: null, after: one.idOf('1') },
      ]);
    });

    it('S6: is what the last fetch showed, offline and in a new process; nothing where there was none', async () => {
      expect(await one.history(ALL)).toEqual({ commits: [], isCut: false, isPart: false });
      await seen(one);
      expect(await one.history(ALL)).toEqual({ commits: [], isCut: false, isPart: false });
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      world.offline(true);
      const again = world.reopen('one');
      for (const ledger of [one, again])
        expect((await ledger.history(ALL)).commits.map(({ changes }) => changes.get('ORDERS.json')?.after)).toEqual([
          one.idOf('1'),
        ]);
      await again.close();
      world.offline(false);
    });
  });
}
