// Lanes that no machine made, which say what none would: what may come of each at most. Their numbers are free ones, within `machines_max`.
import { expect, test } from 'vitest';
import { createFleet, type World } from '../machine/world.ts';

const TIME = '2026-11-20T22:00:00.000Z';
const HIGHEST = Number.MAX_SAFE_INTEGER;

function word(machine: number, change: Readonly<Record<string, unknown>> = {}): string {
  const said = {
    machine,
    name: `forged${machine}`,
    state: 'IDLE',
    updated: TIME,
    seq: 1,
    beat: 1,
    heartbeat: '60s',
    id: 'x',
    instance: 'i',
  };
  const lines = Object.entries({ ...said, allows: 'shell', ...change }).map(([key, value]) => `${key}: ${value}`);
  return `---\n${lines.join('\n')}\n---\n`;
}

const results = (machine: number, change: object = {}): string =>
  JSON.stringify({ machine, running: [], waiting: [], ended: [], older: [], before: [], ...change });

const end = (order: string, change: object = {}) => {
  const times = { startedAt: TIME, finishedAt: TIME };
  return {
    order,
    generation: 1,
    attempt: 1,
    state: 'COMPLETED',
    reason: null,
    exitCode: 0,
    ...times,
    tail: '',
    outputs: {},
    ...change,
  };
};

function forge({ hub }: World, machine: number, files: Readonly<Record<string, string>>): void {
  const paths = Object.entries(files).map(([path, text]) => [`coordination/${path}`, text]);
  const commit = hub.commitAsPerson(Object.fromEntries(paths), 'forged');
  hub.setRef('refs/heads/forged', null);
  hub.setRef(`refs/coord/machines/${machine}`, commit);
}

/** Main after each of these minutes. */
async function minutes(world: World, count: number): Promise<(string | undefined)[]> {
  const mains: (string | undefined)[] = [];
  for (let minute = 0; minute < count; minute += 1) {
    world.pass(60_000);
    for (const machine of world.machines) await machine.cycle();
    mains.push(world.hub.refs.get('refs/heads/main'));
  }
  return mains;
}

/** Nobody writes for ever. The checkpoint (F3) is over by then. */
async function rest(world: World): Promise<void> {
  expect(new Set((await minutes(world, 18)).slice(-3)).size).toBe(1);
}

const started = (world: World) =>
  world.machines
    .flatMap(({ number, runner }) => runner.starts.map(({ order, attempt }) => `${order}.${attempt} on ${number}`))
    .sort();

const OTHERS = {
  'COMPUTER_2.md': word(2, { seq: 999_999 }),
  'results/2.json': results(2, { ended: [end('his')] }),
  'results/2-1.json': '{}',
  'messages/2_TO_1.md': `## 5 · ${TIME} · urgent\nforged\n`,
  'messages/0_TO_1.md': 'forged',
  'history/2/messages-2026-11.md': 'forged',
  'handoffs/2.md': 'forged',
  'ORDERS.json': '{ "version": 1, "orders": [] }',
  'fleet.yaml': 'paused: all\n',
  'STATUS.json': '{}',
  'README.md': 'forged',
  'specs/x.md': 'forged',
};

test.each<[what: string, files: Readonly<Record<string, string>>]>([
  ['names another machine', { 'COMPUTER_9.md': word(2), 'results/9.json': results(2) }],
  ['holds the documents of another machine alone', { 'COMPUTER_3.md': word(3), 'results/3.json': results(3) }],
  ['holds those of others beside its own', { ...OTHERS, 'COMPUTER_9.md': word(9), 'results/9.json': results(9) }],
])('D2: a lane that %s: nothing of it but its own documents counts, or reaches main', async (_what, files) => {
  const world = await createFleet(2);
  world.orders([{ id: 'his', assign: 2, run: 'true' }]);
  const ORDERS = await world.text('ORDERS.json');
  const { hub } = world;
  const before = new Set(hub.filesOf(hub.refs.get('refs/heads/main') ?? '').keys());
  forge(world, 9, files);
  await rest(world);
  expect(started(world)).toEqual(['his.1 on 2']);
  expect(await world.text('ORDERS.json')).toBe(ORDERS);
  const added = [...hub.filesOf(hub.refs.get('refs/heads/main') ?? '').keys()].filter((path) => !before.has(path));
  const own = ['coordination/COMPUTER_9.md', 'coordination/results/9.json'];
  expect(added.filter((path) => !/results\/[12]\.json$/.test(path)).sort()).toEqual('fleet.yaml' in files ? own : []);
  for (const path of added) expect(await world.text(path.replace('coordination/', ''))).not.toContain('forged\n');
  expect((await world.text('COMPUTER_2.md'))?.includes('999999')).toBe(false);
});

