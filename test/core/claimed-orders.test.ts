// O2, O3: what keeps this machine from claiming a shared order: one thing at a time, beside the order that it claims.
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import type { Circumstances } from '../../src/core/decide/decision-context.ts';
import { RANK_WAIT_MS } from '../../src/core/decide/ranking.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { Policy } from '../../src/core/model/machines/self.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { active, at, ended, journal, order, self, snapshot, view } from './samples.ts';

interface Case {
  readonly order?: Partial<Order>;
  readonly seen?: Partial<Snapshot>;
  readonly state?: Partial<JournalState>;
  readonly policy?: Partial<Policy>;
  readonly when?: Partial<Circumstances>;
}

/** Machine 1 alone, with nothing against it, claims `a`. */
function decided({ order: change, seen, state, policy, when }: Case) {
  const orders = [order('a', { assign: { kind: 'any' }, ...change })];
  const circumstances = { now: at(0), fetchedAt: at(0), unplaced: new Map(), ...when };
  return decide({ ...snapshot({ orders }), ...seen }, journal(state), self(policy), circumstances);
}

const acts = (it: Case) => decided(it).actions.map((act) => (act.kind === 'claim' ? `claim ${act.attempt}` : act.kind));
const machines = (...views: ReturnType<typeof view>[]) => new Map(views.map((it) => [it.document.machine, it]));
const other = (results: Parameters<typeof view>[1]) => ({ seen: { machines: machines(view(1), view(2, results)) } });
const told = (generation: number) => new Map([[9, { ...emptyResults(9), ended: [ended('a', { generation })] }]]);
const failed = (change: object = {}) => ended('a', { state: 'FAILED', exitCode: 1, ...change });
const running = (generation = 1) => ({ ...active('a'), generation });
const refusal = (times: number, ms: number) => ({ claimsRefused: { 'a/1.1': { times, at: at(ms), detail: 'no' } } });

test('O2 with nothing against it, it is claimed', () => expect(acts({})).toEqual(['claim 1']));

describe('O2 it is not claimed', () => {
  test.each<[what: string, it: Case]>([
    ['where it is cancelled', { order: { cancelled: true } }],
    ['D4 where it has a field that is not known here', { order: { unknown: [{ field: 'aproval', meant: 'approval' }] } }],
    ['O4b where a person said how it ended', { order: { resolved: { generation: 1, as: 'FAILED', note: null } } }],
    ['D4 where ORDERS.json cannot be read', { seen: { ordersReadable: false } }],
    ['O4a where it waits for an approval', { order: { approval: true } }],
    ['O10 where this computer has no place for it', { when: { unplaced: new Map([['a', place()]]) } }],
    ['O1 where it is for others', { order: { assign: { kind: 'list', of: [2] } } }],
    ['where all slots are taken', { policy: { slots: 0 } }],
    [
      'O8 while an older generation runs on a machine that lives',
      { order: { generation: 2 }, ...other({ results: { running: [running()] } }) },
    ],
    ['O2b an hour after the host refused it twice', { state: refusal(2, -3_599_999) }],
    ['R8 where this machine counts no more', { seen: { uncounted: [1] } }],
    ['R8.5 where a machine ran it that counts no more', { seen: { uncountedRuns: told(1) } }],
    ['R8.5 or ran it in a higher generation', { seen: { uncountedRuns: told(2) } }],
    ['R8.5 or runs it', { seen: { uncountedRuns: new Map([[9, { ...emptyResults(9), running: [running()] }]]) } }],
    ['T6.3 where nobody signed it as it is', { order: { unbelieved: 'nobody signed a' } }],
  ])('%s', (_, { state, ...it }) => {
    // Whoever comes before it has had time enough.
    const dueSince = { 'a/1.1': at(-3_600_000), 'a/2.1': at(-3_600_000) };
    expect(acts({ ...it, state: { dueSince, ...state } })).toEqual([]);
  });
});

describe('O2 it is claimed all the same', () => {
  test.each<[what: string, it: Case, claim: string]>([
    [
      'O4a once it has been tried, whatever holds it since',
      { order: { approval: true, attempts: 2 }, ...other({ results: { ended: [failed()] } }) },
      'claim 2',
    ],
    [
      'O8 where the older generation runs on a machine that has left',
      { order: { generation: 2 }, ...other({ document: { state: 'LEFT' }, results: { running: [running()] } }) },
      'claim 1',
    ],
    ['O2b after the host refused it once', { state: refusal(1, 0) }, 'claim 1'],
    ['O2b again each hour', { state: refusal(2, -3_600_000) }, 'claim 1'],
    [
      'R8.5 where such a machine ran a lower generation',
      { order: { generation: 2 }, seen: { uncountedRuns: told(1) } },
      'claim 1',
    ],
  ])('%s', (_, { state, ...it }, claim) => {
    const dueSince = { 'a/1.2': at(-3_600_000) };
    expect(acts({ ...it, state: { dueSince, ...state } })).toEqual([claim]);
  });

  test('R8.5 one for all is each machine’s own, whoever else ran it', () => {
    const { actions } = decided({ order: { assign: { kind: 'all' } }, seen: { uncountedRuns: told(1) } });
    expect(actions).toMatchObject([{ kind: 'start' }]);
  });
});

