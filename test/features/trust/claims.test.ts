// T8: a claim that its machine has not signed is none, and of machines that are what they say at most one starts an attempt (S1).
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { OddRef } from '../../../src/core/model/ledger/trees.ts';
import { type ClaimView, claimName } from '../../../src/core/model/orders/claim.ts';
import { parseClaim, renderClaim, signedClaim } from '../../../src/documents/machine/claim-message.ts';
import { believedClaims, CLAIM_NAMESPACE, claimText } from '../../../src/features/trust/documents/claim-belief.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { publicLine } from '../../../src/features/trust/system/machine-key.ts';
import { signedBytes } from '../../../src/features/trust/system/sshsig.ts';
import { snapshot, view } from '../../core/samples.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { machineAt } from '../../machine/world.ts';
import { endWorlds, worldOf } from './memory-fleet.ts';
import { bothSigned } from './people.ts';

afterEach(endFleets);
afterEach(endWorlds);

const fleetId = '1b4e28ba-2fa1-4d2e-9b3a-0123456789ab';
const trust = { version: 1, fleet: fleetId, before: null, threshold: 1, people: {}, machines: {} };
const keys = [2, 3].map((machine) => ({ machine, ...generateKeyPairSync('ed25519') }));
const lineOf = (machine: number) => {
  const found = keys.find((it) => it.machine === machine);
  return { key: found === undefined ? '' : publicLine(found.privateKey) };
};
const named = { 2: lineOf(2), 3: lineOf(3) };

const bare: ClaimView = {
  ...{ order: 'a', generation: 1, attempt: 1, attempts: 1, leaseMs: 180_000, nonce: 'n', commit: 'c', machine: 2, instance: 'i' },
};

/** Signed by `by` as the claim of that machine. */
function signed(claim: ClaimView, by = claim.machine, fleet = fleetId): ClaimView {
  const key = keys.find(({ machine }) => machine === by)?.privateKey;
  if (key === undefined) throw new Error('no key');
  const bytes = signedBytes(CLAIM_NAMESPACE, Buffer.from(claimText(fleet, claim)));
  return { ...claim, signature: sign(null, bytes, key).toString('base64') };
}

/** What `view` says its document is at. */
const BEAT = view(2).document.beat;

interface Case {
  readonly claims: readonly ClaimView[];
  readonly doubted?: readonly number[];
  /** Machine 2 runs, or has run, the attempt. */
  readonly runs?: 'running' | 'ended' | 'older';
  readonly odd?: readonly OddRef[];
  readonly claimed?: readonly number[];
}

/** As machine 1 sees it. 2 and 3 are admitted, 4 is there and is not. */
function heeded({ claims, odd = [], claimed = [], doubted = [], runs }: Case): readonly string[] {
  const told = (machine: number) => (claimed.includes(machine) ? [{ order: 'a', generation: 1, attempt: 1, attempts: 1 }] : []);
  const run = { order: 'a', generation: 1, attempt: 1 };
  const begun = (machine: number) => (machine === 2 && runs !== undefined ? { [runs]: [run] } : {});
  const machines = [1, 2, 3, 4].map((machine) => view(machine, { results: { claimed: told(machine), ...begun(machine) } }));
  const seen = { ...snapshot({ machines, claims: new Map(claims.map((it) => [claimName(it), it])) }), odd };
  const found = believedClaims(trust, { snapshot: seen, keys: named, doubted: new Set(doubted), own: 1, checks: createChecks() });
  return [...found.values()].map((it) => `${claimName(it)} of ${it.machine}`);
}

