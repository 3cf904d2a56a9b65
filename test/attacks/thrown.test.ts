// What makes a parser or a rule throw: it is a fault of the document or order that it was about, and everything else goes on.
import { expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Blob } from '../../src/core/model/ledger/trees.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { foldBoard } from '../../src/documents/board/fold.ts';
import { DOCUMENTS } from '../../src/documents/documents.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { documentsCheck } from '../../src/operations/doctor/board.ts';
import type { Exam } from '../../src/operations/doctor/exam.ts';
import { createFleet, quiet, type World } from '../machine/world.ts';

const TOO_SMALL = '{"version":1,"orders":[{"id":"c","steps":[null]}]}';
const starts = (world: World) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));

test.each([
  ['null', 'null'],
  ['1', '1'],
  ['"x"', '\\"x\\"'],
  ['[]', '[]'],
])('D4 a step that is %s is a fault at its place, and the order beside it is read', (step) => {
  const { value, faults } = parseOrders(`{"orders":[{"id":"c","steps":[${step}]},{"id":"free","run":"true"}]}`);
  expect(value?.orders.map(({ id }) => id)).toEqual(['free']);
  expect(value?.refused).toMatchObject([{ id: 'c' }]);
  expect(faults).toContainEqual(expect.objectContaining({ line: 1, column: 31, level: 'fault', expected: 'an order: { … }' }));
});

