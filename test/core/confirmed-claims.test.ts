// O2: what a fetch has to show of a claim before its run may start, and what becomes of it otherwise: one thing wrong at a time.
import { describe, expect, test } from 'vitest';
import { observeClaims } from '../../src/core/cycle/own-claims.ts';
import { decide } from '../../src/core/decide/decide.ts';
import type { Circumstances } from '../../src/core/decide/decision-context.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Policy } from '../../src/core/model/machines/self.ts';
import { type ClaimView, claimName, type OwnClaim } from '../../src/core/model/orders/claim.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { attemptsOf, mayStart } from '../../src/core/runs/shared-attempts.ts';
import { at, ended, journal, order, type SampleFleet, self, snapshot, T0, view } from './samples.ts';

const own: OwnClaim = { order: 'a', generation: 1, attempt: 1, attempts: 1, leaseMs: 180_000, nonce: 'nonce-1' };
const shown = (claim: OwnClaim, change: Partial<ClaimView> = {}): ClaimView => {
  return { ...claim, commit: `claim-${claim.order}`, machine: 1, instance: 'instance-1', ...change };
};
const claims = (...all: readonly ClaimView[]) => new Map(all.map((claim) => [claimName(claim), claim]));
const shared = order('a', { assign: { kind: 'any' } });
const running = (generation: number, attempt = 1) => ({ order: 'a', generation, attempt, startedAt: T0 });

const elsewhere = order('a', { assign: { kind: 'list', of: [2] } });
const routed = order('a', { assign: { kind: 'machine', machine: 2 }, route: 'routed' });
const two = [view(1), view(2)];
const earlier = view(1, { document: { instance: 'instance-0' } });
const unknown = [{ field: 'aproval', meant: 'approval' }];
const resolved = { generation: 1, as: 'COMPLETED', note: null } as const;
const noPlace = { state: 'BLOCKED', ...because.folderMissing('/x', 'm1') } as const;
const leaving: JournalState['leaving'] = { stop: false } as JournalState['leaving'];
const GIVEN_BACK = ['unclaim a/1.1'];

interface Case {
  readonly fleet?: SampleFleet;
  readonly state?: Partial<JournalState>;
  readonly policy?: Partial<Policy>;
  readonly when?: Partial<Circumstances>;
}

/** The claim of `a` stands with this machine's nonce, and nothing else is known. */
function decided({ fleet, state, policy, when: change }: Case = {}): readonly string[] {
  const seen = snapshot({ orders: [shared], claims: claims(shown(own)), ...fleet });
  const when = { now: at(0), fetchedAt: at(0), unplaced: new Map(), ...change };
  const { actions } = decide(seen, journal({ claims: [own], ...state }), self({ slots: 2, ...policy }), when);
  return actions.map((action) => `${action.kind} ${'order' in action ? action.order.id : 'name' in action ? action.name : ''}`);
}

