// R3b: a history that was shortened, told from one that was rewritten. One suite for git and for its twin in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ports.ts';
import { type LedgerWorld, seen } from './ledger.ts';

const MAIN = 'refs/heads/main';
const ORDERS = 'coordination/ORDERS.json';

/** `compact`: as `coord compact` leaves main. */
export type ShortenedWorld = LedgerWorld & { compact(kept: number): string };

export function shortenedContract(name: string, create: () => Promise<ShortenedWorld>): void {
  describe(`a shortened history: ${name}`, () => {
    let world: ShortenedWorld;
    let one: Ledger;
    /** Main as it was, oldest first; all of it was fetched. */
    let old: readonly string[];

    beforeEach(async () => {
      world = await create();
      one = world.open('one');
      old = ['1', '2', '3', '4', '5'].map((text) => world.commitAsPerson({ [ORDERS]: text }));
      await seen(one);
    });
    afterEach(async () => {
      await one.close();
      await world.end();
    });

    const continued = async (from: readonly string[] = old) => {
      const tip = (await seen(one)).main?.commit ?? '';
      return Promise.all(from.map((commit) => one.continues(commit, tip)));
    };

    it('R3b: holds what stands in it still, and nothing that was before', async () => {
      const [tip, files] = [old[4] as string, world.filesOf(old[4] as string)];
      const marker = world.compact(3);
      expect(world.filesOf(marker)).toEqual(files);
      expect(await continued()).toEqual([false, false, true, true, true]);
      expect(await one.follows(tip, marker)).toBe(false);
      world.commitAsPerson({ [ORDERS]: '6' });
      expect(await continued()).toEqual([false, false, true, true, true]);
    });

    it('R3b: shortened twice, it holds what both kept, as it was at first and in between', async () => {
      const first = world.compact(4);
      await seen(one);
      const between = world.commitAsPerson({ [ORDERS]: '6' });
      await seen(one);
      world.compact(4);
      expect(await continued([...old, first, between])).toEqual([false, false, false, true, true, true, true]);
    });

    it('R3b: without the commit that says so it is rewritten, and where that one changes anything', async () => {
      world.compact(3);
      const marker = (await seen(one)).main;
      world.setRef(MAIN, marker?.parent ?? null);
      expect(await continued()).toEqual([false, false, false, false, false]);
      world.commitAsPerson({ [ORDERS]: '6' }, 'main', marker?.message);
      expect(await continued()).toEqual([false, false, false, false, false]);
    });

    it('R3b: one that goes back behind what was seen, or holds its tree alone, is rewritten', async () => {
      world.setRef(MAIN, old[2] as string);
      world.compact(3);
      expect(await continued()).toEqual([true, true, true, false, false]);
      world.commitAsPerson({ [ORDERS]: '4' });
      world.commitAsPerson({ [ORDERS]: '5', 'coordination/fleet.yaml': 'name: other' });
      expect(await continued()).toEqual([true, true, true, false, false]);
    });

    it('R3b: what is not here is not held', async () => {
      world.compact(3);
      expect(await continued(['1'.repeat(40), 'none'])).toEqual([false, false]);
    });
  });
}
