import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import type { MachineView } from '../../src/core/model/ledger/snapshot.ts';
import type { Fault } from '../../src/core/model/status/fault.ts';
import { deriveStatus, type StatusSources } from '../../src/core/status/derive-status.ts';
import { active, ended, NO_MAIL, order, T0, view } from './samples.ts';

function sources(views: readonly MachineView[], change: Partial<StatusSources> = {}): StatusSources {
  return {
    orders: { orders: [], refused: [] },
    ordersReadable: true,
    fleet: DEFAULT_FLEET,
    machines: new Map(views.map((it) => [it.document.machine, it])),
    mail: NO_MAIL,
    faults: [],
    more: {},
    sources: 'f00d',
    ...change,
  };
}

const fault = (change: Partial<Fault> = {}): Fault => {
  return { document: 'ORDERS.json', line: 3, column: 5, level: 'fault', expected: 'a comma', found: '"id"', ...change };
};

describe('STATUS.json is a pure function of the documents', () => {
  test('D6 it is the same in whatever order the machines came', () => {
    const views = [1, 2, 3, 10].map((machine) =>
      view(machine, { results: { ended: [ended('a', { tail: `${machine}` })] }, document: { name: 'pc', lost: { 3: 9 } } }),
    );
    const orders = { orders: [order('a'), order('b', { assign: { kind: 'all' } })], refused: [] };
    const one = deriveStatus(sources(views, { orders }));
    const other = deriveStatus(sources([...views].reverse(), { orders }));
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    expect(Object.keys(one.machines)).toEqual(['1', '2', '3', '10']);
  });

  test('`updated` is the newest time in the sources', () => {
    expect(deriveStatus(sources([])).updated).toBe('1970-01-01T00:00:00.000Z');
    const later = '2026-11-21T00:00:00.000Z';
    expect(deriveStatus(sources([view(1, { document: { updated: later } }), view(2)])).updated).toBe(later);
    expect(deriveStatus(sources([view(1, { document: { seen: { 2: later } } }), view(2)])).updated).toBe(later);
  });

  test('F3 lastSeen is the newest time that anybody knows', () => {
    const seen = '2026-11-21T00:00:00.000Z';
    const status = deriveStatus(
      sources([view(1, { document: { seen: { 2: seen, 3: '2026-01-01T00:00:00.000Z' } } }), view(2), view(3)]),
    );
    expect(status.machines['2']?.lastSeen).toBe(seen);
    expect(status.machines['3']?.lastSeen).toBe(T0);
  });

  test('ids such as constructor are orders, not what every object has', () => {
    const names = ['constructor', 'tostring', 'valueof', 'hasownproperty'];
    const empty = deriveStatus(sources([view(1)], { orders: { orders: [], refused: [{ id: 'constructor', reason: 'bad' }] } }));
    expect(Object.keys(empty.orders)).toEqual(['constructor']);
    const orders = { orders: names.map((id) => order(id)), refused: [] };
    const status = deriveStatus(sources([view(1, { results: { ended: [ended('constructor')] } })], { orders }));
    expect(Object.entries(status.orders).map(([id, { state }]) => `${id} ${state}`)).toEqual([
      'constructor COMPLETED',
      'tostring QUEUED',
      'valueof QUEUED',
      'hasownproperty QUEUED',
    ]);
    expect(status.summary).toMatchObject({ queued: 3, completed: 1 });
  });

  test('D4 of an id given twice, a readable entry is not hidden by a refused one', () => {
    const orders = {
      orders: [order('a')],
      refused: [
        { id: 'a', reason: 'bad' },
        { id: null, reason: 'bad' },
      ],
    };
    expect(deriveStatus(sources([view(1)], { orders })).orders).toMatchObject({ a: { state: 'QUEUED' } });
  });
});

describe('F2: OFFLINE', () => {
  const lostBy = (beat: number) => view(2, { document: { lost: { 1: beat } } });
  test.each<[what: string, views: readonly MachineView[], state: string]>([
    ['nobody says so', [view(1)], 'IDLE'],
    ['another says so', [view(1, { document: { beat: 4 } }), lostBy(4)], 'OFFLINE'],
    ['its word is newer', [view(1, { document: { beat: 5 } }), lostBy(4)], 'IDLE'],
    ['it has left', [view(1, { document: { beat: 4, state: 'LEFT' } }), lostBy(4)], 'LEFT'],
    ['it says so itself', [view(1, { document: { beat: 1, lost: { 1: 9 } } })], 'IDLE'],
  ])('F2 %s', (_, views, state) => {
    expect(deriveStatus(sources(views)).machines['1']?.state).toBe(state);
  });

  test('the summary counts who is there', () => {
    const views = [view(1), view(2, { document: { state: 'LEFT' } }), view(3, { document: { lost: { 1: 1 } } })];
    expect(deriveStatus(sources(views)).summary).toMatchObject({ machines: 2, online: 1 });
  });
});

