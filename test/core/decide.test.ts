import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import type { Circumstances } from '../../src/core/decide/decision-context.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Policy } from '../../src/core/model/machines/self.ts';
import { SETTINGS_MOVERS } from '../../src/core/model/orders/agent.ts';
import type { Assign, Order } from '../../src/core/model/orders/order.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { active, at, ended, journal, order, type SampleFleet, self, snapshot, view } from './samples.ts';

interface Case {
  readonly fleet?: SampleFleet;
  readonly state?: Partial<JournalState>;
  readonly policy?: Partial<Policy>;
  readonly machine?: number;
  readonly when?: Partial<Circumstances>;
}

function decided({ fleet, state, policy, machine = 1, when }: Case) {
  const circumstances = { now: at(0), fetchedAt: at(0), unplaced: new Map(), ...when };
  const journaled = journal({ machine, ...state });
  const seen = snapshot(fleet);
  const own = self({ slots: 9, ...policy }, machine);
  const { name } = seen.machines.get(machine)?.document ?? own;
  const { actions, waiting } = decide(seen, journaled, { ...own, name }, circumstances);
  return {
    starts: actions.flatMap((action) => (action.kind === 'start' ? [`${action.order.id} ${action.attempt}`] : [])),
    stops: actions.flatMap((action) => (action.kind === 'stop' ? [`${action.key} ${action.reason}`] : [])),
    waits: waiting.map((it) => `${it.order} ${it.state}: ${it.reason}`),
  };
}

const pcs = [
  view(1, { document: { name: 'PC' } }),
  view(2, { document: { name: 'pc' } }),
  view(3, { document: { name: 'Mac' } }),
];
const named = (name: string): Assign => ({ kind: 'name', name });

describe('O1: who starts an order', () => {
  test.each<[what: string, machine: number, change: Partial<Order>, starts: readonly string[]]>([
    ['by number, that machine', 2, { assign: { kind: 'machine', machine: 2 } }, ['a 1']],
    ['by number, no other machine', 1, { assign: { kind: 'machine', machine: 2 } }, []],
    ['by number that nobody has', 1, { assign: { kind: 'machine', machine: 9 } }, []],
    ['by name, ignoring case', 3, { assign: named('mAC') }, ['a 1']],
    ['by a name that two machines have, none', 1, { assign: named('pc') }, []],
    ['by a name that two machines have, nor the other', 2, { assign: named('pc') }, []],
    ['all', 1, { assign: { kind: 'all' } }, ['a 1']],
    ['all, the other one too', 3, { assign: { kind: 'all' } }, ['a 1']],
    [
      'a way that this version does not know',
      1,
      { assign: { kind: 'any' }, unknown: [{ field: 'aproval', meant: 'approval' }] },
      [],
    ],
    ['cancelled', 1, { cancelled: true }, []],
    ['with a field that this version does not obey', 1, { unknown: [{ field: 'aproval', meant: 'approval' }] }, []],
  ])('O1 %s', (_, machine, change, starts) => {
    expect(decided({ machine, fleet: { machines: pcs, orders: [order('a', change)] } }).starts).toEqual(starts);
  });

  test('O1 a machine that has left starts nothing that names it', () => {
    const machines = [view(1, { document: { state: 'LEFT' } })];
    expect(decided({ fleet: { machines, orders: [order('a')] } }).starts).toEqual([]);
  });

  test('O1 a name counts again once the other machine of that name has left', () => {
    const machines = [pcs[0] ?? view(1), view(2, { document: { name: 'pc', state: 'LEFT' } })];
    expect(decided({ fleet: { machines, orders: [order('a', { assign: named('pc') })] } }).starts).toEqual(['a 1']);
  });

  test.each<[what: string, change: Partial<Order>, starts: readonly string[]]>([
    ['stood there before it joined: not run', {}, []],
    ['says joiners: run', { joiners: true }, ['a 1']],
    ['was raised since: run', { generation: 2 }, ['a 1']],
  ])('O1 an `all` order that %s', (_, change, starts) => {
    const orders = [order('a', { assign: { kind: 'all' }, ...change })];
    expect(decided({ fleet: { orders }, state: { before: ['a@1'] } }).starts).toEqual(starts);
  });

  test('O1 what was passed over at the join comes from the journal, before the lane has said so', () => {
    const machines = [view(1, { results: { before: [] } })];
    const orders = [order('a', { assign: { kind: 'all' } })];
    expect(decided({ fleet: { machines, orders }, state: { before: ['a@1'] } }).starts).toEqual([]);
  });

  test('O1 an order for one machine is not held back by what stood there before the join', () => {
    expect(decided({ fleet: { orders: [order('a')] }, state: { before: ['a@1'] } }).starts).toEqual(['a 1']);
  });
});

