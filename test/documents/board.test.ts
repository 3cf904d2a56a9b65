import { describe, expect, test } from 'vitest';
import type { Content } from '../../src/core/model/ledger/push.ts';
import type { MachineView, Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import { foldBoard } from '../../src/documents/board/fold.ts';
import { factsOf } from '../../src/machine/steps/derive.ts';
import { ended, order, snapshot, view } from '../core/samples.ts';

const idOf = (text: string) => `id of ${text.length}:${text}`;
const own = (me: MachineView) => new Map<string, Content>([...me.files].map(([path, id]) => [path, { id }]));
const me = view(1);
const fold = (of: Snapshot) => foldBoard(of, me, own(me), idOf);
const idOfContent = (content: Content) => ('id' in content ? content.id : idOf(content.text));

/** The snapshot after a fold has landed, as a machine's commit. */
function landed(before: Snapshot, change: Partial<Snapshot['board']> = {}): Snapshot {
  const { files, status } = fold(before);
  const board = new Map([...files].map(([path, content]) => [path, idOfContent(content)]));
  return { ...before, board: { ...before.board, files: board, sources: status.sources, ...change } };
}

const fleet = snapshot({ machines: [view(1), view(2)], orders: [order('a')] });

describe('F1: the fold', () => {
  test('F1 carries all documents of machines, and the derived ones', () => {
    const { changes, lacksMine } = fold(fleet);
    expect([...changes.keys()].sort()).toEqual([
      'COMPUTER_1.md',
      'COMPUTER_2.md',
      'README.md',
      'STATUS.json',
      'results/1.json',
      'results/2.json',
      'schemas/orders.schema.json',
    ]);
    expect(lacksMine).toBe(true);
  });

  test('D6 a board that is as it should be is left alone', () => {
    expect(fold(landed(fleet))).toMatchObject({ lacksMine: false });
    expect(fold(landed(fleet)).changes.size).toBe(0);
  });

  test('F1 another’s document that is missing is folded, and is not mine to push for', () => {
    const after = landed(fleet);
    const files = new Map(after.board.files);
    files.delete('COMPUTER_2.md');
    const { changes, lacksMine } = fold({ ...after, board: { ...after.board, files } });
    expect([...changes.keys()]).toEqual(['COMPUTER_2.md']);
    expect(lacksMine).toBe(false);
  });

  test('D1 a machine’s document that its lane does not have goes from the board; a document of nobody stays', () => {
    const after = landed(fleet);
    const files = new Map(after.board.files)
      .set('messages/2_TO_1.md', 'old')
      .set('messages/9_TO_1.md', 'nobody')
      .set('x.txt', 'x');
    expect([...fold({ ...after, board: { ...after.board, files } }).changes]).toEqual([['messages/2_TO_1.md', null]]);
  });
});

describe('D6: sources', () => {
  const sourcesOf = (of: Snapshot) => fold(of).status.sources;
  const withMain = (path: string, id: string) => ({
    ...fleet,
    main: { ...fleet.main, files: new Map(fleet.main.files).set(path, id) },
  });

  test('D6 what main is called is a source, so links lead there at once; main itself adds nothing', () => {
    const linked = { ...fleet, fleet: { ...fleet.fleet, url: 'https://github.com/a/b' } };
    const on = (of: Snapshot, name: string): Snapshot => ({ ...of, main: { ...of.main, name } });
    const { changes } = fold(on(landed(linked), 'trunk'));
    expect(changes.get('README.md')).toEqual({ text: expect.stringContaining('/edit/trunk/coordination/') });
    expect(fold(on(landed(on(linked, 'trunk')), 'trunk')).changes.size).toBe(0);
    expect(sourcesOf(on(fleet, 'main'))).toBe(sourcesOf(fleet));
  });

  test('D6 the same documents give the same hash, in whatever order they came', () => {
    const turned = { ...fleet, machines: new Map([...fleet.machines].reverse()) };
    expect(sourcesOf(turned)).toBe(sourcesOf(fleet));
    expect(JSON.stringify(fold(turned).status)).toBe(JSON.stringify(fold(fleet).status));
  });

  test('D6 a machine that folds for another one computes the same', () => {
    const two = fleet.machines.get(2) ?? view(2);
    expect(foldBoard(fleet, two, own(two), idOf).status).toEqual(fold(fleet).status);
  });

  test.each(['ORDERS.json', 'fleet.yaml', 'specs/a.md', 'messages/0_TO_1.md'])('D6 people’s %s is a source', (path) => {
    expect(sourcesOf(withMain(path, 'another'))).not.toBe(sourcesOf(fleet));
  });

  test.each(['README.md', 'STATUS.json', 'schemas/orders.schema.json', 'COMPUTER_2.md'])('D6 main’s %s is none', (path) => {
    expect(sourcesOf(withMain(path, 'another'))).toBe(sourcesOf(fleet));
  });

  test('D6 equal sources: derived documents stay, whoever rendered them', () => {
    const after = landed(fleet);
    const files = new Map(after.board.files).set('README.md', 'by another version');
    expect(fold({ ...after, board: { ...after.board, files } }).changes.size).toBe(0);
  });

  test('D6 equal sources, but somebody without our trailers wrote: what he changed is rewritten, no more', () => {
    const after = landed(fleet, { byMachine: false });
    expect(fold(after).changes.size).toBe(0);
    const files = new Map(after.board.files).set('README.md', 'by a person');
    expect([...fold({ ...after, board: { ...after.board, files } }).changes.keys()]).toEqual(['README.md']);
  });
});

describe('D6: derived documents', () => {
  test.each(['HANDOFF.md', 'features.json'])('D6 %s goes when there is nothing to say in it any more', (path) => {
    const after = landed(fleet, { sources: 'of an earlier board' });
    const files = new Map(after.board.files).set(path, 'of an earlier board');
    expect([...fold({ ...after, board: { ...after.board, files } }).changes]).toEqual([[path, null]]);
  });
});

describe('T5.6: machines that are not believed', () => {
  const believing = (doubted: ReadonlyMap<number, string>): Snapshot => ({
    ...fleet,
    believed: {
      ...{ orders: fleet.orders, claims: new Map(), repeatable: new Set<string>(), uncovered: new Set<string>(), forks: [] },
      ...{ admitted: new Set([1, 2]), doubted },
    },
  });

  test('T5.6 what people here are shown says who is not believed and why; the board does not', () => {
    const { here, status, changes } = fold(believing(new Map([[2, 'its lane is gone']])));
    expect([here.machines[1]?.doubted, here.machines[2]?.doubted]).toEqual([undefined, 'its lane is gone']);
    expect(status).toEqual(fold(fleet).status);
    expect(changes.get('STATUS.json')).toEqual(fold(fleet).changes.get('STATUS.json'));
  });

  test('T5.6 an end that it tells of is no progress, and nobody is behind the version that it says', () => {
    const done = { ended: [ended('a', { code: 'unjudged', reason: 'made up' })] };
    const two = view(2, { document: { version: '9.9.9' }, results: done });
    const featured = snapshot({
      machines: [view(1), two],
      orders: [order('a', { feature: 'login', assign: { kind: 'machine', machine: 2 } })],
    });
    const of = (doubted: ReadonlyMap<number, string>) =>
      fold({
        ...featured,
        believed: { ...believing(doubted).believed, orders: featured.orders, doubted } as Snapshot['believed'] & object,
      }).here;
    const [believed, here] = [of(new Map()), of(new Map([[2, 'its lane is gone']]))];
    expect([believed.machines[2]?.version, here.machines[2]?.version]).toEqual(['9.9.9', '']);
    expect(believed.progress?.features[0]).toMatchObject({ done: 1, running: 0 });
    expect(here.progress?.features[0]).toMatchObject({ done: 0, running: 1 });
    expect(here.orders.a).toMatchObject({ state: 'COMPLETED', code: 'doubted' });
  });

  test('T5.6 nor is anybody asked by it whether an order that is listed again is to run again', () => {
    const two = view(2, { results: { ended: [ended('a', { returned: true })] } });
    const listed = snapshot({ machines: [view(1), two], orders: [order('a', { assign: { kind: 'machine', machine: 2 } })] });
    const believed = { ...believing(new Map([[2, 'its lane is gone']])).believed, orders: listed.orders };
    const { status, here } = fold({ ...listed, believed: believed as Snapshot['believed'] & object });
    expect(status.orders.a).toMatchObject({ state: 'BLOCKED', code: 'returned' });
    expect(here.orders.a).toMatchObject({ state: 'COMPLETED', code: 'doubted' });
  });

  test('T11.5 an order that has run, and whose entry nobody signed as it is now, says so to people here', () => {
    const done = view(1, { results: { ended: [ended('a'), ended('b', { reason: 'a note' })] } });
    const ran = snapshot({ machines: [done, view(2)], orders: [order('a'), order('b'), order('c')] });
    const here = (uncovered: ReadonlySet<string>) => {
      const believed = { ...believing(new Map()).believed, orders: ran.orders, uncovered } as Snapshot['believed'] & object;
      return foldBoard({ ...ran, believed }, done, own(done), idOf).here;
    };
    const { orders } = here(new Set(['a', 'b', 'c']));
    expect(orders.a).toMatchObject({ state: 'COMPLETED', reason: 'nobody signed it as it is now; coord sign a' });
    expect(orders.b?.reason).toBe('a note; nobody signed it as it is now; coord sign b');
    expect(orders.c?.reason ?? '').not.toContain('as it is now');
    expect(here(new Set()).orders.a?.reason).toBeUndefined();
  });

  test('T5.6 where all are believed, or nobody asks for signatures, nothing is said of it', () => {
    expect(JSON.stringify(fold(believing(new Map())).here)).toBe(JSON.stringify(fold(fleet).here));
    expect(JSON.stringify(fold(fleet))).not.toContain('doubted');
  });
});

describe('F4: people’s documents are main’s', () => {
  test('F4 a copy of them on the board counts for nothing', () => {
    const after = landed(fleet);
    const files = new Map(after.board.files).set('ORDERS.json', 'a stale copy');
    const { changes, files: all } = fold({ ...after, board: { ...after.board, files } });
    expect(changes.size).toBe(0);
    expect(all.get('ORDERS.json')).toEqual({ id: 'orders-1' });
  });
});

describe('F3: facts', () => {
  const facts = factsOf(fleet, 1);
  const machines = (...of: MachineView[]) => snapshot({ machines: of, orders: [order('a')] });
  test.each<[what: string, of: Snapshot, equal: boolean]>([
    ['my own word', machines(view(1, { document: { seq: 99 } }), view(2)), true],
    ['another’s beat', machines(view(1), view(2, { lane: { beat: 99, commit: 'x' } })), true],
    ['another’s word', machines(view(1), view(2, { document: { seq: 2 } })), false],
    ['a joiner', machines(view(1), view(2), view(3)), false],
    ['a person’s document', { ...fleet, main: { ...fleet.main, files: new Map([['ORDERS.json', 'orders-2']]) } }, false],
    [
      'a derived document',
      { ...fleet, main: { ...fleet.main, files: new Map([...fleet.main.files, ['README.md', 'x']]) } },
      true,
    ],
  ])('F3 %s: equal %#', (_, of, equal) => {
    expect(factsOf(of, 1) === facts).toBe(equal);
  });
});
