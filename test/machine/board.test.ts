import { describe, expect, test } from 'vitest';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { renderStatus } from '../../src/documents/board/status.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const MAIN = 'refs/heads/main';
const run = (id: string, assign: unknown = 1, more: object = {}) => ({ id, assign, run: 'true', ...more });
const ordersText = (...orders: object[]) => `${JSON.stringify({ version: 1, orders }, null, 2)}\n`;

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  return { world, one, other };
}

/** Everybody beats once. */
async function beat(world: World): Promise<void> {
  world.pass(MINUTE_MS);
  for (const machine of world.machines) await machine.cycle();
}

describe('D1: one owner, one writer', () => {
  test('D1 what a person wrote into a machine’s documents on main is overwritten by its owner', async () => {
    const { world, one } = await two();
    const before = await world.text('COMPUTER_1.md');
    world.person({ 'COMPUTER_1.md': before?.replace('name: m1', 'name: hacked') ?? null, 'results/1.json': '{}' });
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
    expect(await world.text('COMPUTER_1.md')).toBe(before);
  });

  test('D2 a higher seq on main is answered with one more', async () => {
    const { world, one } = await two();
    const text = (await world.text('COMPUTER_1.md'))?.replace(/^seq: .*$/m, 'seq: 4000').replace('name: m1', 'name: hacked');
    world.person({ 'COMPUTER_1.md': text ?? null });
    await one.cycle();
    expect(await world.text('COMPUTER_1.md')).toMatch(/^seq: 4001$/m);
    expect(await world.text('COMPUTER_1.md')).toMatch(/^name: m1$/m);
    await quiet(world);
  });

  test('D2 a seq that no machine reaches is overwritten and not counted on', async () => {
    const { world, one } = await two();
    const before = await world.text('COMPUTER_1.md');
    world.person({ 'COMPUTER_1.md': before?.replace(/^seq: .*$/m, 'seq: 9007199254740991') ?? null });
    await one.cycle();
    expect(await world.text('COMPUTER_1.md')).toBe(before);
    await quiet(world);
  });

  test('D1 documents that nobody knows stay as they are', async () => {
    const { world } = await two();
    world.person({ 'notes.txt': 'mine', 'history/9/2026-11.jsonl': '{}', 'COMPUTER_x.md': 'x' });
    world.orders([run('a')]);
    await quiet(world);
    expect(await world.text('notes.txt')).toBe('mine');
    expect(await world.text('history/9/2026-11.jsonl')).toBe('{}');
    expect(await world.text('COMPUTER_x.md')).toBe('x');
  });
});