describe('O3 it waits for its turn', () => {
  test('after a failure for the pause between attempts, and not beside one that is taken over', () => {
    const past = other({ document: { state: 'LEFT' }, results: { ended: [failed()] } });
    expect(acts({ order: { attempts: 2 }, ...past })).toEqual([]);
    expect(decided({ order: { attempts: 2 }, ...past }).dueSince).toEqual({ 'a/1.2': at(0) });
    const lost = other({ document: { state: 'LEFT' }, results: { running: [{ ...running(), attempts: 2 }] } });
    expect(acts({ order: { attempts: 2 }, ...lost })).toEqual(['claim 2']);
  });

  test('for a machine before it that has not left and is not lost; offline, turns go on', () => {
    const first = (document: object) => ({ document: { slots: 9, ...document } });
    const list = { assign: { kind: 'list', of: [2, 1] } } as const;
    expect(acts({ order: list, ...other(first({})) })).toEqual([]);
    expect(acts({ order: list, ...other(first({ state: 'LEFT' })) })).toEqual(['claim 1']);
    const since = (ms: number) => ({ dueSince: { 'a/1.1': at(ms) } });
    const still = { observed: { 2: { commit: 'lane-2', beat: 1, at: at(-600_000) } } };
    expect(acts({ order: list, ...other(first({})), state: still })).toEqual(['claim 1']);
    expect(acts({ order: list, ...other(first({})), state: since(-100 * RANK_WAIT_MS) })).toEqual(['claim 1']);
    expect(decided({ order: list, state: since(-5), when: { fetchedAt: null } }).dueSince).toEqual({ 'a/1.1': at(-5) });
    expect(decided({ order: { cancelled: true }, state: since(-5) }).dueSince).toEqual({});
  });
});

describe('T5, T7 where signatures are demanded it waits for what nobody vouches for', () => {
  const event = { id: 'a', kind: 'failed', machine: 2, at: '', text: '' } as const;
  const run = { order: 'b', generation: 1, attempt: 1 };
  const ran = (id: string) => ({ results: { ended: [ended(id, { state: 'FAILED', exitCode: 1 })] } });
  const doubted = new Map([[2, 'its lane is gone']]);
  const told = (generation: number) => new Map([[2, { why: 'its lane is gone', runs: { a: generation } }]]);
  const chain = {
    id: 'c',
    steps: [
      { id: 'c.one', name: 'one' },
      { id: 'a', name: 'two' },
    ],
  };
  const claims = (change: Partial<Order>, more: object, ...others: readonly Parameters<typeof view>[1][]) => {
    const none = { doubted: new Map(), repeatable: new Set(), uncovered: new Set(), orders: { orders: [], refused: [] } };
    const machinesSeen = machines(view(1), ...others.map((it, at) => view(at + 2, it)));
    const seen = { believed: { ...none, ...more } as never, machines: machinesSeen };
    const dueSince = Object.fromEntries(['1.1', '1.2', '2.1'].map((name) => [`a/${name}`, at(-3_600_000)]));
    return acts({ order: { attempts: 2, ...change }, seen, state: { dueSince } }).length > 0;
  };

  test.each<[what: string, claimed: boolean, it: Parameters<typeof claims>]>([
    ['nothing is doubted', true, [{ event }, {}, ran('a')]],
    ['a message of people sets it off', false, [{ event: { ...event, machine: 0 } }, {}, {}]],
    ['one that may be repeated', true, [{ event: { ...event, machine: 0 } }, { repeatable: new Set(['a']) }, {}]],
    ['its event is the end of what nobody signed', false, [{ event: { ...event, run } }, { uncovered: new Set(['b']) }, {}]],
    ['a machine whose word is not here told that it ran it', false, [{}, { toldBefore: told(1) }, {}]],
    ['or ran it in a higher generation', false, [{}, { toldBefore: told(2) }, {}]],
    ['or in a lower one', true, [{ generation: 2 }, { toldBefore: told(1) }, {}]],
    ['a doubted machine tells of nothing that it rests on', true, [{}, { doubted }, ran('b')]],
    ['of its event', false, [{ event }, { doubted }, {}]],
    ['of an earlier attempt', false, [{}, { doubted }, ran('a')]],
    ['of what it comes after', false, [{ after: ['b'] }, { doubted }, ran('b'), ran('a')]],
    [
      'of an earlier step',
      false,
      [
        { step: { chain: 'c', name: 'two' } as never },
        { doubted, orders: { orders: [], refused: [], chains: [chain] } },
        ran('c.one'),
      ],
    ],
    [
      'of a step of another chain',
      true,
      [
        { step: { chain: 'd', name: 'two' } as never },
        { doubted, orders: { orders: [], refused: [], chains: [chain] } },
        ran('c.one'),
      ],
    ],
  ])('%s', (_, claimed, it) => expect(claims(...it)).toBe(claimed));
});

function place() {
  return { state: 'BLOCKED', ...because.folderMissing('/x', 'm1') } as const;
}