describe('O1: attempts', () => {
  const failed = (attempt: number) => ended('a', { attempt, state: 'FAILED', exitCode: 1 });
  test.each<[what: string, attempts: number, state: Partial<JournalState>, starts: readonly string[]]>([
    ['FAILED is tried again', 3, { ended: [failed(1)] }, ['a 2']],
    ['FAILED is tried again, also when it is an older one', 3, { older: [failed(2)] }, ['a 3']],
    ['up to n', 2, { ended: [failed(1), failed(2)] }, []],
    ['and no more when n is lowered', 1, { ended: [failed(1), failed(2)] }, []],
    ['COMPLETED is not tried again', 3, { ended: [ended('a')] }, []],
    ['CANCELLED is not tried again', 3, { ended: [ended('a', { state: 'CANCELLED' })] }, []],
    ['COMPLETED after a failure is not tried again', 3, { ended: [failed(1), ended('a', { attempt: 2 })] }, []],
    ['interrupted with attempts 1 never runs again', 1, { ended: [ended('a', { state: 'FAILED', reason: 'interrupted' })] }, []],
    ['one that runs is not started again', 3, { active: [active('a')] }, []],
  ])('O1 %s', (_, attempts, state, starts) => {
    const dueSince = { 'a/1.2': at(0), 'a/1.3': at(0) };
    const when = { now: at(60_000) };
    expect(decided({ fleet: { orders: [order('a', { attempts })] }, state: { dueSince, ...state }, when }).starts).toEqual(
      starts,
    );
  });

  test.each([
    [2, 5_000],
    [3, 10_000],
    [4, 20_000],
    [20, 600_000],
  ])('O1 attempt %i waits some %i ms, a quarter more or less', (attempt, aboutMs) => {
    const state = { ended: [failed(attempt - 1)], dueSince: { [`a/1.${attempt}`]: at(0) } };
    const decidedAt = (ms: number) =>
      decided({ fleet: { orders: [order('a', { attempts: 99 })] }, state, when: { now: at(ms) } });
    expect(decidedAt(aboutMs * 0.7)).toMatchObject({
      starts: [],
      waits: [`a ASSIGNED: waits a while before attempt ${attempt}`],
    });
    expect(decidedAt(aboutMs * 1.3).starts).toEqual([`a ${attempt}`]);
  });
});