describe('O2: a claim that a fetch shows', () => {
  test('O2 starts its run', () => expect(decided()).toEqual(['start a']));

  test.each<[what: string, it: Case, actions: readonly string[]]>([
    ['D4 waits while ORDERS.json cannot be read, and is kept', { fleet: { ordersReadable: false } }, []],
    ['O10 is given back where the owner forbids its kind of work since', { policy: { allow: [] } }, ['unclaim a/1.1']],
    [
      'O10 is given back where it sets a variable that the owner forbids since: nobody else knows of that',
      { fleet: { orders: [{ ...shared, env: { PATH: '/opt/bin' } }] } },
      ['unclaim a/1.1'],
    ],
    [
      'O8 is given back while an older generation runs on a machine that lives',
      {
        fleet: {
          orders: [{ ...shared, generation: 2 }],
          claims: claims(shown({ ...own, generation: 2 })),
          machines: [view(1), view(2, { results: { running: [running(1)] } })],
        },
        state: { claims: [{ ...own, generation: 2 }] },
      },
      ['unclaim a/2.1'],
    ],
    [
      'O8 is given back where a higher generation has run: a lowered one changes nothing',
      { fleet: { machines: [view(1), view(2, { results: { ended: [ended('a', { generation: 2, state: 'FAILED' })] } })] } },
      ['unclaim a/1.1'],
    ],
    ['O8 is given back where the generation was raised since', { fleet: { orders: [{ ...shared, generation: 2 }] } }, GIVEN_BACK],
    ['O8 is given back where it was lowered', { state: { claims: [{ ...own, generation: 2 }] } }, ['unclaim a/2.1']],
    ['O1 is given back where it is for others since', { fleet: { orders: [elsewhere], machines: two } }, GIVEN_BACK],
    ['D4 is given back where it got a field that is not known here', { fleet: { orders: [{ ...shared, unknown }] } }, GIVEN_BACK],
    ['O4b is given back where a person said how it ended', { fleet: { orders: [{ ...shared, resolved }] } }, GIVEN_BACK],
    ['is given back where this computer has no place for it', { when: { unplaced: new Map([['a', noPlace]]) } }, GIVEN_BACK],
    ['P1 is given back while this machine is paused', { state: { pause: { at: at(0), forMs: null, note: '' } } }, GIVEN_BACK],
    ['I4 is given back where this machine leaves', { state: { leaving } }, GIVEN_BACK],
    ['D4 is given back where it is not listed any more', { fleet: { orders: [] } }, GIVEN_BACK],
    [
      'D4 is kept while an entry that may be it cannot be read',
      { fleet: { orders: [], refused: [{ id: 'a', reason: '' }] } },
      [],
    ],
    ['O2 is given back where it is for one machine since', { fleet: { orders: [order('a')] } }, ['unclaim a/1.1', 'start a']],
    ['O1a is kept where its route leads elsewhere since', { fleet: { orders: [routed], machines: two } }, ['start a']],
    ['D4 is kept where ORDERS.json cannot be read and lists nothing', { fleet: { orders: [], ordersReadable: false } }, []],
    [
      'O4a is given back where it waits for an approval since',
      { fleet: { orders: [{ ...shared, approval: true }] } },
      GIVEN_BACK,
    ],
    ['R3 waits while another folder writes as this machine', { state: { duplicate: 'lane-of-the-other' } }, []],
    ['O2 waits while nothing was fetched', { when: { fetchedAt: null } }, []],
    ['I2 waits while the lane shows an earlier folder', { fleet: { machines: [earlier] } }, []],
    ['R5 waits where the claim is not this one', { fleet: { claims: claims(shown(own, { nonce: 'nonce-0' })) } }, []],
  ])('%s', (_, it, actions) => expect(decided(it)).toEqual(actions));

  test.each([
    ['has failed', {}, 'start a'],
    ['was never used', because.declined(), 'unclaim a/1.2'],
  ])('O4a its hold ended with the first attempt, unless that %s', (_, change, act) => {
    const again = { ...own, attempt: 2 };
    const failed = ended('a', { state: 'FAILED', exitCode: 1, ...change });
    const fleet = {
      orders: [{ ...shared, attempts: 2, approval: true }],
      machines: [view(1), view(2, { results: { ended: [failed] } })],
      claims: claims(shown(again)),
    };
    expect(decided({ fleet, state: { claims: [again] } })).toEqual([act]);
  });

  test.each<[what: string, state: Partial<JournalState>, actions: readonly string[]]>([
    ['before a push was accepted', { accepted: null }, []],
    ['by the lease of a push that the fetch shows', { accepted: { commit: 'lane-1', at: at(0) } }, ['start a']],
    ['by one that a mirror hides', { accepted: { commit: 'lane-9', at: at(0) } }, []],
    ['by one that is over', { accepted: { commit: 'lane-1', at: at(-120_000) } }, []],
  ])('O5 one that may be tried again starts or waits: %s', (_, state, actions) => {
    const leased = { ...own, attempts: 2 };
    const fleet = { orders: [{ ...shared, attempts: 2 }], claims: claims(shown(leased)) };
    expect(decided({ fleet, state: { claims: [leased], ...state } })).toEqual(actions);
  });

  test('O8 starts where the older generation ran on a machine that has left', () => {
    const left = view(2, { document: { state: 'LEFT' }, results: { running: [running(1)] } });
    const raised = { ...own, generation: 2 };
    const fleet = { orders: [{ ...shared, generation: 2 }], claims: claims(shown(raised)), machines: [view(1), left] };
    expect(decided({ fleet, state: { claims: [raised] } })).toEqual(['start a']);
  });

  test('O2 has its slot already: its start takes none from what is behind it', () => {
    expect(decided({ fleet: { orders: [shared, order('b')] } })).toEqual(['start a', 'start b']);
  });

  test('O2 given back, its slot is free with the next fetch only', () => {
    const orders = [{ ...shared, cancelled: true }, order('b')];
    expect(decided({ fleet: { orders } })).toEqual(['unclaim a/1.1', 'start b']);
    expect(decided({ fleet: { orders }, policy: { slots: 1 } })).toEqual(['unclaim a/1.1']);
  });
});

