// What the processes of one machine know of each other's fetches and pushes. One suite for git and for its twin in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ports.ts';
import { board, type LedgerWorld, lane, say, seen } from './ledger.ts';

export function besideContract(name: string, create: () => Promise<LedgerWorld>): void {
  describe(`two processes of one machine: ${name}`, () => {
    let world: LedgerWorld;
    let one: Ledger;
    let beside: Ledger;

    beforeEach(async () => {
      world = await create();
      one = world.open('one');
      beside = world.reopen('one');
    });
    afterEach(async () => {
      await one.close();
      await beside.close();
      await world.end();
    });

    it('C4a: no process is behind what another of its machine has seen or pushed, or had seen before', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      await seen(beside);
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      const newer = await seen(one);
      expect(newer.main?.commit).not.toBe(base);
      expect(await beside.lastSeen()).toEqual(newer);
      expect(await beside.versions('ORDERS.json', 5)).toEqual(['2', '1'].map((text) => one.idOf(text)));
      await say(beside, { lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: newer.main?.commit ?? null }) });
      const pushed = await beside.lastSeen();
      expect(pushed?.lanes.size).toBe(1);
      expect(await one.lastSeen()).toEqual(pushed);
    });

    it('C4a: a fetch that shows again what was seen first is news, where another process saw something else', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(beside);
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      await seen(one);
      world.setRef('refs/heads/main', base);
      await seen(beside);
      expect((await one.lastSeen())?.main?.commit).toBe(base);
    });

    it('C4a: what was pushed onto main stays in view of all of them behind a mirror that lags', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      const { updates } = await say(one, { boards: [board({ 'ORDERS.json': '2' }, base)] });
      const commit = updates[0]?.commit ?? '';
      const pushed = { commit, machine: 1, later: [] };
      world.setRef('refs/heads/main', base);
      for (const ledger of [one, beside, one]) {
        expect(await ledger.fetch(null, undefined, pushed)).toMatchObject({ trees: { main: { commit } }, mainBefore: base });
        for (const it of [one, beside]) expect((await it.lastSeen())?.main?.commit).toBe(commit);
        expect(await ledger.versions('ORDERS.json', 5)).toEqual(['2', '1'].map((text) => one.idOf(text)));
      }
    });

    it('C4a: so does a main that this machine laid down, where the mirror shows none yet', async () => {
      const { updates } = await say(one, { boards: [board({ 'ORDERS.json': '1' }, null)] });
      const commit = updates[0]?.commit ?? '';
      const said = await say(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
      const later = [said.updates[0]?.commit ?? ''];
      world.setRef('refs/heads/main', null);
      expect(await one.fetch(null, undefined, { commit, machine: 1, later: [] })).toMatchObject({
        trees: { main: { commit } },
        mainBefore: null,
      });
      expect(await one.fetch(null, undefined, { commit, machine: 1, later })).toMatchObject({ trees: { main: null } });
    });

    it('C4a: main as shown is in force with a later lane of its machine, and beside or after the push', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      const { updates } = await say(one, { boards: [board({ 'ORDERS.json': '2' }, base)] });
      const commit = updates[0]?.commit ?? '';
      const shown = async (main: string, later: readonly string[] = []) => {
        world.setRef('refs/heads/main', main);
        const fetched = await one.fetch(null, undefined, { commit, machine: 1, later });
        return fetched.kind === 'fetched' ? [fetched.trees.main?.commit, fetched.mainBefore] : fetched;
      };
      expect(await shown(commit)).toEqual([commit, undefined]);
      const next = world.commitAsPerson({ 'coordination/ORDERS.json': '3' });
      expect(await shown(next)).toEqual([next, undefined]);
      world.setRef('refs/heads/main', base);
      const other = world.commitAsPerson({ 'coordination/ORDERS.json': '4' });
      expect(await shown(other)).toEqual([other, undefined]);
      const said = await say(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }) });
      expect(await shown(base)).toEqual([commit, base]);
      expect(await shown(base, [said.updates[0]?.commit ?? ''])).toEqual([base, undefined]);
      // Lost with the clone, or never there.
      expect(await one.fetch(null, undefined, { commit: '1'.repeat(40), machine: 1, later: [] })).toMatchObject({
        kind: 'fetched',
      });
      expect((await one.lastSeen())?.main?.commit).toBe(base);
    });
  });
}
