// The edits that the board tells people to make: read off the page, made on main as they are written there, and then looked at for what they do.
import { expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, run: 'true', assign: 1, ...more });

async function settle(world: World): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    world.pass(2_000);
    await quiet(world);
  }
}

/** The edits in the block of needs-you, in words, as a phone shows them. */
async function shownEdits(world: World): Promise<readonly string[]> {
  const page = (await world.text('README.md')) ?? '';
  return [...page.matchAll(/<br>→ (?:\[(.*?)\]\([^)]*\)|(.*?)), or (?:there )?`/g)].map(([, linked, plain]) =>
    (linked ?? plain ?? '').replaceAll(/\\([_*])/g, '$1'),
  );
}

/** Makes one of them on main, by its words alone. */
async function makeEdit(world: World, words: string): Promise<void> {
  const [, field = '', json = '', step, id] =
    /(?:set|add) "(\w+)": (.+?)(?: \(or "failed"\))? (?:in|to) (?:step (\S+) of )?([a-z0-9.-]+)$/.exec(words) ?? [];
  if (id !== undefined) {
    const document = JSON.parse((await world.text('ORDERS.json')) ?? '{}');
    const entry = document.orders.find((it: { id: string }) => it.id === id);
    const target =
      step === undefined ? entry : (entry.steps.find((it: { id?: string }) => it.id === step) ?? entry.steps[Number(step) - 1]);
    target[field] = JSON.parse(json);
    return world.orders(document.orders);
  }
  const [, text = '', path = ''] = /write (?:the heading )?"(.+)" in (\S+)$/.exec(words) ?? [];
  const written = (await world.text(path)) ?? '';
  world.person({ [path]: `${written}\n${text.replace('…', 'Yes, drop it.')}\n` });
}

/** Makes the edit of the board that begins so, and lets the fleet see it. */
async function makeShown(world: World, begins: string): Promise<void> {
  const all = await shownEdits(world);
  const [words] = all.filter((it) => it.startsWith(begins));
  if (words === undefined) throw new Error(`the board shows ${JSON.stringify(all)}`);
  await makeEdit(world, words);
  await settle(world);
}

const starts = ({ runner }: SimMachine) => runner.starts.map(({ order }) => order);

test.each<[name: string, orders: readonly object[], fleet: string, starts: string]>([
  ['of an order', [run('ship', { approval: true })], '', 'ship'],
  ['that fleet.yaml asks for', [run('ship', { type: 'deploy' })], 'approvals: { types: [deploy] }\n', 'ship'],
  ['that was changed since', [run('ship', { approval: true, approved: '0123456789abcdef' })], '', 'ship'],
  [
    'of a named step',
    [{ id: 'rel', assign: 1, steps: [{ id: 'go', run: 'true', approval: true }, { run: 'true' }] }],
    '',
    'rel.go rel.2',
  ],
  ['of a step without a name', [{ id: 'rel', assign: 1, steps: [{ run: 'true', approval: true }] }], '', 'rel.1'],
])('8, O4a the edit on the board gives the approval %s', async (_, orders, fleet, wanted) => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ 'fleet.yaml': fleet });
  world.orders(orders);
  await settle(world);
  expect(starts(one)).toEqual([]);
  await makeShown(world, 'set "approved": true');
  expect(starts(one)).toEqual(wanted.split(' '));
  expect(await shownEdits(world)).toEqual([]);
});

test.each<[name: string, order: object, id: string]>([
  ['an order for one machine', run('job'), 'job'],
  ['an order for all', run('job', { assign: 'all' }), 'job'],
  ['an order that was raised before', run('job', { generation: 7 }), 'job'],
  ['a step', { id: 'rel', assign: 1, steps: [{ id: 'job', run: 'true' }] }, 'rel.job'],
])('8, O8 the edit on the board runs %s again', async (_, order, id) => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.script(id, (_, generation) => ({ ms: 10, exitCode: generation === 1 || generation === 7 ? 3 : 0 }));
  world.orders([order]);
  await settle(world);
  expect((await world.status()).orders[id]?.state).toBe('FAILED');
  await makeShown(world, 'to run it again: set "generation": ');
  expect(starts(one)).toEqual([id, id]);
  expect((await world.status()).orders[id]?.state).toBe('COMPLETED');
  expect(await shownEdits(world)).toEqual([]);
});

test('8, O12 the edit on the board runs the newest occurrence of a schedule again, once', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.script('nightly@20261120T2300Z', (_, generation) => ({ ms: 10, exitCode: generation === 1 ? 3 : 0 }));
  world.orders([run('nightly', { schedule: '0 23 * * *' })]);
  for (let minute = 0; minute < 65; minute += 1) {
    world.pass(60_000);
    await one.cycle();
  }
  await settle(world);
  expect((await world.status()).orders.nightly?.state).toBe('FAILED');
  await makeShown(world, 'to run it again: set "generation": 2 in nightly');
  expect(starts(one)).toEqual(['nightly@20261120T2300Z', 'nightly@20261120T2300Z']);
  expect((await world.status()).orders.nightly?.state).toBe('COMPLETED');
});

async function lostRun(): Promise<{ world: World; two: SimMachine }> {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  world.script('job', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([run('job', { assign: [1, 2] })]);
  for (let turn = 0; turn < 5; turn += 1) {
    await one.cycle();
    world.pass(1000);
  }
  expect(starts(one)).toEqual(['job']);
  for (let minute = 0; minute < 30; minute += 1) {
    world.pass(60_000);
    await two.cycle();
  }
  expect((await world.status()).orders.job).toMatchObject({ state: 'FAILED', code: 'lost' });
  return { world, two };
}

async function liveAlone(world: World, machine: SimMachine): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) {
    world.pass(2_000);
    await machine.cycle();
  }
}

test('8, O4b the edit on the board says how a lost run ended, and nothing runs', async () => {
  const { world, two } = await lostRun();
  const [words] = (await shownEdits(world)).filter((it) => it.startsWith('if you know how it ended: '));
  await makeEdit(world, words ?? '');
  await liveAlone(world, two);
  expect((await world.status()).orders.job).toMatchObject({ state: 'COMPLETED', code: 'resolved' });
  expect(starts(two)).toEqual([]);
});

test('8, O4 the edit on the board runs a lost run again, on another machine', async () => {
  const { world, two } = await lostRun();
  const [words] = (await shownEdits(world)).filter((it) => it.startsWith('to run it again: '));
  await makeEdit(world, words ?? '');
  await liveAlone(world, two);
  expect(starts(two)).toEqual(['job']);
});

test('8, O18 the words on the board answer a question', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  const { policy } = one.settings.self;
  one.settings.self = { ...one.settings.self, tools: ['claude'], policy: { ...policy, allow: ['shell', 'agent'] } };
  const question = { agent: 'claude', session: 's-1', question: 'May I drop the table?', asks: 'question' };
  world.script('fix', (_, generation) =>
    generation === 1 ? { ms: 10, exitCode: 3, outputs: question } : { ms: 10, exitCode: 0 },
  );
  world.orders([{ id: 'fix', assign: 1, agent: 'claude', prompt: 'mend it' }]);
  await settle(world);
  await makeShown(world, 'write "answer fix: …"');
  expect(JSON.parse((await world.text('ORDERS.json')) ?? '').orders[0]).toMatchObject({ generation: 2, resume: 'Yes, drop it.' });
});

test('8, M6 the heading on the board ends an emergency, also a second time', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  for (const turn of [1, 2]) {
    const recordedAt = new Date(Date.parse('2026-11-20T23:00:00.000Z') + turn).toISOString();
    await one.journal.record({ id: `fire-${turn}`, recordedAt, kind: 'send', to: '0', body: 'fire', priority: 'urgent' });
    await settle(world);
    expect((await world.status()).machines['1']?.state).toBe('EMERGENCY');
    await makeShown(world, 'when it is over, write the heading "## resolved"');
    expect((await world.status()).machines['1']?.state).toBe('IDLE');
  }
});

test.each<[name: string, before: string, after: string]>([
  ['the fleet, and nothing is left', 'paused: all\n', 'paused:\n'],
  ['the fleet, and the key goes', 'paused: all\n', ''],
  ['one machine of a list', 'paused: [1, 2]\n', 'paused: [2]\n'],
  ['one machine of entries', 'paused: { 1: {}, 2: {} }\n', 'paused: { 2: {} }\n'],
])('8, P2 what the board says of "paused" ends the pause of %s', async (_, before, after) => {
  const world = await createFleet(2);
  world.person({ 'fleet.yaml': before });
  await settle(world);
  expect((await world.status()).machines['1']?.state).toBe('PAUSED');
  expect(await shownEdits(world)).toContain('take it out of "paused" in fleet.yaml');
  world.person({ 'fleet.yaml': after });
  await settle(world);
  expect((await world.status()).machines['1']?.state).toBe('IDLE');
});

test('8 a way out that would not help is not told: what needs its owner names the command alone', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  one.settings.self = { ...one.settings.self, policy: { ...one.settings.self.policy, allow: [] } };
  world.orders([run('job')]);
  await settle(world);
  expect(await world.text('README.md')).toContain('coord allow shell');
  expect(await shownEdits(world)).toEqual([]);
});
