// Machines whose versions write other documents: what is not known is carried along untouched, what is of another kind is named,
// and two versions never rewrite each other for ever.
import { expect, test } from 'vitest';
import { parseMachineDocument, renderMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { parseResults } from '../../src/documents/machine/results.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const MAIN = 'refs/heads/main';
const LANE_2 = 'refs/coord/machines/2';
const run = (id: string, assign: unknown = 1) => ({ id, assign, run: 'true' });

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  world.orders([run('a', 2)]);
  await quiet(world);
  return { world, one, other };
}

/** Machine 2 speaks as another version would: its documents, changed by hand. */
async function speakAsTwo(world: World, change: (path: string, text: string) => string): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const path of ['COMPUTER_2.md', 'results/2.json']) said[path] = change(path, (await world.text(path, LANE_2)) ?? '');
  const files = Object.fromEntries(Object.entries(said).map(([path, text]) => [`coordination/${path}`, text]));
  world.hub.setRef(LANE_2, world.hub.commitAsPerson(files, 'elsewhere'));
  return said;
}

test('D3, D4: unknown fields and a higher version are no fault, read past, and carried byte for byte', async () => {
  const { world, one } = await two();
  const said = await speakAsTwo(world, (path, text) =>
    path.endsWith('.md')
      ? text
          .replace(/^version: .*$/m, 'version: 9.0.0\nmood: sunny\nplan_b: 3')
          .replace(/^seq: (\d+)$/m, (_, seq) => `seq: ${Number(seq) + 1}`)
      : text
          .replace('{\n', '{\n  "version": 2,\n  "energy": { "joule": [1, 2] },\n')
          .replace('"order":"a"', '"cost":0.5,"order":"a"'),
  );
  expect(said['results/2.json']).toContain('"cost"');
  world.pass(MINUTE_MS);
  await one.cycle();
  for (const [path, text] of Object.entries(said)) expect(await world.text(path), path).toBe(text);
  const status = await world.status();
  expect(status.faults).toEqual([]);
  expect(status.orders.a).toMatchObject({ state: 'COMPLETED', machine: 2 });
  // The owner keeps what it does not know of its own document, too.
  expect(status.machines[2]?.name).toBe('m2');
});

test.each([
  ['COMPUTER_2.md', 'slots', (text: string) => text.replace(/^slots: .*$/m, 'slots: many')],
  ['COMPUTER_2.md', 'state', (text: string) => text.replace(/^state: .*$/m, 'state: DREAMING')],
  ['results/2.json', 'at running', (text: string) => text.replace(/"running": \[[^\]]*\]/, '"running": { "none": true }')],
])('D4: in %s a %s of another kind is a fault with its place, and the last good word stays in force', async (path, place, change) => {
  const { world, one } = await two();
  const before = await world.text(path);
  const said = await speakAsTwo(world, (name, text) => (name === path ? change(text) : text));
  expect(said[path]).not.toBe(before);
  world.orders([run('a', 2), run('b')]);
  await one.cycle();
  await one.cycle();
  const status = await world.status();
  expect(status.faults).toMatchObject([
    { document: path, ...(path.endsWith('.md') ? { line: expect.any(Number) } : {}), message: expect.stringContaining(place) },
  ]);
  expect(await world.text(path)).toBe(before);
  expect(status.orders).toMatchObject({ a: { state: 'COMPLETED' }, b: { state: 'COMPLETED' } });
  expect(one.runner.starts.map(({ order }) => order)).toEqual(['b']);
});

test('D6: two versions that render the board differently: one commit for each event, then silence', async () => {
  const { world, one, other } = await two();
  const commits = () => world.hub.refs.get(MAIN);
  /** What machine 2's version makes of the derived documents, in a commit with a machine's trailers. */
  const asTwo = async (): Promise<void> => {
    const fetched = await world.eye.fetch(null);
    const message = fetched.kind === 'fetched' ? (fetched.trees.main?.message ?? '') : '';
    const status = ((await world.text('STATUS.json')) ?? '').replace('"version": 1', '"version": 2,\n  "later": true');
    const files = new Map([
      ['STATUS.json', { text: status }],
      ['README.md', { text: 'Another version’s page\n' }],
      ['schemas/orders.schema.json', { text: '{}\n' }],
    ]);
    const [update] = await world.eye.write({ lane: null, boards: [{ branch: null, base: commits() ?? null, files, message }] });
    world.hub.setRef(MAIN, update?.commit ?? null);
  };
  const cycleAsTwo = async (): Promise<boolean> => {
    const { push } = await other.cycle();
    if (push?.main !== 'accepted') return false;
    await asTwo();
    return true;
  };
  await asTwo();
  for (const id of ['b', 'c', 'd']) {
    world.orders([run('a', 2), run(id, 'all')]);
    let last = commits();
    let moves = 0;
    for (let round = 0; round < 20; round += 1) {
      world.pass(MINUTE_MS);
      for (const cycle of [() => one.cycle(), cycleAsTwo]) {
        await cycle();
        if (commits() !== last) moves += 1;
        last = commits();
      }
    }
    // A fold by each for its own result, last-seen times once after 15 min (F3), and room for one more.
    expect(moves, id).toBeLessThanOrEqual(5);
    const still = commits();
    for (let round = 0; round < 20; round += 1) {
      world.pass(MINUTE_MS);
      await one.cycle();
      await cycleAsTwo();
    }
    expect(commits(), id).toBe(still);
  }
});

test('D3a beside a machine of the version before all write the form that it reads, until it is raised', async () => {
  const { world, one } = await two();
  const isShort = async (machine: number) => !/^---\n(?:.+\n)*seq: /.test((await world.text(`COMPUTER_${machine}.md`)) ?? '');
  expect([await isShort(1), await isShort(2)]).toEqual([true, true]);
  const { value: results } = parseResults((await world.text('results/2.json', LANE_2)) ?? '', 'results/2.json');
  const inFirst = (reads: number) =>
    speakAsTwo(world, (path, text) => {
      const { value } = parseMachineDocument(text, path);
      if (value === null || results === null) return text;
      const { form: _, ...before } = value;
      return renderMachineDocument({ ...before, reads, seq: before.seq + 1 }, results);
    });
  await inFirst(1);
  await one.cycle();
  expect([await isShort(1), await isShort(2)]).toEqual([false, false]);
  const lane = () => world.hub.refs.get('refs/coord/machines/1');
  const still = lane();
  await one.cycle();
  expect(lane()).toBe(still);
  await inFirst(2);
  await one.cycle();
  // No push for the form alone.
  expect(lane()).toBe(still);
  world.pass(2 * MINUTE_MS);
  await one.cycle();
  expect(await isShort(1)).toBe(true);
  expect((await world.status()).faults).toEqual([]);
});