describe('O8: one piece of work', () => {
  test.each<[what: string, change: Partial<Order>, state: Partial<JournalState>, starts: readonly string[]]>([
    ['is done once', {}, { ended: [ended('a')] }, []],
    ['is done once, also when its full record is gone', {}, { older: [ended('a')] }, []],
    ['is done again with a raised generation', { generation: 2 }, { ended: [ended('a')] }, ['a 1']],
    ['counts its attempts anew', { generation: 2 }, { ended: [ended('a', { state: 'FAILED', attempt: 1 })] }, ['a 1']],
    ['is not done for a lowered generation', { generation: 2 }, { ended: [ended('a', { generation: 3, state: 'FAILED' })] }, []],
    ['waits for the older run', { generation: 2 }, { active: [active('a')] }, []],
    ['re-added after it was removed and stopped', {}, { ended: [ended('a', { state: 'CANCELLED' })] }, []],
  ])('O8 %s', (_, change, state, starts) => {
    expect(decided({ fleet: { orders: [order('a', { attempts: 5, ...change })] }, state }).starts).toEqual(starts);
  });

  test.each<[what: string, fleet: SampleFleet, stops: readonly string[]]>([
    ['removed', { orders: [] }, ['a-1.1-k removed']],
    ['cancelled', { orders: [order('a', { cancelled: true })] }, ['a-1.1-k cancelled']],
    ['raised', { orders: [order('a', { generation: 2 })] }, ['a-1.1-k superseded']],
    ['lowered: nothing', { orders: [order('a', { generation: 1 })] }, []],
    ['given to another machine: nothing', { orders: [order('a', { assign: { kind: 'machine', machine: 2 } })] }, []],
    [
      'changed to something not yet supported: nothing',
      { orders: [order('a', { unknown: [{ field: 'aproval', meant: 'approval' }] })] },
      [],
    ],
    ['unreadable ORDERS.json: no removal', { orders: [], ordersReadable: false }, []],
    ['refused entry: no removal', { refused: [{ id: 'a', reason: 'bad' }] }, []],
    ['refused entry without an id: it may be this one', { refused: [{ id: null, reason: 'bad' }] }, []],
    [
      'raised, beside a bad entry that a chain of its name could be',
      { orders: [order('a.b', { generation: 2 })], refused: [{ id: 'a', reason: 'bad' }] },
      ['a.b-1.1-k superseded'],
    ],
    ['refused entry of another order', { refused: [{ id: 'b', reason: 'bad' }] }, ['a-1.1-k removed']],
  ])('O8 D4 a run whose order is %s', (_, fleet, stops) => {
    const id = fleet.orders?.[0]?.id ?? 'a';
    expect(decided({ fleet, state: { active: [active(id)] } }).stops).toEqual(stops);
  });

  test('O8 a run that was lowered below its own generation goes on', () => {
    const state = { active: [active('a', { generation: 2 })] };
    expect(decided({ fleet: { orders: [order('a')] }, state })).toEqual({ starts: [], stops: [], waits: [] });
  });

  test.each<[what: string, assign: Assign, stops: readonly string[]]>([
    ['any stops the run here', { kind: 'any' }, ['a-1.1-k takenOver']],
    ['all stops nothing here: each machine has attempts of its own', { kind: 'all' }, []],
  ])('O5 a later attempt without a claim, of an order that is for %s', (_, assign, stops) => {
    const claim = { attempts: 2, leaseMs: 60_000 };
    const later = view(2, { results: { ended: [ended('a', { attempt: 2, state: 'FAILED', exitCode: 1 })] } });
    const fleet = { machines: [view(1), later], orders: [order('a', { assign, attempts: 2 })] };
    expect(decided({ fleet, state: { active: [active('a', { claim })] } }).stops).toEqual(stops);
  });

  test('O8 a stop that was asked for is not asked for again', () => {
    expect(decided({ state: { active: [active('a', { stop: 'removed' })] } }).stops).toEqual([]);
  });
});