describe('D4: documents that do not parse', () => {
  test('D4 ORDERS.json: the newest version that does stays in force, nothing new starts, nothing is stopped', async () => {
    const { world, one } = await two();
    world.script('long', () => ({ ms: 100 * MINUTE_MS, exitCode: 0 }));
    world.script('failing', () => ({ ms: 10, exitCode: 1 }));
    one.settings.self = { ...one.settings.self, policy: { ...one.settings.self.policy, slots: 5 } };
    world.orders([run('long'), run('failing')]);
    await one.cycle();
    world.person({ 'ORDERS.json': 'no json' });
    world.person({ 'ORDERS.json': '{ "orders": {} }' });
    const outcome = await one.cycle();
    expect(outcome).toMatchObject({ started: [], stopped: [] });
    await beat(world);
    const status = await world.status();
    expect(Object.keys(status.orders)).toEqual(['long', 'failing']);
    expect(status.needsYou.map((it) => it.document)).toContain('ORDERS.json');
    world.orders([run('long'), run('failing'), run('new')]);
    expect((await one.cycle()).started).toEqual(['new']);
  });

  test('D4 ORDERS.json is gone: no removal', async () => {
    const { world, one } = await two();
    world.script('long', () => ({ ms: 100 * MINUTE_MS, exitCode: 0 }));
    world.orders([run('long')]);
    await one.cycle();
    world.person({ 'ORDERS.json': null });
    expect((await one.cycle()).stopped).toEqual([]);
    await beat(world);
    expect((await world.status()).faults).toMatchObject([
      { document: 'ORDERS.json', message: expect.stringContaining('no such file') },
    ]);
  });

  test('D4 fleet.yaml: the newest version that parses stays in force', async () => {
    const { world, one } = await two();
    world.person({ 'fleet.yaml': 'heartbeat: 30m\n' });
    await one.cycle();
    world.person({ 'fleet.yaml': 'heartbeat: [\n' });
    expect((await one.cycle()).seen?.snapshot.fleet.heartbeatMs).toBe(30 * MINUTE_MS);
    world.person({ 'fleet.yaml': null });
    expect((await one.cycle()).seen?.snapshot.fleet.heartbeatMs).toBeNull();
  });

  test.each([
    'COMPUTER_2.md',
    'results/2.json',
  ])('D4 a lane whose %s cannot be read: what main holds is in force, and stays', async (path) => {
    const { world, one } = await two();
    world.orders([run('a', 2)]);
    await quiet(world);
    const good = { document: await world.text('COMPUTER_2.md'), results: await world.text('results/2.json') };
    const files = { 'COMPUTER_2.md': good.document ?? '', 'results/2.json': good.results ?? '', [path]: '{"spoilt' };
    const bad = world.hub.commitAsPerson(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`coordination/${name}`, text])),
      'bad',
    );
    world.hub.setRef('refs/coord/machines/2', bad);
    world.pass(MINUTE_MS);
    await one.cycle();
    expect(await world.text('COMPUTER_2.md')).toBe(good.document);
    expect(await world.text('results/2.json')).toBe(good.results);
    const status = deriveStatusNow(world);
    expect((await status).faults).toMatchObject([{ document: path }]);
    expect((await status).orders.a?.state).toBe('COMPLETED');
  });

  test('D6 a lane that cannot be read is a fault of STATUS.json as long as it stands there, and no longer', async () => {
    const world = await createFleet(3);
    const [one, , three] = world.machines;
    await quiet(world);
    const good = world.hub.refs.get('refs/coord/machines/2') ?? null;
    const faults = async () => (await world.status()).faults.map(({ document }) => document);
    world.hub.setRef('refs/coord/machines/2', world.hub.commitAsPerson({ 'coordination/COMPUTER_2.md': 'x' }, 'bad'));
    world.pass(MINUTE_MS);
    await one.cycle();
    expect(await faults()).toEqual(['COMPUTER_2.md']);
    const main = world.hub.refs.get(MAIN);
    for (const machine of [three, one, three]) await machine.cycle();
    expect(world.hub.refs.get(MAIN)).toBe(main);
    world.hub.setRef('refs/coord/machines/2', good);
    world.pass(MINUTE_MS);
    await three.cycle();
    expect(await faults()).toEqual([]);
    await quiet(world);
  });
});

/** STATUS.json as anybody computes it from what the remote shows now. */
async function deriveStatusNow(world: World) {
  const fetched = await world.eye.fetch(null);
  if (fetched.kind !== 'fetched') throw new Error('unreachable');
  const snapshot = await readSnapshot({ ledger: world.eye, trees: fetched.trees });
  return deriveStatus({ ...snapshot, sources: snapshot.board.sources ?? '' });
}