test.each<[what: string, change: Readonly<Record<string, unknown>>]>([
  ['a heartbeat of a millisecond', { heartbeat: '1ms' }],
  ['the longest heartbeat', { heartbeat: `${HIGHEST}ms` }],
  ['a time in year 0', { updated: '0000-01-01T00:00:00.000Z' }],
  ['a time in year 9999', { updated: '9999-12-31T23:59:59.999Z' }],
  ['the highest seq and beat', { seq: HIGHEST, beat: HIGHEST }],
  ['that all others are lost', { lost_1: 1e12, lost_2: 1e12, seen_1: TIME, seen_2: '9999-12-31T23:59:59.999Z' }],
  ['the most slots', { slots: HIGHEST, load: HIGHEST }],
  ['a pause without an end', { state: 'PAUSED', pause_note: '<img src=x>' }],
  ['that it has left', { state: 'LEFT', removed_by: 1 }],
  ['an emergency of 60,000 characters', { emergency: 'x'.repeat(60_000) }],
  ['a version of 60,000 digits', { version: '9'.repeat(60_000) }],
  ['8,000 tags', { tags: Array.from({ length: 8000 }, (_, at) => `t${at}`).join(', ') }],
  ['wake words that are none', { wake: 'ff:ff, '.repeat(1000), networks: 'x '.repeat(1000), wakes_1: TIME }],
])('H2, O4, D8: a lane that says %s: each order runs once, none is kept from running', async (_what, change) => {
  const world = await createFleet(2);
  const long = { id: 'long', assign: 'any', run: 'true', attempts: 3 };
  world.script('long', () => ({ ms: 240_000, exitCode: 0 }));
  world.orders([long]);
  await minutes(world, 2);
  forge(world, 9, { 'COMPUTER_9.md': word(9, change), 'results/9.json': results(9) });
  world.orders([long, { id: 'his', assign: 2, run: 'true' }, { id: 'shared', assign: 'any', run: 'true' }]);
  await rest(world);
  expect(started(world).map((start) => start.split(' ')[0])).toEqual(['his.1', 'long.1', 'shared.1']);
  for (const order of Object.values((await world.status()).orders)) expect(order.state).toBe('COMPLETED');
  expect(await world.text('COMPUTER_1.md')).toMatch(/^heartbeat: 1m$/m);
  expect((await world.text('README.md'))?.length).toBeLessThan(131_072);
});

const running = (leaseMs: number) => ({ order: 'shared', generation: 1, attempt: 1, startedAt: TIME, attempts: 3, leaseMs });

test.each<[what: string, change: object, named: readonly string[]]>([
  ['ends above all attempts', { ended: [end('shared', { attempt: HIGHEST })] }, []],
  ['ends above all generations', { ended: [end('shared', { generation: HIGHEST })] }, []],
  ['10,000 ends of no order', { older: Array.from({ length: 10_000 }, (_, at) => end(`none${at}`)) }, []],
  ['names that no output may have', { ended: [end('shared', { outputs: JSON.parse('{"__proto__":"x"}') })] }, []],
  ['what waits, and why', { waiting: [{ order: 'shared', generation: 1, state: 'BLOCKED', reason: 'no', hold: true }] }, []],
  ['that it passed over all', { before: ['shared@1', 'his@1', 'after@1', 'asked@1'] }, []],
  // What it can bring about, docs/security.md says.
  ['an end that nobody claimed', { ended: [end('shared')] }, ['shared']],
  ['an end that asks', { ended: [end('shared', { state: 'FAILED', asks: true })] }, ['shared', 'after']],
  ['a run with the longest lease', { running: [running(HIGHEST)] }, ['shared', 'after']],
])('O2, O4: forged results: %s: the orders that they do not name run once', async (_what, change, named) => {
  const world = await createFleet(2);
  forge(world, 9, { 'COMPUTER_9.md': word(9), 'results/9.json': results(9, change) });
  world.orders([
    { id: 'shared', assign: 'any', run: 'true', attempts: 3 },
    { id: 'his', assign: 2, run: 'true' },
    { id: 'after', assign: 1, run: 'true', after: ['shared'] },
    { id: 'asked', assign: 1, run: 'true', approval: true },
  ]);
  await rest(world);
  const expected = ['after', 'his', 'shared'].filter((order) => !named.includes(order));
  expect(started(world).map((start) => start.split('.')[0])).toEqual(expected);
  const { orders } = await world.status();
  expect(Object.values(orders).filter(({ reason }) => reason?.includes('error in coord'))).toEqual([]);
  expect(orders.asked?.state).toBe('BLOCKED');
});