test('D4 S6 ninety bytes in ORDERS.json stop no cycle and end no run that has attempts', async () => {
  const world = await createFleet(2, 2);
  world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([{ id: 'long', run: 'true', attempts: 3 }]);
  for (let round = 0; round < 10; round += 1) {
    world.pass(5_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect(starts(world)).toEqual(['long']);
  world.person({
    'ORDERS.json': TOO_SMALL.replace(']}', ']},{"id":"long","run":"true","attempts":3},{"id":"free","run":"true"}'),
  });
  for (let minute = 0; minute < 60; minute += 1) {
    world.pass(30_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect(starts(world).sort()).toEqual(['free', 'long']);
  expect((await world.status()).orders).toMatchObject({ long: { state: 'IN_PROGRESS' }, c: { state: 'BLOCKED' } });
  expect((await world.status()).needsYou).toContainEqual(
    expect.objectContaining({ document: 'ORDERS.json', why: expect.stringContaining('an order: { … }') }),
  );
});

/** An order of which a rule trips over a field: what a bug of ours looks like. */
function trap(order: Order, field: keyof Order): Order {
  return Object.defineProperty({ ...order }, field, {
    enumerable: true,
    get: () => {
      throw new TypeError('read by a rule');
    },
  });
}

test('an order on which deciding throws is BLOCKED and says so, and the others are decided', async () => {
  const world = await createFleet(1, 4);
  const [one] = world.machines;
  world.orders(['bad', 'good'].map((id) => ({ id, assign: 1, run: 'true' })));
  const { seen } = await one.cycle({ dryRun: true });
  if (seen === null) throw new Error('nothing was seen');
  const { snapshot } = seen;
  const at = snapshot.orders.orders.findIndex(({ id }) => id === 'bad');
  const now = { wallMs: 1, monotonicMs: 1, boot: 'b' };
  const self = await one.machine().self();
  const state: JournalState = one.state();
  for (const field of ['cancelled', 'assign', 'after', 'schedule', 'attempts'] as const) {
    const orders = snapshot.orders.orders.map((order, index) => (index === at ? trap(order, field) : order));
    const trapped = { ...snapshot, orders: { ...snapshot.orders, orders } };
    const { actions, waiting } = decide(trapped, state, self, { now, fetchedAt: now, unplaced: new Map() });
    expect(actions, field).toMatchObject([{ kind: 'start', order: { id: 'good' } }]);
    expect(waiting, field).toMatchObject([{ order: 'bad', state: 'BLOCKED', reason: expect.stringContaining('read by a rule') }]);
  }
  await quiet(world);
});

test('D4b a text on which a parser throws is a fault of its document', () => {
  const text = Object.defineProperty({ kind: 'text' } as Blob, 'text', {
    get: () => {
      throw new RangeError('Maximum call stack size exceeded');
    },
  });
  const { reader } = new ParseCache().open(new Map([['id', text]]), new Set());
  const kinds = DOCUMENTS.filter(({ parse }) => parse !== undefined);
  expect(kinds.length).toBeGreaterThan(9);
  for (const [at, kind] of kinds.entries()) {
    const { value, faults } = reader.read(kind, `${at}.md`, 'id');
    expect(value, String(kind.path)).toBeNull();
    expect(faults, String(kind.path)).toEqual([
      expect.objectContaining({ found: 'an error in coord: Maximum call stack size exceeded' }),
    ]);
  }
});

test('D4b an order whose status throws is BLOCKED and says so, and the others have theirs', async () => {
  const world = await createFleet(1, 4);
  world.orders(['bad', 'good'].map((id) => ({ id, assign: 1, run: 'true' })));
  const { seen } = await world.machines[0].cycle({ dryRun: true });
  if (seen === null) throw new Error('nothing was seen');
  const orders = seen.snapshot.orders.orders.map((order) => (order.id === 'bad' ? trap(order, 'assign') : order));
  const sources = { ...seen.snapshot, sources: '', orders: { ...seen.snapshot.orders, orders } };
  expect(deriveStatus(sources).orders).toMatchObject({
    bad: { state: 'BLOCKED', reason: 'an error in coord: read by a rule' },
    good: { machine: 1 },
  });
});

test('D4b an order that throws while it is placed is BLOCKED, and the others start', async () => {
  const world = await createFleet(1, 4);
  const [one] = world.machines;
  world.orders(['bad', 'good'].map((id) => ({ id, assign: 1, run: 'true' })));
  const place = one.settings.blocked.get.bind(one.settings.blocked);
  one.settings.blocked.get = (id) => {
    if (id === 'bad') throw new TypeError('no such path');
    return place(id);
  };
  await quiet(world);
  expect(starts(world)).toEqual(['good']);
  expect((await world.status()).orders.bad).toMatchObject({ state: 'BLOCKED', reason: 'an error in coord: no such path' });
});

test('D4 doctor names a document that cannot be read', async () => {
  const look = (faults: unknown, mishaps?: string[]) =>
    documentsCheck.look({ view: () => (faults === null ? null : { faults, sync: { mishaps } }) } as unknown as Exam);
  const fault = { document: 'ORDERS.json', line: 1, message: 'expected an order: { … }, found null', level: 'fault' };
  expect(await look(null)).toMatchObject({ state: 'skipped' });
  expect(await look([{ ...fault, level: 'warning' }])).toMatchObject({ state: 'warning' });
  expect(await look([], ['notes are not read: an error in coord: x'])).toMatchObject({
    state: 'problem',
    found: expect.stringContaining('notes'),
  });
  expect(await look([fault, fault, fault, fault])).toMatchObject({
    state: 'problem',
    found: expect.stringMatching(/^4 faults: ORDERS.json line 1: expected an order: \{ … \}, found null .* and 1 more$/),
  });
});

const mistake = (word: string) => {
  throw new TypeError(word);
};

test('D4b O5 a rule that throws costs no run its lease: the machine beats, and says what it tripped over', async () => {
  const world = await createFleet(1, 4);
  const [one] = world.machines;
  world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([{ id: 'long', run: 'true', attempts: 3 }]);
  await quiet(world);
  expect(starts(world)).toEqual(['long']);
  one.runner.progress = () => mistake('no such progress');
  const told = new Set<string>();
  for (let minute = 0; minute < 30; minute += 1) {
    world.pass(30_000);
    for (const mishap of (await one.cycle()).mishaps) told.add(mishap);
  }
  expect([...told]).toEqual(['news of this machine is not published: an error in coord: no such progress']);
  expect(one.state().active).toHaveLength(1);
  expect((await world.status()).orders.long).toMatchObject({ state: 'IN_PROGRESS', attempt: 1 });
});

test('D4b messages that cannot be taken in keep no order from running; a failing disk is no bug of ours', async () => {
  const world = await createFleet(1, 4);
  const [one] = world.machines;
  const { mail } = one.journal;
  one.journal.mail = async () => mistake('no such message');
  world.orders([{ id: 'free', assign: 1, run: 'true' }]);
  const { mishaps } = await one.cycle();
  expect(mishaps).toEqual(['messages are not read: an error in coord: no such message']);
  expect(starts(world)).toEqual(['free']);
  one.journal.mail = async () => {
    throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  };
  await expect(one.cycle()).rejects.toThrow('EIO');
  one.journal.mail = mail;
  expect((await one.cycle()).mishaps).toEqual([]);
});

test('D4b D5 an edit that coord trips over is told, and those beside it land', async () => {
  const world = await createFleet(1, 4);
  const [one] = world.machines;
  await one.edit({ kind: 'change', id: 'x', fields: null } as unknown as PersonEdit);
  await one.edit({ kind: 'add', order: { id: 'free', assign: 1, run: 'true' } });
  await quiet(world);
  expect(starts(world)).toEqual(['free']);
  expect(one.state().lostEdits).toMatchObject([{ edit: { id: 'x' }, reason: expect.stringContaining('an error in coord') }]);
});

test('D4b a page that cannot be written says so, a section of the status is a fault; all else stands', async () => {
  const world = await createFleet(1, 4);
  const [one] = world.machines;
  world.orders([{ id: 'good', assign: 1, run: 'true' }]);
  await quiet(world);
  const { seen } = await one.cycle({ dryRun: true });
  if (seen === null) throw new Error('nothing was seen');
  const { snapshot } = seen;
  const me = snapshot.machines.get(1);
  if (me === undefined) throw new Error('no word of this machine');
  const fleet = Object.defineProperty({ ...snapshot.fleet }, 'name', { get: () => mistake('no such name') });
  const stale = { ...snapshot, fleet, board: { ...snapshot.board, sources: null } };
  const textOf = (path: string) => {
    const content = foldBoard(stale, me, new Map(), (text) => text).changes.get(path);
    return content != null && 'text' in content ? content.text : '';
  };
  expect(textOf('README.md')).toContain('This page cannot be written: an error in coord: no such name');
  expect(textOf('STATUS.json')).toContain('"good"');
  const mail = { machines: new Map([[1, null]]) } as unknown as typeof snapshot.mail;
  const status = deriveStatus({ ...snapshot, mail, sources: '' });
  expect(status.orders).toMatchObject({ good: { state: 'COMPLETED' } });
  expect(status.faults).toMatchObject([
    { document: 'STATUS.json', level: 'fault', message: expect.stringContaining('messages') },
  ]);
  expect(status.needsYou).toMatchObject([{ document: 'STATUS.json' }]);
});