test('O8 no attempt of a lowered generation may start', () => {
  const attemptsWith = (results: Parameters<typeof view>[1]) =>
    attemptsOf(shared, new Map([[2, view(2, results)]]), [shown(own)]);
  const claim = { ...own, machine: 1 };
  expect(mayStart(claim, attemptsWith({}), () => true)).toBe(true);
  const lowered = attemptsWith({ results: { ended: [ended('a', { generation: 2, state: 'FAILED' })] } });
  expect(mayStart(claim, lowered, () => true)).toBe(false);
});

describe('I2: a claim of this machine that another state folder made', () => {
  const fleet = snapshot({ claims: claims(shown(own, { instance: 'instance-old' })) });

  test('I2 may have run there: it ends as interrupted', () => {
    expect(observeClaims(journal(), fleet, T0).ended).toMatchObject([{ order: 'a', state: 'FAILED', reason: 'interrupted' }]);
  });

  test('R3 is not ended by a duplicate: the other folder lives, and runs it', () => {
    const state = journal({ duplicate: 'lane-of-the-other' });
    expect(observeClaims(state, fleet, T0)).toBe(state);
  });
});

test('O2a a claim that the host keeps has one end, also once that is forgotten here', () => {
  const fleet = snapshot({ claims: claims(shown(own)) });
  const refusedTwice = { deletionsRefused: { 'a/1.1': 2 } };
  // Never used: it ends as declined, and is not told again.
  const declined = observeClaims(journal(refusedTwice), fleet, T0);
  expect(declined.ended).toMatchObject([{ order: 'a', code: 'declined' }]);
  const noted = observeClaims(declined, fleet, T0);
  expect(observeClaims(noted, fleet, T0)).toBe(noted);
  const forgotten = { ...noted, ended: [], older: [] };
  expect(observeClaims(forgotten, fleet, T0)).toBe(forgotten);
  // Nor is one that ended well told as anything else.
  const done = observeClaims(journal({ ...refusedTwice, ended: [ended('a')] }), fleet, T0);
  expect(observeClaims({ ...done, ended: [] }, fleet, T0).ended).toEqual([]);
  // Where the claim is gone, nothing is kept of it.
  expect(observeClaims(forgotten, snapshot(), T0).deletionsRefused).toEqual({});
});

test('O2a.3 an order that was forgotten and is listed again is told of the claim that stands', () => {
  const name = 'a@20261120T2200Z/1.1';
  const kept = shown({ ...own, order: 'a@20261120T2200Z' });
  const forgotten = journal({ deletionsRefused: { 'a/1.1': 3, [name]: 3 } });
  for (const claim of [shown(own), kept]) {
    const told = (state: JournalState, orders = [shared]) => {
      return observeClaims(state, snapshot({ orders, claims: claims(claim) }), T0).ended.map(
        ({ order: of, code }) => `${of} ${code}`,
      );
    };
    expect(told(forgotten)).toEqual([`${claim.order} declined`]);
    expect(told(forgotten, [])).toEqual([]);
  }
  const older = shown({ ...own, order: 'a@20261119T2200Z' });
  const both = snapshot({ orders: [shared], claims: claims(older, kept) });
  const twice = { ...forgotten, deletionsRefused: { ...forgotten.deletionsRefused, 'a@20261119T2200Z/1.1': 3 } };
  expect(observeClaims(twice, both, T0).ended.map((end) => end.order)).toEqual([kept.order]);
  // Of a schedule that goes on, older times are forgotten while it is listed.
  const later = ended('a@20261121T2200Z');
  const seen = snapshot({ orders: [shared], claims: claims(kept) });
  expect(observeClaims({ ...forgotten, ended: [later] }, seen, T0).ended).toEqual([later]);
});
