// What the processes of one machine know of each other's fetches and pushes. One suite for git and for its twin in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ports.ts';
import { type LedgerWorld, lane, say, seen } from './ledger.ts';

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
  });
}
