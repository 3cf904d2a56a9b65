// D5, D8: nothing is written over what stands where a document, or a folder above it, would be; nor where nobody knows whether something does.
import { describe, expect, test } from 'vitest';
import type { PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { days, listed, ran, run } from './archive-days.ts';
import { createFleet, createWorld, NEW_FLEET, quiet, type World } from './world.ts';

type Standing = Readonly<Record<string, string | { readonly mode: string; readonly text: string }>>;

const LINK = { mode: '120000', text: '../theirs' };
const SPEC: PersonEdit = { kind: 'spec', id: 'specs/login.md', text: '# Mine\n', from: null };

const idOn = (world: World, path: string) =>
  world.hub.filesOf(world.hub.refs.get('refs/heads/main') ?? '').get(`coordination/${path}`)?.id ?? null;

describe.each<[what: string, path: string, standing: Standing]>([
  ['a folder of that name', 'specs/login.md/notes.txt', { 'coordination/specs/login.md/notes.txt': 'theirs' }],
  ['a link in the place of the folder', 'specs', { 'coordination/specs': LINK }],
  ['a file in the place of the folder', 'specs', { 'coordination/specs': 'theirs' }],
])('where there is %s', (_, path, standing) => {
  test('D5 a spec that is saved waits, and says for what; it goes when there is room', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.hub.commitAsPerson(standing);
    const theirs = idOn(world, path);
    await one.edit(SPEC);
    for (const _turn of [1, 2]) {
      const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
      expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: 'specs/login.md, which cannot be read on main' } }]);
    }
    expect(idOn(world, path)).toBe(theirs);
    world.hub.commitAsPerson({ [`coordination/${path}`]: null });
    await quiet(world);
    expect(await world.text('specs/login.md')).toBe('# Mine\n');
  });
});

test.each<[what: string, path: string, standing: Standing]>([
  ['a link in the place of its folder', 'archive', { 'coordination/archive': LINK }],
  ['a file in the place of its folder', 'archive', { 'coordination/archive': 'theirs' }],
])('D11 nothing is archived over %s: the list stays', async (_, path, standing) => {
  const world = await ran([run('a')], '5d');
  world.hub.commitAsPerson(standing);
  const theirs = idOn(world, path);
  await days(world, 7);
  expect(await listed(world)).toEqual(['a']);
  expect(idOn(world, path)).toBe(theirs);
});

test('D11 a spec that waits for its place keeps no ended order in the list', async () => {
  const world = await ran([run('a')], '5d');
  world.hub.commitAsPerson({ 'coordination/specs': LINK });
  for (const one of world.machines) await one.edit(SPEC);
  await days(world, 7);
  expect(await listed(world)).toEqual([]);
});

test('D11 an archive goes on in the next part where there is a folder of its name', async () => {
  const world = await ran([run('a')], '5d');
  world.hub.commitAsPerson({ 'coordination/archive/2026-11.jsonl/x': 'theirs' });
  await days(world, 7);
  expect(await listed(world)).toEqual([]);
  expect(await world.text('archive/2026-11.jsonl/x')).toBe('theirs');
  expect(await world.text('archive/2026-11.2.jsonl')).toContain('"a"');
});

test('D5 D8 a spec that may be among those that were not read waits; one that was read goes', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ 'specs/known.md': '# Before\n' });
  await quiet(world);
  one.line.cut = 'specs';
  await one.edit(SPEC);
  await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
  const { held } = (await one.cycle()).seen?.edits ?? { held: [] };
  expect(held).toMatchObject([{ waitsFor: { kind: 'fix', what: 'specs/login.md, which cannot be read on main' } }]);
  expect(await world.text('fleet.yaml')).toContain('paused');
  expect(await world.text('specs/login.md')).toBeNull();
});

test('D5 a pause is put on top of a fleet.yaml that waits to be sent', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ 'fleet.yaml': 'heartbeat: 1m\n' });
  await quiet(world);
  const text = 'heartbeat: 1m\nkeep_history: 30d\ncompact_at: 2026-12-20T00:00:00Z\n';
  await one.edit({ kind: 'document', id: 'fleet.yaml', text, from: idOn(world, 'fleet.yaml') });
  await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
  expect((await one.cycle()).seen?.edits.held).toEqual([]);
  await quiet(world);
  expect(await world.text('fleet.yaml')).toMatch(/keep_history: 30d[\s\S]*paused/);
});

test('D5 a second edit of a document says what it is, and asks no ledger for what was not written yet', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  const put = (text: string): PersonEdit => ({ kind: 'document', id: 'bell.json', text, from: null });
  await one.edit(put('{"a":1}\n'));
  await one.edit(put('{"b":1}\n'));
  await quiet(world);
  expect(one.state().lostEdits).toMatchObject([{ reason: 'bell.json was changed meanwhile: nothing was done' }]);
});

test('I1 D8 a repo in which coordination is no folder gets no fleet, and loses nothing', async () => {
  const world = createWorld();
  world.hub.commitAsPerson({ coordination: LINK, 'elsewhere/a.txt': 'theirs' });
  const before = world.hub.refs.get('refs/heads/main');
  const joining = world.addMachine('first').join(NEW_FLEET);
  await expect(joining).rejects.toThrow(/coordination: expected a folder, found a symbolic link/);
  expect(world.hub.refs.get('refs/heads/main')).toBe(before);
});
