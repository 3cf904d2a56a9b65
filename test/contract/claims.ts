// Claims as every Ledger handles them (O2, O2a): created once, deleted with a lease on their value; and what is seen of own pushes (C4a).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ports.ts';
import { board, LANE, type LedgerWorld, lane, outcomes, say, seen } from './ledger.ts';

export function claimContract(name: string, create: () => Promise<LedgerWorld>): void {
  describe(`claims of a ledger: ${name}`, () => {
    let world: LedgerWorld;
    let one: Ledger;
    let two: Ledger;

    beforeEach(async () => {
      world = await create();
      one = world.open('one');
      two = world.open('two');
    });

    afterEach(async () => {
      await Promise.all([one.close(), two.close()]);
      await world.end();
    });

    it('C4a: shows what its own pushes moved without another fetch, and nothing of what was refused', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await seen(one);
      const { updates } = await say(one, {
        lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
        boards: [board({ 'COMPUTER_1.md': 'a' }, base)],
        claims: [{ kind: 'create', name: 'train/1.1', message: 'claim a\n' }],
      });
      const moved = await one.lastSeen();
      expect(moved).toEqual(await seen(one));
      expect(moved?.lanes.get(1)?.commit).toBe(updates[0]?.commit);
      expect([...(moved?.claims.keys() ?? [])]).toEqual(['train/1.1']);
      expect(moved?.main?.parent).toBe(base);
      world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
      const main = moved?.main?.commit ?? null;
      await say(one, { boards: [board({ 'COMPUTER_1.md': 'b' }, main)] });
      expect((await one.lastSeen())?.main?.commit).toBe(main);
      const again = world.reopen('one');
      expect(await again.lastSeen()).toEqual(moved);
      await again.close();
    });

    it('shows claims by order, generation and attempt', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      world.setRef('refs/coord/claims/train/1.2', base);
      world.setRef('refs/coord/claims/nightly@20261120T0300Z/1.1', base);
      world.setRef('refs/coord/claims/train/1', base);
      expect([...(await seen(one)).claims]).toEqual([
        ['nightly@20261120T0300Z/1.1', { commit: base, message: 'edit\n' }],
        ['train/1.2', { commit: base, message: 'edit\n' }],
      ]);
    });

    it('O2b, R7: names that are no claims are said, and a ref below or above its own refuses a claim', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      const names = ['claims/job/1.1/x', 'claims/other', 'machines/007', 'machines/3/x'];
      for (const path of names) world.setRef(`refs/coord/${path}`, base);
      expect((await seen(one)).odd).toEqual(names.map((path) => ({ ref: `refs/coord/${path}`, path, why: 'unknown' })));
      const claims = ['job/1.1', 'other/1.1', 'free/1.1'].map((name) => ({ kind: 'create', name, message: 'a\n' }) as const);
      expect(await outcomes(one, { lane: lane(3, { 'COMPUTER_3.md': 'a' }), claims })).toEqual({
        ...{ [LANE(3)]: 'refused', 'refs/coord/claims/free/1.1': 'accepted' },
        ...{ 'refs/coord/claims/job/1.1': 'refused', 'refs/coord/claims/other/1.1': 'refused' },
      });
    });

    it('O2: a claim is created once, and by one only', async () => {
      await Promise.all([seen(one), seen(two)]);
      const create = (text: string) => ({ claims: [{ kind: 'create', name: 'train/1.1', message: `claim ${text}\n` }] as const });
      const answers = [await outcomes(one, create('a')), await outcomes(two, create('b'))];
      const ref = 'refs/coord/claims/train/1.1';
      expect(answers).toEqual([{ [ref]: 'accepted' }, { [ref]: 'refused' }]);
      expect((await seen(two)).claims.get('train/1.1')?.message).toBe('claim a\n');
      expect(await outcomes(one, create('a'))).toEqual({ [ref]: 'accepted' });
    });

    it('O2, R1: lane and claim of one push are judged alone', async () => {
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      await Promise.all([seen(one), seen(two)]);
      const create = (text: string) => [{ kind: 'create', name: 'train/1.1', message: `claim ${text}\n` }] as const;
      await say(two, { claims: create('b') });
      const answer = await outcomes(one, { lane: lane(1, { 'COMPUTER_1.md': 'a' }), claims: create('a') });
      expect(answer).toEqual({ [LANE(1)]: 'accepted', 'refs/coord/claims/train/1.1': 'refused' });
    });

    it('O2a: a claim is deleted with a lease on its value, and can be created anew', async () => {
      await seen(one);
      const ref = 'refs/coord/claims/train/1.1';
      const create = (text: string) => [{ kind: 'create', name: 'train/1.1', message: `claim ${text}\n` }] as const;
      await say(one, { claims: create('a') });
      const commit = (await seen(one)).claims.get('train/1.1')?.commit ?? '';
      await say(two, { claims: create('b') });
      expect(await outcomes(one, { claims: [{ kind: 'delete', name: 'train/1.1', commit }] })).toEqual({ [ref]: 'accepted' });
      expect((await one.lastSeen())?.claims.size).toBe(0);
      expect((await seen(one)).claims.size).toBe(0);
      await seen(two);
      expect(await outcomes(two, { claims: create('b') })).toEqual({ [ref]: 'accepted' });
      expect(await outcomes(one, { claims: [{ kind: 'delete', name: 'train/1.1', commit }] })).toEqual({ [ref]: 'refused' });
      expect(world.refs().has(ref)).toBe(true);
    });
  });
}