describe('O8, S3: other machines', () => {
  const elsewhere = (results: Parameters<typeof view>[1]) => [view(1), view(2, results)];
  test.each<[what: string, change: Partial<Order>, other: Parameters<typeof view>[1], starts: readonly string[]]>([
    ['S3 runs there', {}, { results: { running: [active('a')] } }, []],
    ['S3 ended there', {}, { results: { ended: [ended('a')] } }, []],
    ['S3 ended there long ago', {}, { results: { older: [ended('a')] } }, []],
    [
      'S3 failed there with attempts left: they are that machine’s',
      { attempts: 3 },
      { results: { ended: [ended('a', { state: 'FAILED' })] } },
      [],
    ],
    ['O8 ran there in a higher generation', {}, { results: { ended: [ended('a', { generation: 2 })] } }, []],
    ['O8 ended there in a lower generation: it moves', { generation: 2 }, { results: { ended: [ended('a')] } }, ['a 1']],
    ['O8 runs there in a lower generation: it waits', { generation: 2 }, { results: { running: [active('a')] } }, []],
    ['only waits there', {}, { results: { waiting: [{ order: 'a', generation: 1, state: 'ASSIGNED', reason: '' }] } }, ['a 1']],
  ])('an order that was moved here and %s', (_, change, other, starts) => {
    expect(decided({ fleet: { orders: [order('a', change)], machines: elsewhere(other) } }).starts).toEqual(starts);
  });

  const running = view(2, { results: { running: [active('a')] }, document: { name: 'pc' } });
  const observed = { 2: { commit: 'lane-2', beat: 1, at: at(-180_000) } };
  test.each<[what: string, given: Case, starts: readonly string[], waits: readonly string[]]>([
    ['that is there', {}, [], ['a ASSIGNED: waits until generation 1 has ended on 2 pc']],
    ['that is lost', { state: { observed } }, ['a 1'], []],
    [
      'that is lost, as far as one can say offline',
      { state: { observed }, when: { fetchedAt: null } },
      [],
      ['a ASSIGNED: waits until generation 1 has ended on 2 pc'],
    ],
  ])('O8 a raised generation waits for an older run on a machine %s', (_, given, starts, waits) => {
    const fleet = { orders: [order('a', { generation: 2 })], machines: [view(1), running] };
    expect(decided({ ...given, fleet })).toEqual({ starts, stops: [], waits });
  });

  test('O8 a raised generation does not wait for a machine that has left', () => {
    const left = view(2, { results: { running: [active('a')] }, document: { state: 'LEFT' } });
    expect(decided({ fleet: { orders: [order('a', { generation: 2 })], machines: [view(1), left] } }).starts).toEqual(['a 1']);
  });

  test('O1 an `all` order is each machine’s own: what others made of it does not matter', () => {
    const orders = [order('a', { assign: { kind: 'all' }, generation: 2 })];
    const machines = elsewhere({ results: { running: [active('a')], ended: [ended('a', { generation: 2 })] } });
    expect(decided({ fleet: { orders, machines } }).starts).toEqual(['a 1']);
  });
});

describe('O10: local policy', () => {
  const call = {
    kind: 'call',
    to: { kind: 'instance', name: 'b' },
    method: 'GET',
    path: '/',
    headers: {},
    body: null,
    expect: null,
  } as const;
  const agent = { kind: 'agent', agent: 'claude', prompt: 'x' } as const;
  test.each<[what: string, change: Partial<Order>, policy: Partial<Policy>, waits: readonly string[]]>([
    ['shell, when nothing is allowed', {}, { allow: [] }, ['a BLOCKED: not allowed; on m1: coord allow shell']],
    ['agent, when shell is allowed', { work: agent }, {}, ['a BLOCKED: not allowed; on m1: coord allow agent']],
    [
      'agent, when it is allowed and not there',
      { work: agent },
      { allow: ['agent'] },
      ['a BLOCKED: no claude; on m1: install it, then coord agent detect'],
    ],
    ['call', { work: call }, {}, ['a BLOCKED: not allowed; on m1: coord allow call']],
    ['an ordinary variable', { env: { SEED: '1', MY_PATH: 'x', PATHS: 'y' } }, {}, []],
    [
      'any variable of a call, whose program is the owner’s',
      { work: call, check: { kind: 'line', line: 'true' }, env: { SEED: '1' } },
      { allow: ['shell', 'call'] },
      ['a BLOCKED: variable SEED not allowed; on m1: coord allow env SEED'],
    ],
    [
      'what only looks like one that is risky',
      { env: { NODE_ENV: 'x', PYTHONUNBUFFERED: '1', CARGO_TERM_COLOR: 'x', CC: 'clang' } },
      {},
      [],
    ],
    ['a risky variable that is allowed', { env: { PATH: '/x' } }, { env: ['PATH'] }, []],
  ])('O10 %s', (_, change, policy, waits) => {
    const found = decided({ fleet: { orders: [order('a', change)] }, policy });
    expect(found.waits).toEqual(waits);
    expect(found.starts).toEqual(waits.length === 0 ? ['a 1'] : []);
  });

  test.each([
    'PATH',
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'NODE_OPTIONS',
    'NODE_PATH',
    'BASH_ENV',
    'ENV',
    'IFS',
    'SHELLOPTS',
    'BASHOPTS',
    'BUN_OPTIONS',
    'npm_config_script_shell',
    'NPM_CONFIG_USERCONFIG',
    'XDG_CONFIG_HOME',
    'SSH_ASKPASS',
    'RUSTC_WRAPPER',
    'CARGO_HOME',
    'GOFLAGS',
    'PYTHONPATH',
    'PYTHONHOME',
    'PYTHONSTARTUP',
    'PERL5OPT',
    'PERL5LIB',
    'RUBYOPT',
    'RUBYLIB',
    'JAVA_TOOL_OPTIONS',
    '_JAVA_OPTIONS',
    'GIT_SSH_COMMAND',
    'COORD_ORDER',
    'HOME',
    'SHELL',
    'ZDOTDIR',
    'PS4',
    ...SETTINGS_MOVERS,
  ])('O10 %s changes which code runs, and is refused', (name) => {
    const { starts, waits } = decided({ fleet: { orders: [order('a', { env: { [name]: 'x' } })] } });
    expect(starts).toEqual([]);
    expect(waits).toEqual([`a BLOCKED: variable ${name} not allowed; on m1: coord allow env ${name}`]);
  });

  test('O10 what is not allowed takes no slot', () => {
    const orders = [order('a', { work: agent, priority: 'urgent' }), order('b')];
    expect(decided({ fleet: { orders }, policy: { slots: 1 } }).starts).toEqual(['b 1']);
  });

  test('O10 what finds no place on this computer takes no slot', () => {
    const unplaced = new Map([['a', { state: 'BLOCKED', ...because.notPlaced('no such folder') } as const]]);
    const found = decided({ fleet: { orders: [order('a'), order('b')] }, policy: { slots: 1 }, when: { unplaced } });
    expect(found).toEqual({ starts: ['b 1'], stops: [], waits: ['a BLOCKED: no such folder'] });
  });
});