describe('T8 a claim is heeded', () => {
  test.each<[what: string, it: Case, heeded: readonly string[]]>([
    ['if its machine signed it', { claims: [signed(bare)] }, ['a/1.1 of 2']],
    ['never without a signature, in the name of an admitted machine', { claims: [bare] }, []],
    ['never with the signature of another machine', { claims: [signed(bare, 3)] }, []],
    ['never under another attempt', { claims: [{ ...signed(bare), attempt: 2 }] }, []],
    ['never with other terms', { claims: [{ ...signed(bare), attempts: 9 }] }, []],
    ['never if its machine went on without it', { claims: [signed({ ...bare, beat: BEAT - 1 })] }, []],
    ['if its machine went on with it', { claims: [signed({ ...bare, beat: BEAT - 1 })], claimed: [2] }, ['a/1.1 of 2']],
    ['if its machine began it', { claims: [signed({ ...bare, beat: BEAT - 1 })], runs: 'running' }, ['a/1.1 of 2']],
    ['if its machine has run it', { claims: [signed({ ...bare, beat: BEAT - 1 })], runs: 'older' }, ['a/1.1 of 2']],
    ['with the lane that was pushed with it', { claims: [signed({ ...bare, beat: BEAT })] }, ['a/1.1 of 2']],
    ['if that lane has not come yet', { claims: [signed({ ...bare, beat: BEAT + 1 })] }, ['a/1.1 of 2']],
    ['if what went on without it is doubted', { claims: [signed({ ...bare, beat: BEAT - 1 })], doubted: [2] }, ['a/1.1 of 2']],
    ['never with another beat', { claims: [{ ...signed({ ...bare, beat: BEAT }), beat: BEAT + 1 }] }, []],
    ['never with another nonce', { claims: [{ ...signed(bare), nonce: 'm' }] }, []],
    ['never of another fleet', { claims: [signed(bare, 2, fleetId.replace('1', '2'))] }, []],
    ['never in the name of nobody', { claims: [{ ...bare, machine: 0 }] }, []],
    ['never in the name of a machine that is not there', { claims: [{ ...bare, machine: 77 }] }, []],
    ['of a machine that is not admitted: it may run that (S1)', { claims: [{ ...bare, machine: 4 }] }, ['a/1.1 of 4']],
    [
      'where it was not looked at, whosever it is (R7, S1)',
      { claims: [{ ...bare, machine: 0 }], odd: [{ ref: 'r', path: 'claims/a/1.1', why: 'beyond' }] },
      ['a/1.1 of 0'],
    ],
    ['as its lane tells of it, where somebody took it away', { claims: [], claimed: [3] }, ['a/1.1 of 3']],
    ['as its lane tells of it, where somebody put another in its place', { claims: [bare], claimed: [3] }, ['a/1.1 of 3']],
    ['by its ref where two tell of it: the other one was refused', { claims: [signed(bare)], claimed: [3] }, ['a/1.1 of 2']],
    ['as any lane tells of it: what is said there holds back (T5.2)', { claims: [], claimed: [4] }, ['a/1.1 of 4']],
  ])('%s', (_what, it, expected) => expect(heeded(it)).toEqual(expected));

  test('T8 and reads the same with a signature; versions that know none read all else of it', () => {
    const message = renderClaim(bare, { machine: 2, name: 'Coord-Machine: 3', instance: 'i' });
    const with_ = signedClaim(message, signed({ ...bare, beat: 7 }).signature ?? '', 7);
    expect(parseClaim('a/1.1', { commit: 'c', message })).toEqual(bare);
    expect(parseClaim('a/1.1', { commit: 'c', message: with_ })).toEqual(signed({ ...bare, beat: 7 }));
    expect(parseClaim('a/1.1', { commit: 'c', message: with_.replace('\nCoord-Beat: 7', '') })?.beat).toBeUndefined();
    expect(with_).toMatch(/\nCoord-Machine: 2\nCoord-Instance: i\nCoord-Nonce: n\nCoord-Attempts: 1\nCoord-Lease: 180000\n$/);
  });
});

test('T8 claims that somebody made up keep nobody from an order, and end nothing', async () => {
  const { fleet, mac, pc } = await bothSigned();
  const claim = (order: string, machine: number) => {
    const named = { ...bare, order, machine, nonce: 'forged' };
    const message = renderClaim(named, { machine, name: 'pc', instance: 'i' });
    const commit = fleet.person().git('commit-tree', '-m', message, '4b825dc642cb6eb9a060e54bf8d69288fbee4904').trim();
    fleet.person().git('push', '--quiet', 'origin', `${commit}:refs/coord/claims/${order}/1.1`);
  };
  fleet.person().git('mktree', '--missing');
  claim('theirs', 2);
  claim('own', 1);
  claim('nobodys', 77);
  await pc.ok('pause');
  for (const id of ['theirs', 'own', 'nobodys']) await mac.ok('order', 'add', id, '--for', 'any', `echo x >> ${id}`);
  for (let looks = 0; looks < 6; looks += 1) await mac.ok('sync', '--wait');
  expect(['theirs', 'own', 'nobodys'].map((id) => mac.read(id))).toEqual(['x\n', 'x\n', 'x\n']);
});

test('T8 a claim that its machine gave back holds nothing, whoever puts it there again', async () => {
  const fleet = await worldOf(2);
  const { hub } = fleet.world;
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  const ref = 'refs/coord/claims/s/1.1';
  fleet.place([{ id: 's', assign: 'any', run: 'true' }]);
  for (let turn = 0; turn < 10 && !hub.refs.has(ref); turn += 1) {
    fleet.world.pass(20_000);
    await two.cycle();
  }
  const claim = hub.refs.get(ref) ?? '';
  expect(claim).not.toBe('');
  // As long as it holds it, nobody else does, though its claim is taken away.
  await one.cycle();
  hub.setRef(ref, null);
  await one.cycle();
  expect(hub.refs.get(ref)).toBeUndefined();
  hub.setRef(ref, claim);
  two.settings.blocked.set('s', 'for this test');
  await two.cycle();
  expect(hub.refs.get(ref)).toBeUndefined();
  // It is off from now on.
  hub.setRef(ref, claim);
  for (let turn = 0; turn < 10; turn += 1) {
    fleet.world.pass(5_000);
    await one.cycle();
  }
  expect([one, two].map(({ runner }) => runner.starts.map(({ order }) => order))).toEqual([['s'], []]);
});

test('S1 of two machines that sign, the one whose claim stands starts it', async () => {
  const { fleet, mac, pc } = await bothSigned();
  await mac.ok('order', 'add', 'once', '--for', 'any', `echo x >> ${fleet.root}/once`);
  await Promise.all([mac.coord(['sync', '--wait']), pc.coord(['sync', '--wait'])]);
  await Promise.all([mac.coord(['sync', '--wait']), pc.coord(['sync', '--wait'])]);
  expect(fleet.status().orders.once).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(`${fleet.root}/once`, 'utf8')).toBe('x\n');
});
