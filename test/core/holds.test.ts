import { describe, expect, test } from 'vitest';
import { decide } from '../../src/core/decide/decide.ts';
import { outputsFor } from '../../src/core/decide/dependency-outputs.ts';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import type { Order, OrdersDocument } from '../../src/core/model/orders/order.ts';
import type { StatusDocument } from '../../src/core/model/status/status.ts';
import { blockersOf } from '../../src/core/orders/blockers.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { active, at, ended, journal, order, type SampleMachine, self, snapshot, view } from './samples.ts';

const behind = (id: string, ids: readonly string[], change: Partial<Order> = {}) => order(id, { after: ids, ...change });
const list = (...orders: Order[]): OrdersDocument => ({ orders, refused: [] });
const fleet = (...of: SampleMachine['results'][]) =>
  new Map(of.map((results, index) => [index + 1, view(index + 1, { results: results ?? {} })]));

function statusOf(document: OrdersDocument, ...of: SampleMachine['results'][]): StatusDocument {
  const machines = fleet(...of);
  const mail = { machines: new Map() };
  return deriveStatus({
    orders: document,
    ordersReadable: true,
    fleet: DEFAULT_FLEET,
    machines,
    mail,
    faults: [],
    more: {},
    sources: 'x',
  });
}

const reason = (document: OrdersDocument, id: string, ...of: SampleMachine['results'][]) => {
  const found = document.orders.find((it) => it.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return blockersOf(document, fleet(...of)).of(found)?.reason ?? null;
};

const done = (...ids: string[]) => ({ ended: ids.map((id) => ended(id)) });
const failed = (id: string) => ended(id, { state: 'FAILED', exitCode: 1 });

describe('after: what must be COMPLETED first', () => {
  const two = list(order('build'), order('test'), behind('ship', ['build', 'test']));
  test.each<[what: string, document: OrdersDocument, of: SampleMachine['results'][], expected: string | null]>([
    ['nothing has run', two, [{}], 'waits for build, test'],
    ['one is done', two, [done('build')], 'waits for test'],
    ['both are done', two, [done('build', 'test')], null],
    ['done, and long ago', two, [{ older: [ended('build'), ended('test')] }], null],
    ['one runs', two, [{ ...done('test'), running: [active('build')] }], 'waits for build'],
    ['one failed', two, [{ ended: [failed('build')] }], 'build failed; coord retry build'],
    [
      'one failed, and its next attempt follows',
      list(order('build', { attempts: 2 }), behind('ship', ['build'])),
      [{ ended: [failed('build')] }],
      'waits for build',
    ],
    [
      'one was cancelled',
      list(order('build', { cancelled: true }), behind('ship', ['build'])),
      [{}],
      'build was cancelled; coord retry build',
    ],
    [
      'raised since it completed',
      list(order('build', { generation: 2 }), behind('ship', ['build'])),
      [done('build')],
      'waits for build',
    ],
    ['not listed', list(behind('ship', ['nowhere'])), [done('nowhere')], 'waits for nowhere, which is not in ORDERS.json'],
    [
      'listed in an entry that cannot be read',
      { orders: [behind('ship', ['build'])], refused: [{ id: 'build', reason: 'bad' }] },
      [done('build')],
      'waits for build, which cannot be read',
    ],
    [
      'what may be a step of an entry that cannot be read; another name that begins like it is none',
      { orders: [behind('ship', ['a.b.c', 'a.bc'])], refused: [{ id: 'a.b', reason: 'bad' }] },
      [{}],
      'waits for a.b.c, which cannot be read; waits for a.bc, which is not in ORDERS.json',
    ],
    [
      'an order for all: on every machine that had it',
      list(order('pull', { assign: { kind: 'all' } }), behind('ship', ['pull'])),
      [done('pull'), {}],
      'waits for pull',
    ],
    [
      'an order for all that one machine passed over',
      list(order('pull', { assign: { kind: 'all' } }), behind('ship', ['pull'])),
      [done('pull'), { before: ['pull@1'] }],
      null,
    ],
    ['itself', list(behind('ship', ['ship'])), [{}], 'waits for itself: ship → ship'],
    [
      'a circle, whatever of it has run',
      list(behind('a', ['b']), behind('b', ['c']), behind('ship', ['a'])),
      [{}],
      'waits for a',
    ],
    [
      'many',
      list(...'abcdefgh'.split('').map((id) => order(id)), behind('ship', 'abcdefgh'.split(''))),
      [{}],
      'waits for a, b, c, d, e and 3 more',
    ],
  ])('%s', (_, document, of, expected) => {
    expect(reason(document, 'ship', ...of)).toBe(expected);
  });

  test('a circle names its path on every order of it, and holds no other', () => {
    const document = list(
      behind('a', ['b']),
      behind('b', ['c']),
      behind('c', ['a', 'free']),
      order('free'),
      behind('behind', ['c']),
    );
    expect(['a', 'b', 'c', 'behind', 'free'].map((id) => reason(document, id))).toEqual([
      'waits for itself: a → b → c → a',
      'waits for itself: a → b → c → a',
      'waits for itself: a → b → c → a',
      'waits for c',
      null,
    ]);
  });
});

describe('approval, and both', () => {
  test.each<[what: string, change: Partial<Order>, results: SampleMachine['results'], expected: string | null]>([
    ['asked for', { approval: true }, {}, 'waits for approval; coord approve ship'],
    ['given', { approval: true, approved: true }, {}, null],
    ['given and not asked for', { approved: true }, {}, null],
    ['given for an order that was retried', { approval: true, approved: true, generation: 3 }, {}, null],
    ['with a dependency that runs', { approval: true, after: ['build'] }, {}, 'waits for build'],
    ['with one that is done', { approval: true, after: ['build'] }, done('build'), 'waits for approval; coord approve ship'],
  ])('%s', (_, change, results, expected) => {
    expect(reason(list(order('build'), order('ship', change)), 'ship', results)).toBe(expected);
  });
});

describe('section 8: the status, and what a person is asked for', () => {
  test.each<[what: string, document: OrdersDocument, results: SampleMachine['results'], states: string[], asked: string[]]>([
    [
      'what waits for work asks nobody; approval is asked for at once',
      list(order('build'), behind('ship', ['build']), behind('deploy', ['build'], { approval: true })),
      {},
      ['build QUEUED', 'ship BLOCKED waits for build', 'deploy BLOCKED waits for build'],
      ['deploy: waits for approval; coord approve deploy'],
    ],
    [
      'what failed asks once, not for all that wait for it',
      list(order('build'), behind('ship', ['build']), behind('tell', ['ship'])),
      { ended: [failed('build')] },
      ['build FAILED', 'ship BLOCKED build failed; coord retry build', 'tell BLOCKED waits for ship'],
      ['build: failed with exit code 1; to see why: coord logs build; to run it again: coord retry build'],
    ],
    [
      'O4b nobody is asked how an order for all ended',
      list(order('build', { assign: { kind: 'all' } })),
      { ended: [{ ...failed('build'), exitCode: null, ...because.interrupted() }] },
      ['build FAILED'],
      ['build: failed: on 1: interrupted; to run it again: coord retry build'],
    ],
    [
      'a cancelled order asks for nothing: what waits for it does',
      list(order('build', { cancelled: true }), behind('ship', ['build']), behind('tell', ['ship'])),
      {},
      ['build CANCELLED', 'ship BLOCKED build was cancelled; coord retry build', 'tell BLOCKED waits for ship'],
      ['ship: build was cancelled; coord retry build'],
    ],
    [
      'what failed and was cancelled then is silent too',
      list(order('build', { cancelled: true }), behind('ship', ['build'])),
      { ended: [failed('build')] },
      ['build FAILED', 'ship BLOCKED build failed; coord retry build'],
      ['ship: build failed; coord retry build'],
    ],
    [
      'what was started goes on, whatever it waits for now',
      list(order('build', { generation: 2 }), behind('ship', ['build']), behind('tell', ['build', 'ghost'])),
      { ended: [ended('build'), ended('tell')], running: [active('ship')] },
      ['build QUEUED', 'ship IN_PROGRESS', 'tell COMPLETED'],
      [],
    ],
    [
      'cancelled, and what has an unknown field, are said as ever',
      list(
        behind('a', ['ghost'], { cancelled: true }),
        behind('b', ['ghost'], { unknown: [{ field: 'aproval', meant: 'approval' }] }),
      ),
      {},
      ['a CANCELLED', 'b BLOCKED unknown field "aproval"; did you mean "approval"?'],
      [],
    ],
    [
      'an id that nobody has',
      list(behind('a', ['ghost'])),
      {},
      ['a BLOCKED waits for ghost, which is not in ORDERS.json'],
      ['a: waits for ghost, which is not in ORDERS.json'],
    ],
  ])('%s', (_, document, results, states, asked) => {
    const { orders, needsYou } = statusOf(document, results);
    const shown = Object.entries(orders).map(([id, it]) =>
      [id, it.state, it.state === 'BLOCKED' ? it.reason : ''].join(' ').trim(),
    );
    expect(shown).toEqual(states);
    expect(needsYou.map((it) => `${it.order}: ${it.why}`)).toEqual(asked);
  });

  test('an order for all: held where it has not started', () => {
    const document = list(order('build'), behind('pull', ['build'], { assign: { kind: 'all' } }));
    expect(statusOf(document, {}, { running: [active('pull')] }).orders.pull).toMatchObject({
      state: 'IN_PROGRESS',
      after: ['build'],
      machines: { 1: { state: 'BLOCKED', reason: 'waits for build' }, 2: { state: 'IN_PROGRESS' } },
    });
    expect(statusOf(document, {}, {}).orders.pull).toMatchObject({ state: 'BLOCKED', reason: 'waits for build' });
  });
});

describe('deciding agrees', () => {
  const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
  const actions = (
    orders: readonly Order[],
    change: Parameters<typeof journal>[0] = {},
    results: SampleMachine['results'] = {},
  ) => {
    const machines = [view(1), view(2, { results })];
    const { actions, waiting } = decide(snapshot({ orders, machines }), journal(change), self({ slots: 9 }), when);
    return [
      ...actions.map((action) => `${action.kind} ${'order' in action ? action.order.id : ''}`.trim()),
      ...waiting.map((it) => `${it.order}: ${it.reason}`),
    ];
  };
  const build = order('build', { assign: { kind: 'machine', machine: 2 } });
  const any = { kind: 'any' } as const;
  test.each<[what: string, orders: Order[], results: SampleMachine['results'], expected: string[]]>([
    ['held', [build, behind('ship', ['build']), behind('job', ['build'], { assign: any })], {}, []],
    ['let go', [build, behind('ship', ['build'])], done('build'), ['start ship']],
    ['let go, shared', [build, behind('job', ['build'], { assign: { kind: 'list', of: [1] } })], done('build'), ['claim job']],
    [
      'not approved: said once, by the machine that it is for',
      [
        order('a', { approval: true }),
        ...[any, { kind: 'all' } as const].map((assign, at) => order(`b${at}`, { approval: true, assign })),
      ],
      {},
      ['a: waits for approval; coord approve a'],
    ],
    ['approved', [order('a', { approval: true, approved: true })], {}, ['start a']],
    ['resolved', [order('a', { resolved: { generation: 1, as: 'COMPLETED', note: null } })], {}, []],
    [
      'an earlier generation was resolved',
      [order('a', { generation: 2, resolved: { generation: 1, as: 'FAILED', note: null } })],
      {},
      ['start a'],
    ],
  ])('%s', (_, orders, results, expected) => {
    expect(actions(orders, {}, results)).toEqual(expected);
  });

  test('S6 what this machine has just ended counts before its lane says so', () => {
    expect(actions([order('a'), behind('b', ['a'])], { ended: [ended('a')] })).toEqual(['start b']);
  });

  test('a second attempt is not held again', () => {
    const dueSince = { 'ship/1.2': at(-60_000) };
    expect(actions([build, behind('ship', ['build'], { attempts: 2 })], { ended: [failed('ship')], dueSince })).toEqual([
      'start ship',
    ]);
  });

  test('O4a a claim that was never used, and that the host keeps, has begun nothing: the order is held', () => {
    const declined = ended('job', { state: 'FAILED', exitCode: null, ...because.declined() });
    const job = order('job', { assign: any, attempts: 2, approval: true });
    const dueSince = { 'job/1.2': at(-600_000) };
    expect(actions([job], { ended: [declined], dueSince })).toEqual([]);
    expect(actions([{ ...job, approved: true }], { ended: [declined], dueSince })).toEqual(['claim job']);
    const claim = { order: 'job', generation: 1, attempt: 2, nonce: 'n', attempts: 2, leaseMs: 0 };
    expect(actions([job], { ended: [declined], claims: [claim] })).toEqual(['unclaim']);
    const mine = { ...job, assign: order('x').assign };
    expect(actions([mine], { ended: [declined], dueSince })).toEqual(['job: waits for approval; coord approve job']);
  });

  test('O4a.1 such a hold is shown as it is decided, and a person is asked', () => {
    const declined = ended('job', { state: 'FAILED', exitCode: null, ...because.declined() });
    const shared = order('job', { assign: any, attempts: 3, approval: true });
    const forOne = { ...shared, assign: { kind: 'machine', machine: 2 } as const };
    for (const job of [shared, forOne]) {
      const { orders, needsYou } = statusOf(list(job), {}, { ended: [declined] });
      expect(orders.job).toMatchObject({ state: 'BLOCKED', code: 'approval' });
      expect(needsYou).toMatchObject([{ code: 'order', order: 'job', because: 'approval' }]);
      // A word of that hold counts for nothing once it is over.
      const waiting = [
        {
          order: 'job',
          generation: 1,
          state: 'BLOCKED' as const,
          ...because.approval('job', { why: null, isOther: false }),
          hold: true as const,
        },
      ];
      const free = statusOf(list({ ...job, approved: true }), {}, { ended: [declined], waiting });
      expect(['QUEUED', 'ASSIGNED']).toContain(free.orders.job?.state);
      expect(free.needsYou).toEqual([]);
      // What has started is not held any more.
      const begun = statusOf(list(job), {}, { ended: [failed('job')] });
      expect(['QUEUED', 'ASSIGNED']).toContain(begun.orders.job?.state);
    }
  });

  test('a claim that is held before its run began is given back', () => {
    const claim = { order: 'job', generation: 1, attempt: 1, nonce: 'n', attempts: 1, leaseMs: 0 };
    expect(actions([build, behind('job', ['build'], { assign: any })], { claims: [claim] })).toEqual(['unclaim']);
  });
});

test('2,000 orders in a chain: quick, and no deep recursion', () => {
  const orders = Array.from({ length: 2000 }, (_, index) => behind(`o${index}`, index === 0 ? [] : [`o${index - 1}`]));
  const before = process.cpuUsage();
  const { summary } = statusOf({ orders, refused: [] }, { older: orders.slice(0, 1000).map((it) => ended(it.id)) });
  expect(summary).toMatchObject({ completed: 1000, queued: 1, blocked: 999 });
  // Two orders of magnitude below a walk of the whole chain for each order.
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});

describe('O7: outputs of what came first', () => {
  const given = (document: OrdersDocument, id: string, me: number, ...of: SampleMachine['results'][]) =>
    outputsFor(document.orders.find((it) => it.id === id) as Order, document, fleet(...of), me);
  const said = (id: string, outputs: Record<string, string>) => ended(id, { outputs });

  test('of direct dependencies alone, under names that can mean nothing else', () => {
    const document = list(order('a'), behind('my-app.v2', ['a']), behind('ship', ['my-app.v2']));
    const results = { ended: [said('a', { x: '1' }), said('my-app.v2', { 'image.tag': '1.2 = b', Path: '/x' })] };
    expect(given(document, 'ship', 1, results)).toEqual({
      COORD_FROM_MY_APP_V2_IMAGE_TAG: '1.2 = b',
      COORD_FROM_MY_APP_V2_PATH: '/x',
    });
    expect(given(document, 'a', 1, results)).toEqual({});
  });

  test('of two that come to one name the later dependency stands', () => {
    const document = list(order('a.b'), order('a-b'), behind('ship', ['a.b', 'a-b']));
    const results = { ended: [said('a-b', { k: 'second' }), said('a.b', { k: 'first' })] };
    expect(given(document, 'ship', 1, results)).toEqual({ COORD_FROM_A_B_K: 'second' });
  });

  test('of a schedule: what its newest occurrence said', () => {
    const schedule = { line: '0 3 * * *', timezone: 'UTC', overlap: 'skip', newestAt: () => null } as const;
    const document = list(order('nightly', { schedule }), behind('ship', ['nightly']));
    const results = { ended: [said('nightly@20261119T0300Z', { rev: 'old' }), said('nightly@20261120T0300Z', { rev: 'new' })] };
    expect(reason(document, 'ship', results)).toBeNull();
    expect(given(document, 'ship', 1, results)).toEqual({ COORD_FROM_NIGHTLY_REV: 'new' });
  });

  test('an order for all machines: what it said here by the plain name, and what each said by its number', () => {
    const document = list(order('pull', { assign: { kind: 'all' } }), behind('ship', ['pull']));
    const of = [{ ended: [said('pull', { rev: 'one' })] }, { ended: [said('pull', { rev: 'two' })] }, { before: ['pull@1'] }];
    const all = { COORD_FROM_PULL_1_REV: 'one', COORD_FROM_PULL_2_REV: 'two' };
    expect([1, 2, 3].map((me) => given(document, 'ship', me, ...of))).toEqual([
      { COORD_FROM_PULL_REV: 'one', ...all },
      { COORD_FROM_PULL_REV: 'two', ...all },
      all,
    ]);
  });

  test('a name without a machine stands before one with it, and both keep to the limit', () => {
    const document = list(order('pull', { assign: { kind: 'all' } }), order('pull-2'), behind('ship', ['pull-2', 'pull']));
    const of = [{ ended: [said('pull-2', { rev: 'own' })] }, { ended: [said('pull', { rev: 'two' })] }];
    const pulled = [{ ended: [...(of[0]?.ended ?? []), said('pull', { rev: 'one' })] }, of[1]];
    expect(given(document, 'ship', 1, ...pulled)).toEqual({
      ...{ COORD_FROM_PULL_REV: 'one', COORD_FROM_PULL_1_REV: 'one', COORD_FROM_PULL_2_REV: 'own' },
    });
    const long = Array.from({ length: 20 }, () => ({ ended: [said('pull', { k: 'x'.repeat(30_000) })] }));
    const names = Object.keys(
      given(list(order('pull', { assign: { kind: 'all' } }), behind('ship', ['pull'])), 'ship', 3, ...long),
    );
    expect(names).toHaveLength(8);
    expect(names[0]).toBe('COORD_FROM_PULL_K');
  });

  test('no NUL, nothing longer than a system takes; half a value is none', () => {
    const document = list(order('a'), behind('ship', ['a']));
    const outputs = { nul: 'a\0b', long: 'x'.repeat(40_000), ok: 'y' };
    expect(given(document, 'ship', 1, { ended: [said('a', outputs)] })).toEqual({ COORD_FROM_A_OK: 'y' });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 'x'.repeat(30_000)]));
    expect(Object.keys(given(document, 'ship', 1, { ended: [said('a', many)] }))).toHaveLength(8);
  });

  test('short outputs of a run that left the last ones are still there', () => {
    const document = list(order('a'), behind('ship', ['a']));
    const { tail: _tail, startedAt: _startedAt, reason: _reason, ...older } = said('a', { x: '1' });
    expect(given(document, 'ship', 1, { older: [older] })).toEqual({ COORD_FROM_A_X: '1' });
  });
});