describe('D6: derived documents', () => {
  test('D6 equal sources: no rewrite, whatever is in them', async () => {
    const { world } = await two();
    // As another version of coord would have written it.
    const text = (await world.text('STATUS.json'))?.replace('"version": 1', '"version": 1,\n  "later": true') ?? '';
    const trees = await world.eye.fetch(null);
    const message = trees.kind === 'fetched' ? (trees.trees.main?.message ?? '') : '';
    const [update] = await world.eye.write({
      lane: null,
      boards: [{ branch: null, base: world.hub.refs.get(MAIN) ?? null, files: new Map([['STATUS.json', { text }]]), message }],
    });
    world.hub.setRef(MAIN, update?.commit ?? null);
    const main = world.hub.refs.get(MAIN);
    await beat(world);
    expect(world.hub.refs.get(MAIN)).toBe(main);
  });

  test.each([
    ['changed', 'nonsense'],
    ['deleted', null],
  ])('D6 a derived document that a person %s is rewritten with the next push, and is no reason for one', async (_, text) => {
    const { world, one } = await two();
    const before = { readme: await world.text('README.md'), status: await world.text('STATUS.json') };
    world.person({ 'README.md': text, 'STATUS.json': text, 'schemas/orders.schema.json': text });
    expect((await one.cycle()).push).toBeNull();
    await beat(world);
    expect({ readme: await world.text('README.md'), status: await world.text('STATUS.json') }).toEqual(before);
    expect(await world.text('schemas/orders.schema.json')).toContain('generation');
  });

  test('D6 STATUS.json is what anybody computes from the documents beside it', async () => {
    const { world } = await two();
    world.orders([run('a'), run('b', 2), run('c', 'all'), run('d', 9), { id: 'e' }]);
    await quiet(world);
    expect(renderStatus(await deriveStatusNow(world))).toBe(await world.text('STATUS.json'));
  });

  test.each([
    ['COMPUTER_2.md', { mode: '100755', text: 'x' }],
    ['COMPUTER_2.md', 'x'],
    ['results/2.json', { mode: '120000', text: 'x' }],
    ['results/2.json', '{"spoilt'],
    ['messages/2_TO_9.md', { mode: '100755', text: 'x' }],
  ])('D6 what a machine’s own push puts right is no fault of the STATUS.json that it carries: %s %j', async (path, file) => {
    const { world, one, other } = await two();
    world.hub.setRef('refs/coord/machines/2', null);
    world.hub.commitAsPerson({ [`coordination/${path}`]: file });
    world.pass(MINUTE_MS);
    await one.cycle();
    expect((await world.status()).faults).toContainEqual(expect.objectContaining({ document: path }));
    expect((await other.cycle()).push).toMatchObject({ lane: 'accepted', main: 'accepted' });
    expect((await world.status()).faults).toEqual([]);
    expect(renderStatus(await deriveStatusNow(world))).toBe(await world.text('STATUS.json'));
  });
});

describe('D8: odd modes', () => {
  test.each([
    ['100755', 'an executable file (mode 100755)'],
    ['120000', 'a symbolic link'],
    ['160000', 'a submodule'],
  ])('D8 ORDERS.json of mode %s is a fault, and is not read', async (mode, found) => {
    const { world, one } = await two();
    world.orders([run('kept', 9)]);
    world.hub.commitAsPerson({ 'coordination/ORDERS.json': { mode, text: ordersText(run('bad')) } });
    const outcome = await one.cycle();
    expect(outcome.started).toEqual([]);
    expect(outcome.seen?.snapshot.faults).toContainEqual(expect.objectContaining({ document: 'ORDERS.json', found }));
    expect(outcome.seen?.snapshot.orders.orders.map((order) => order.id)).toEqual(['kept']);
  });

  test('D8 a machine’s document of another mode is put right by its owner', async () => {
    const { world, one } = await two();
    const text = (await world.text('COMPUTER_1.md')) ?? '';
    world.hub.commitAsPerson({ 'coordination/COMPUTER_1.md': { mode: '120000', text } });
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
    const commit = world.hub.refs.get(MAIN) ?? '';
    expect(world.hub.filesOf(commit).get('coordination/COMPUTER_1.md')?.mode).toBe('100644');
  });
});

