import { describe, expect, test } from 'vitest';
import type { CommitTree, Trees } from '../../src/core/model/ledger/trees.ts';
import { renderMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { renderResults } from '../../src/documents/machine/results.ts';
import { parseSnapshot } from '../../src/documents/snapshot/snapshot.ts';
import { view } from '../core/samples.ts';
import { textReader } from './text-reader.ts';

type Files = Readonly<Record<string, string | { readonly mode: string; readonly id: string }>>;

function tree(commit: string, files: Files, message = 'edit\n'): CommitTree {
  const entries = Object.entries(files).map(([path, file]) => {
    return [path, typeof file === 'string' ? { mode: '100644', id: file } : file] as const;
  });
  return { commit, parent: null, message, entries: new Map(entries) };
}

const beat = (number: number) => `x\n\nCoord-Machine: 1\nCoord-Seq: 1\nCoord-Beat: ${number}\n`;

/** Machine 2's documents; `tail` tells one word from another. */
function word(seq: number, tail = '', machine = 2): Readonly<Record<string, string>> {
  const { document, results } = view(machine, { document: { seq } });
  const told = { ...results, before: tail === '' ? [] : [`${tail}@1`] };
  return { [`COMPUTER_${machine}.md`]: renderMachineDocument(document, told), [`results/${machine}.json`]: renderResults(told) };
}

function snapshotOf(main: Files | null, lanes: Readonly<Record<number, Files>> = {}, earlier: readonly string[] = []) {
  const trees: Trees = {
    main: main === null ? null : tree('main', main, beat(3)),
    board: null,
    lanes: new Map(Object.entries(lanes).map(([number, files]) => [Number(number), tree(`lane-${number}`, files, beat(7))])),
    claims: new Map(),
  };
  return parseSnapshot(trees, null, textReader, new Map([['ORDERS.json', earlier]]), null);
}

const ORDERS = '{"orders": [{"id": "a", "assign": 1, "run": "x"}]}';
const orderIds = (snapshot: ReturnType<typeof snapshotOf>) => snapshot.orders.orders.map((order) => order.id);
const faultsOf = (snapshot: ReturnType<typeof snapshotOf>) => snapshot.faults.map((fault) => fault.document);

describe('D4: people’s documents', () => {
  test('D4 what parses is in force', () => {
    const snapshot = snapshotOf({ 'ORDERS.json': ORDERS, 'fleet.yaml': 'lease: 10m' });
    expect(orderIds(snapshot)).toEqual(['a']);
    expect(snapshot).toMatchObject({ ordersReadable: true, faults: [], fleet: { leaseMs: 600_000 } });
  });

  test.each<[what: string, files: Files]>([
    ['does not parse', { 'ORDERS.json': '{' }],
    ['is missing', {}],
    ['is a link', { 'ORDERS.json': { mode: '120000', id: ORDERS } }],
  ])('D4 where ORDERS.json %s, the newest version that parses is in force', (_, files) => {
    const snapshot = snapshotOf(files, {}, ['[', ORDERS, '{"orders": []}']);
    expect(orderIds(snapshot)).toEqual(['a']);
    expect(snapshot.ordersReadable).toBe(false);
    expect(faultsOf(snapshot)).toContain('ORDERS.json');
  });

  test('D4 where none parses, there are no orders, and that is no removal', () => {
    expect(snapshotOf({ 'ORDERS.json': '{' })).toMatchObject({ ordersReadable: false, orders: { orders: [], refused: [] } });
  });

  test('an empty repo is no fault', () => {
    expect(snapshotOf(null)).toMatchObject({ main: { commit: null }, faults: [], ordersReadable: false });
  });
});

describe('D2: a machine’s word', () => {
  const before = (snapshot: ReturnType<typeof snapshotOf>) => snapshot.machines.get(2)?.results.before;

  test.each<[what: string, main: Files, lane: Files | null, expected: readonly string[] | undefined]>([
    ['the lane, where main has nothing', {}, word(1, 'lane'), ['lane@1']],
    ['the lane, where main has the same seq', word(4, 'main'), word(4, 'lane'), ['lane@1']],
    ['the lane, where main is behind', word(3, 'main'), word(4, 'lane'), ['lane@1']],
    ['main, where it has a higher seq', word(5, 'main'), word(4, 'lane'), ['main@1']],
    ['the lane, where main’s seq cannot be', word(1e12 + 1, 'main'), word(4, 'lane'), ['lane@1']],
    ['main, where there is no lane', word(5, 'main'), null, ['main@1']],
    ['main, where the lane’s document cannot be read', word(3, 'main'), { ...word(4, 'lane'), 'COMPUTER_2.md': 'x' }, ['main@1']],
    ['main, where the lane’s results cannot be read', word(3, 'main'), { ...word(4, 'lane'), 'results/2.json': 'x' }, ['main@1']],
    ['the lane, where main’s results cannot be read', { ...word(9, 'main'), 'results/2.json': 'x' }, word(4, 'lane'), ['lane@1']],
    ['the lane’s document alone, where nobody’s results can be read', {}, { ...word(4, 'lane'), 'results/2.json': 'x' }, []],
    ['nobody, where nothing can be read', { 'COMPUTER_2.md': 'x' }, { 'COMPUTER_2.md': 'x' }, undefined],
    [
      'nobody, where another’s document stands in the lane',
      {},
      { 'COMPUTER_2.md': word(1, '', 3)['COMPUTER_3.md'] ?? '' },
      undefined,
    ],
  ])('D2 D4 %s', (_, main, lane, expected) => {
    expect(before(snapshotOf({ 'ORDERS.json': ORDERS, ...main }, lane === null ? {} : { 2: lane }))).toEqual(expected);
  });

  test('D2 the files are those of the word that counts, so that a fold copies no other', () => {
    const main = word(5, 'main');
    const snapshot = snapshotOf({ 'ORDERS.json': ORDERS, ...main }, { 2: word(4, 'lane') });
    expect(snapshot.machines.get(2)?.files.get('results/2.json')).toBe(main['results/2.json']);
    expect(snapshot.machines.get(2)?.lane?.files.get('results/2.json')).not.toBe(main['results/2.json']);
  });

  test('R3 a lane that nobody can read is a lane, with its beat', () => {
    const snapshot = snapshotOf({ 'ORDERS.json': ORDERS }, { 2: { 'COMPUTER_2.md': 'x' } });
    expect(snapshot.machines.size).toBe(0);
    expect(snapshot.lanes.get(2)).toMatchObject({ commit: 'lane-2', beat: 7 });
    expect(faultsOf(snapshot)).toEqual(['COMPUTER_2.md']);
  });

  test('D4 a lane without its document is a fault', () => {
    expect(faultsOf(snapshotOf({ 'ORDERS.json': ORDERS }, { 2: {} }))).toEqual(['COMPUTER_2.md']);
  });

  test('D4 faults of main’s copy are nobody’s business while there is a lane: its owner overwrites it', () => {
    expect(snapshotOf({ 'ORDERS.json': ORDERS, 'COMPUTER_2.md': 'x' }, { 2: word(1) }).faults).toEqual([]);
  });

  test('D1 what lies in a lane and is another’s is not read', () => {
    const snapshot = snapshotOf({ 'ORDERS.json': ORDERS }, { 2: { ...word(1), ...word(9, '', 3), 'ORDERS.json': '{' } });
    expect([...snapshot.machines.keys()]).toEqual([2]);
    expect([...(snapshot.lanes.get(2)?.files.keys() ?? [])]).toEqual(['COMPUTER_2.md', 'results/2.json']);
    expect(snapshot.faults).toEqual([]);
  });
});

describe('D8: what is never read', () => {
  test.each(['100755', '120000', '160000', '040000'])('D8 a document of mode %s is a fault', (mode) => {
    const snapshot = snapshotOf({ 'ORDERS.json': ORDERS, 'fleet.yaml': { mode, id: 'lease: 10m' } });
    expect(snapshot.fleet.leaseMs).toBeNull();
    expect(faultsOf(snapshot)).toContain('fleet.yaml');
  });

  test('D8 unknown paths are nobody’s business, whatever their mode', () => {
    const snapshot = snapshotOf({
      'ORDERS.json': ORDERS,
      'run.sh': { mode: '100755', id: 'x' },
      results: { mode: '120000', id: 'y' },
    });
    expect(snapshot.faults).toEqual([]);
    expect([...snapshot.main.files.keys()]).toEqual(['ORDERS.json']);
  });
});