describe('slots and priority', () => {
  const orders = [
    order('low', { priority: 'low' }),
    order('normal-1'),
    order('urgent', { priority: 'urgent' }),
    order('normal-2'),
    order('high', { priority: 'high' }),
  ];
  test('the highest priority goes first, then as people wrote them', () => {
    expect(decided({ fleet: { orders } }).starts).toEqual(['urgent 1', 'high 1', 'normal-1 1', 'normal-2 1', 'low 1']);
  });

  test('what does not fit waits for a free slot', () => {
    const { starts, waits } = decided({ fleet: { orders }, policy: { slots: 3 }, state: { active: [active('x')] } });
    expect(starts).toEqual(['urgent 1', 'high 1']);
    expect(waits).toEqual(['normal-1', 'normal-2', 'low'].map((id) => `${id} ASSIGNED: waits for a free slot`));
  });

  test('no slots, no starts', () => {
    expect(decided({ fleet: { orders }, policy: { slots: 0 } }).starts).toEqual([]);
  });
});

describe('R3, D4: when nothing starts', () => {
  test('R3 nothing starts while somebody else writes as me, and stops still happen', () => {
    const fleet = { orders: [order('a'), order('b', { cancelled: true })] };
    const state = { duplicate: 'foreign', active: [active('b')] };
    expect(decided({ fleet, state })).toEqual({ starts: [], stops: ['b-1.1-k cancelled'], waits: [] });
  });

  test('D4 nothing new starts from an ORDERS.json that cannot be read', () => {
    const found = decided({ fleet: { orders: [order('a')], ordersReadable: false } });
    expect(found).toEqual({ starts: [], stops: [], waits: ['a BLOCKED: ORDERS.json cannot be read; nothing new starts'] });
  });

  test('D4 what waits for a slot anyway has nothing new to say about it: no herd', () => {
    const given = { policy: { slots: 1 }, state: { active: [active('x')] } };
    const readable = decided({ ...given, fleet: { orders: [order('a'), order('x')] } });
    const unreadable = decided({ ...given, fleet: { orders: [order('a'), order('x')], ordersReadable: false } });
    expect(unreadable).toEqual(readable);
  });
});