describe('F4: a board of its own', () => {
  const BOARD = 'refs/heads/coord-board';
  const withBoard = async () => {
    const fleet = await two();
    fleet.world.person({ 'fleet.yaml': 'board: coord-board\n' });
    return fleet;
  };

  test('F4 the branch is made with the first push, and main is left alone', async () => {
    const { world, one } = await withBoard();
    const main = world.hub.refs.get(MAIN);
    await quiet(world);
    expect(world.hub.refs.get(MAIN)).toBe(main);
    expect(await world.text('COMPUTER_2.md', BOARD)).toContain('machine: 2');
    expect(await world.text('ORDERS.json', BOARD)).toBeNull();
    expect(Object.keys((await world.status(BOARD)).machines)).toEqual(['1', '2']);
    expect(one.state().board).toBe('coord-board');
  });

  test('F4 two make it at once: one does, and nothing is lost', async () => {
    const { world, one, other } = await withBoard();
    one.line.beforePush = async () => void (await other.cycle());
    expect((await one.cycle()).push).toMatchObject({ lane: 'accepted', board: 'refused' });
    await quiet(world);
    expect(Object.keys((await world.status(BOARD)).machines)).toEqual(['1', '2']);
  });

  test('F4 D8 a copy of another mode is a fault on the board, where it counts, and none on main', async () => {
    const { world, one } = await withBoard();
    await quiet(world);
    const odd = { 'coordination/COMPUTER_2.md': { mode: '100755', text: 'x' } };
    const faults = async () => (await one.cycle()).seen?.snapshot.faults.map(({ document }) => document);
    world.hub.setRef('refs/coord/machines/2', null);
    world.hub.commitAsPerson(odd);
    expect(await faults()).toEqual([]);
    world.hub.commitAsPerson(odd, 'coord-board');
    expect(await faults()).toEqual(['COMPUTER_2.md']);
  });

  test('F4 people’s documents are read from main, and edits go there', async () => {
    const { world, one } = await withBoard();
    await quiet(world);
    world.orders([run('a')]);
    await one.edit({ kind: 'add', order: { id: 'b', assign: 2, run: 'true' } });
    const said = (await one.cycle()).push;
    expect(said).toMatchObject({ main: 'accepted', board: 'accepted' });
    expect(await world.text('ORDERS.json')).toContain('"b"');
    await quiet(world);
    expect(Object.keys((await world.status(BOARD)).orders)).toEqual(['a', 'b']);
    expect((await world.status(BOARD)).orders.b?.state).toBe('COMPLETED');
  });

  test('F4 a protected main: the board goes on, and the edit waits, visibly, tried hourly', async () => {
    const { world, one } = await withBoard();
    await quiet(world);
    world.hub.refuse((ref) => (ref === MAIN ? 'protected branch' : null));
    await one.edit({ kind: 'add', order: { id: 'b', assign: 2, run: 'true' } });
    let pushes = 0;
    for (let times = 0; times < 10; times += 1) pushes += (await one.cycle()).push?.pushes ?? 0;
    expect(pushes).toBe(3);
    expect(one.state().boardRefused).toMatchObject({ targets: ['main'] });
    expect(await one.journal.intentions()).toHaveLength(1);
    one.disk.state = { ...one.state(), notes: 'hello' };
    expect((await one.cycle()).push).toMatchObject({ main: null, board: 'accepted' });
  });

  test('F4 the switch: the first cycle after it looks at the new branch before it says anything', async () => {
    const { world, one } = await withBoard();
    await quiet(world);
    world.person({ 'fleet.yaml': 'board: second\n' });
    const before = one.calls.fetch;
    await one.cycle();
    expect(one.calls.fetch - before).toBe(2);
    expect(await world.text('COMPUTER_1.md', 'refs/heads/second')).toContain('machine: 1');
    await one.cycle();
    expect(one.calls.fetch - before).toBe(3);
    world.person({ 'fleet.yaml': null });
    await quiet(world);
    expect(one.state().board).toBeNull();
    expect((await world.status()).machines['1']?.name).toBe('m1');
  });

  test('F4 offline right after the switch: nothing is said, and nothing is forgotten', async () => {
    const { world, one } = await withBoard();
    await quiet(world);
    one.line.offline = true;
    one.restart();
    const outcome = await one.cycle();
    expect(outcome).toMatchObject({ push: null, trouble: { code: 'NETWORK' } });
    expect(outcome.seen?.snapshot.board.commit).toBe(world.hub.refs.get(BOARD));
    expect(one.state().board).toBe('coord-board');
    one.line.offline = false;
    expect((await one.cycle()).push).toBeNull();
  });

  test('F4 cut off between the two looks of a switch: nothing is said', async () => {
    const { world, one } = await withBoard();
    one.line.afterFetch = async () => {
      one.line.offline = true;
    };
    const outcome = await one.cycle();
    expect(outcome).toMatchObject({ push: null, trouble: { code: 'NETWORK' } });
    one.line.offline = false;
    await quiet(world);
    expect(await world.text('COMPUTER_1.md', BOARD)).toContain('machine: 1');
  });
});
