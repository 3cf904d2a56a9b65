// D4, D5, D8: what stands on main and cannot be obeyed is not written over: nobody here knows what it says.
import { describe, expect, test } from 'vitest';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { archived, days, listed, ran, run } from './archive-days.ts';
import { createFleet, createWorld, NEW_FLEET, quiet, type World } from './world.ts';

const MODES = [
  ['an executable file', '100755'],
  ['a link', '120000'],
] as const;
const SIGNATURES_PATH = 'SIGNATURES.json';
const add: PersonEdit = { kind: 'add', order: { id: 'b', assign: 9, run: 'true' } };

function stands(world: World, path: string, mode: string, text: string): void {
  world.hub.commitAsPerson({ [`coordination/${path}`]: { mode, text } });
}

describe.each(MODES)('a document of people that is %s', (_, mode) => {
  test('D5 ORDERS.json: an edit waits, and says for what; nothing of it is lost', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    stands(world, 'ORDERS.json', mode, '{"version":1,"orders":[{"id":"a","assign":9,"run":"true"}]}');
    await one.edit(add);
    const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
    expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: 'ORDERS.json, which cannot be read on main' } }]);
    expect(await world.text('ORDERS.json')).toContain('"a"');
    stands(world, 'ORDERS.json', '100644', (await world.text('ORDERS.json')) ?? '');
    await quiet(world);
    expect(await listed(world)).toEqual(['a', 'b']);
  });

  test('D5 O4a fleet.yaml: a pause waits, and approvals stay', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    const text = 'approvals: { types: [deploy] }\n';
    stands(world, 'fleet.yaml', mode, text);
    await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
    const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
    expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: 'fleet.yaml, which cannot be read on main' } }]);
    expect(await world.text('fleet.yaml')).toBe(text);
  });

  test('D5 SIGNATURES.json: what is put waits', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    stands(world, SIGNATURES_PATH, mode, '{"kept":{"a":1}}\n');
    await one.edit({ kind: 'put', order: 'b', id: SIGNATURES_PATH, at: ['kept', 'b'], value: 2 });
    const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
    expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: `${SIGNATURES_PATH}, which cannot be read on main` } }]);
    expect(await world.text(SIGNATURES_PATH)).toBe('{"kept":{"a":1}}\n');
  });

  test('D5 a whole document that is new for whoever saved it is not put over it', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    stands(world, 'specs/login.md', mode, '# Kept\n');
    await one.edit({ kind: 'document', id: 'specs/login.md', text: '# Mine\n', from: null });
    await quiet(world);
    expect(await world.text('specs/login.md')).toBe('# Kept\n');
  });

  test('D11 an archive: what is archived goes on in the next part', async () => {
    const world = await ran([run('a')], '5d');
    const month = '2026-11';
    const before = `{"id":"kept","state":"FAILED","endedAt":null,"entry":{"id":"kept"}}\n`;
    stands(world, `archive/${month}.jsonl`, mode, before);
    await days(world, 7);
    expect(await listed(world)).toEqual([]);
    expect(await world.text(`archive/${month}.jsonl`)).toBe(before);
    expect(await archived(world, `${month}.2`)).toMatchObject([{ id: 'a' }]);
  });

  test('I1 the first machine lays down no ORDERS.json over it', async () => {
    const world = createWorld();
    stands(world, 'ORDERS.json', mode, 'theirs');
    await world.addMachine('first').join(NEW_FLEET);
    await quiet(world);
    expect(await world.text('ORDERS.json')).toBe('theirs');
  });
});

test.each([
  ['marks of a merge', '<<<<<<< mine\n{}\n=======\n{"kept":1}\n>>>>>>> theirs\n'],
  ['no object', '[1]\n'],
])('D5 what is put waits for SIGNATURES.json with %s to be mended', async (_, text) => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ [SIGNATURES_PATH]: text });
  await one.edit({ kind: 'put', order: 'b', id: SIGNATURES_PATH, at: ['kept', 'b'], value: 2 });
  const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
  expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: `${SIGNATURES_PATH}, which is no JSON object on main` } }]);
  expect(await world.text(SIGNATURES_PATH)).toBe(text);
  world.person({ [SIGNATURES_PATH]: '{"kept":{"a":1}}\n' });
  await quiet(world);
  expect(JSON.parse((await world.text(SIGNATURES_PATH)) ?? '')).toEqual({ kept: { a: 1, b: 2 } });
});

test('D5 D8 a document of a command is not put over text that cannot be read, nor over a folder', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.hub.commitAsPerson({ 'coordination/fleet.yaml/inner.yaml': 'theirs' });
  await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
  const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
  expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: 'fleet.yaml, which cannot be read on main' } }]);
  expect(await world.text('fleet.yaml/inner.yaml')).toBe('theirs');
  const large = `# ${'x'.repeat(1_100_000)}\n`;
  world.person({ 'fleet.yaml/inner.yaml': null, 'bell.json': large });
  const from = world.hub.filesOf(world.hub.refs.get('refs/heads/main') ?? '').get('coordination/bell.json')?.id ?? null;
  expect(from).not.toBeNull();
  await one.edit({ kind: 'document', id: 'bell.json', text: '{}\n', from });
  await quiet(world);
  expect(await world.text('bell.json')).not.toBe('{}\n');
  expect(one.state().lostEdits).toMatchObject([{ reason: 'bell.json cannot be read on main: nothing was done' }]);
});

test.each(['ORDERS.json~', 'fleet.yaml~', 'ORDERS.jsonx'])('D5 a file beside them, %s, keeps no edit waiting', async (name) => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ [name]: 'what an editor left' });
  await one.edit(add);
  await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
  await quiet(world);
  expect(await listed(world)).toEqual(['b']);
  expect(await world.text('fleet.yaml')).toContain('paused');
});

test('D8 what would be put into a document that is full by then is refused, and nothing goes', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  const full = `${JSON.stringify({ kept: 'x'.repeat(1_048_500) })}\n`;
  world.person({ [SIGNATURES_PATH]: full });
  await one.edit({ kind: 'put', order: 'b', id: SIGNATURES_PATH, at: ['b'], value: 'y'.repeat(200) });
  await quiet(world);
  expect(await world.text(SIGNATURES_PATH)).toBe(full);
  expect(one.state().lostEdits).toMatchObject([{ reason: `${SIGNATURES_PATH} is full: it would be larger than 1 MiB` }]);
});
