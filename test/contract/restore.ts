// R3a: main as it was seen, put back on a person's word. One suite for git and for its twin in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ports.ts';
import { type LedgerWorld, seen } from './ledger.ts';

const MAIN = 'refs/heads/main';
const SAID = { message: 'main is put back [skip ci]\n\nCoord-Machine: 1\n', author: 'coord machine 1' };

export function restoreContract(name: string, create: () => Promise<LedgerWorld>): void {
  describe(`main put back: ${name}`, () => {
    let world: LedgerWorld;
    let one: Ledger;
    let main: string;

    beforeEach(async () => {
      world = await create();
      one = world.open('one');
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      main = world.commitAsPerson({ 'coordination/ORDERS.json': '2', 'notes.txt': 'mine' });
      await seen(one);
    });
    afterEach(async () => {
      await one.close();
      await world.end();
    });

    it('R3a: is the main that was seen, with all that it holds', async () => {
      world.setRef(MAIN, null);
      expect((await seen(one)).main).toBeNull();
      expect(await one.restoreMain(main, SAID)).toEqual({ kind: 'accepted' });
      expect(world.refs().get(MAIN)).toBe(main);
      expect([...world.filesOf(main).keys()].sort()).toEqual(['coordination/ORDERS.json', 'notes.txt']);
      expect((await seen(one)).main?.commit).toBe(main);
    });

    it('R3a: leaves a main alone that is there by now', async () => {
      const other = world.commitAsPerson({ 'coordination/ORDERS.json': '3' });
      expect(await one.restoreMain(main, SAID)).toMatchObject({ kind: 'refused' });
      expect(world.refs().get(MAIN)).toBe(other);
    });

    it('R3a: says so where it does not have it, or where nobody answers', async () => {
      world.setRef(MAIN, null);
      expect(await one.restoreMain('1'.repeat(40), SAID)).toEqual({ kind: 'missing' });
      world.offline(true);
      expect(await one.restoreMain(main, SAID)).toMatchObject({ kind: 'unknown' });
      world.offline(false);
      expect(world.refs().get(MAIN)).toBeUndefined();
    });
  });
}