describe('needs you', () => {
  const needs = (views: readonly MachineView[], change: Partial<StatusSources>) =>
    deriveStatus(sources(views, change)).needsYou.map((it) => `${it.order ?? it.document} ${it.machine ?? '-'}: ${it.why}`);
  const orders = (...of: ReturnType<typeof order>[]) => ({ orders: { orders: of, refused: [] } });
  const lost = view(2, { document: { lost: { 1: 1 } } });

  test.each<[what: string, views: readonly MachineView[], change: Partial<StatusSources>, expected: readonly string[]]>([
    ['nothing', [view(1)], orders(order('a')), []],
    [
      'a failure',
      [view(1, { results: { ended: [ended('a', { state: 'FAILED', exitCode: 3 })] } })],
      orders(order('a')),
      ['a -: failed with exit code 3; to see why: coord logs a; to run it again: coord retry a'],
    ],
    [
      'a failure with a reason',
      [view(1, { results: { ended: [ended('a', { state: 'FAILED', exitCode: null, reason: 'timed out' })] } })],
      orders(order('a')),
      ['a -: failed: timed out; to run it again: coord retry a'],
    ],
    [
      'a failure of a cancelled order: no',
      [view(1, { results: { ended: [ended('a', { state: 'FAILED' })] } })],
      orders(order('a', { cancelled: true })),
      [],
    ],
    [
      'a blocked order',
      [view(1)],
      orders(order('a', { approval: true }), order('b', { unknown: [{ field: 'aproval', meant: null }] })),
      // The document's own line says it of an unknown field.
      ['a -: waits for approval; coord approve a'],
    ],
    [
      'an order on a machine that went away',
      [view(1), lost],
      orders(order('a')),
      ['a 1: 1 m1 is offline; start it, or if it is gone: coord machines remove 1'],
    ],
    [
      'work of a machine that is away and can be woken',
      [view(1, { document: { wake: { addresses: ['02:00:00:00:00:01'], networks: [] } } }), lost],
      orders(order('a')),
      ['a 1: 1 m1 is offline; wake it: coord wake 1, or if it is gone: coord machines remove 1'],
    ],
    [
      'a run on a machine that went away',
      [view(1, { results: { running: [active('a')] } }), lost],
      orders(order('a')),
      ['a 1: 1 m1 is offline; start it, or if it is gone: coord machines remove 1'],
    ],
    [
      'a finished order on a machine that went away: no',
      [view(1, { results: { ended: [ended('a')] } }), lost],
      orders(order('a')),
      [],
    ],
    [
      'an order for all, of which one went away',
      [view(1), lost],
      orders(order('a', { assign: { kind: 'all' } })),
      ['a 1: 1 m1 is offline; start it, or if it is gone: coord machines remove 1'],
    ],
    ['a document', [view(1)], { faults: [fault()] }, ['ORDERS.json -: expected a comma, found "id" (line 3)']],
    [
      'the whole ORDERS.json',
      [view(1)],
      { faults: [fault({ line: null })], ordersReadable: false },
      ['ORDERS.json -: nothing new starts until it is fixed: expected a comma, found "id"'],
    ],
    [
      'one entry of it: which order, and whose',
      [view(1)],
      { faults: [fault({ order: { id: 'a', assign: 1 } }), fault({ order: { id: 'b', assign: null } })] },
      [
        'ORDERS.json -: order a (for 1 m1): expected a comma, found "id" (line 3)',
        'ORDERS.json -: order b: expected a comma, found "id" (line 3)',
      ],
    ],
    ['a warning: no', [view(1)], { faults: [fault({ level: 'warning' })] }, []],
    [
      'a refused entry: once, as the document’s',
      [view(1)],
      { faults: [fault()], orders: { orders: [], refused: [{ id: 'a', reason: 'bad' }] } },
      ['ORDERS.json -: expected a comma, found "id" (line 3)'],
    ],
  ])('%s', (_, views, change, expected) => {
    expect(needs(views, change)).toEqual(expected);
  });

  test('faults are listed with their place', () => {
    const { faults } = deriveStatus(sources([], { faults: [fault(), fault({ line: null, column: null, level: 'warning' })] }));
    expect(faults).toEqual([
      { document: 'ORDERS.json', line: 3, column: 5, message: 'expected a comma, found "id"', level: 'fault' },
      { document: 'ORDERS.json', message: 'expected a comma, found "id"', level: 'warning' },
    ]);
  });
});