test('O7 outputs of a forged end are values under COORD_FROM_ alone', async () => {
  const world = await createFleet(2);
  const outputs = { PATH: '/tmp', LD_PRELOAD: 'x', 'a.b-c': '$(id)' };
  forge(world, 9, { 'COMPUTER_9.md': word(9), 'results/9.json': results(9, { ended: [end('shared', { outputs })] }) });
  world.orders([
    { id: 'shared', assign: 'any', run: 'true' },
    { id: 'after', assign: 1, run: 'true', after: ['shared'] },
  ]);
  await rest(world);
  const env = { COORD_FROM_SHARED_PATH: '/tmp', COORD_FROM_SHARED_LD_PRELOAD: 'x', COORD_FROM_SHARED_A_B_C: '$(id)' };
  expect(world.machines[0].runner.starts).toMatchObject([{ order: 'after', env }]);
  expect(Object.keys(world.machines[0].runner.starts[0]?.env ?? {}).filter((name) => !name.startsWith('COORD_FROM_'))).toEqual(
    [],
  );
});

test('O4 a forged heartbeat of 285,000 years keeps nobody from taking over what a lost machine ran', async () => {
  const world = await createFleet(3);
  const [one, two, three] = world.machines;
  world.script('long', (attempt) => ({ ms: attempt === 1 ? 1e9 : 10, exitCode: 0 }));
  world.orders([{ id: 'long', assign: 'any', run: 'true', attempts: 3 }]);
  await minutes(world, 4);
  const living = [one, two, three].filter(({ runner }) => runner.starts.length === 0);
  forge(world, 9, { 'COMPUTER_9.md': word(9, { heartbeat: `${HIGHEST}ms` }), 'results/9.json': results(9) });
  for (let round = 0; round < 12; round += 1) {
    world.pass(60_000);
    for (const machine of living) await machine.cycle();
    const { reason, state } = (await world.status()).orders.long ?? {};
    expect([reason ?? '', state]).not.toEqual([expect.stringContaining('error in coord'), 'BLOCKED']);
  }
  expect((await world.status()).orders.long).toMatchObject({ state: 'COMPLETED', attempt: 2 });
});

test.each<[what: string, change: Readonly<Record<string, unknown>>]>([
  ['alone', {}],
  ['by a machine', { removed_by: 1 }],
  ['by nobody that there is', { removed_by: 40 }],
])('I4, R3 LEFT forged on the lane of a living machine, %s: it halts, what it ran runs nowhere else', async (_what, change) => {
  const world = await createFleet(2);
  const [, two] = world.machines;
  world.script('his', () => ({ ms: 120_000, exitCode: 0 }));
  world.orders([
    { id: 'his', assign: 2, run: 'true' },
    { id: 'next', assign: 2, run: 'true' },
    { id: 'shared', assign: 'any', run: 'true', after: ['his'] },
  ]);
  await minutes(world, 1);
  forge(world, 2, { 'COMPUTER_2.md': word(2, { state: 'LEFT', seq: 900, ...change }), 'results/2.json': results(2) });
  await rest(world);
  expect((await two.cycle()).state.duplicate).not.toBeNull();
  expect(started(world)).toEqual(['his.1 on 2']);
  expect((await world.status()).orders.his?.state).not.toBe('COMPLETED');
});

test('D8: 60 lanes with 8,000 tags each, long ones: every order runs, and the board stays small', async () => {
  const world = await createFleet(2);
  const tags = Array.from({ length: 8000 }, (_, at) => `${'t'.repeat(60)}${at}`).join(', ');
  for (let machine = 3; machine <= 62; machine += 1)
    forge(world, machine, { [`COMPUTER_${machine}.md`]: word(machine, { tags }), [`results/${machine}.json`]: results(machine) });
  world.orders([
    { id: 'his', assign: 2, run: 'true' },
    { id: 'tagged', assign: { tags: ['none-has-it'] }, run: 'true' },
    { id: 'shared', assign: 'any', run: 'true' },
  ]);
  await rest(world);
  expect(started(world).map((start) => start.split(' ')[0])).toEqual(['his.1', 'shared.1']);
  expect((await world.text('README.md'))?.length).toBeLessThan(131_072);
});
