// Who joined, was lost and came back, from the history that a real fleet in memory leaves on main.
import { expect, test } from 'vitest';
import { machineEvents } from '../../src/core/history/machine-events.ts';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import type { MachineEvent } from '../../src/core/model/status/timeline.ts';
import { toldPaths } from '../../src/documents/paths.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { wordEvents } from '../../src/operations/timeline/machine-words.ts';
import { view } from '../core/samples.ts';
import { createFleet, type SimMachine, type World } from '../machine/world.ts';

async function told(world: World, skipOldest = 0): Promise<string[]> {
  const fetched = await world.eye.fetch(null);
  if (fetched.kind !== 'fetched') throw new Error('offline');
  const snapshot = await readSnapshot({ ledger: world.eye, trees: fetched.trees });
  const { commits } = await world.eye.history({ countMax: 2_000, sinceMs: null, paths: toldPaths([], []) });
  return (await wordEvents(world.eye, commits.slice(0, commits.length - skipOldest), snapshot)).map(words);
}

const words = ({ machine, what, says }: MachineEvent) => `${machine} ${what}${says === null ? '' : ` says ${says}`}`;

/** Minutes in which only these machines sync. */
async function minutes(world: World, count: number, awake: readonly SimMachine[]): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    world.pass(60_000);
    for (const machine of awake) await machine.cycle();
  }
}

test('joined, lost and back, each once; a quiet hour tells nothing', async () => {
  const world = await createFleet(3);
  const [one, two, three] = world.machines;
  const joined = ['1 joined', '2 joined', '3 joined'];
  expect(await told(world)).toEqual(joined);
  await minutes(world, 60, world.machines);
  expect(await told(world)).toEqual(joined);
  await minutes(world, 30, [one, two]);
  expect(await told(world)).toEqual([...joined, '3 lost says 1']);
  await minutes(world, 10, [one, two]);
  await three.cycle();
  await minutes(world, 10, world.machines);
  expect(await told(world)).toEqual([...joined, '3 lost says 1', '3 back']);
  await minutes(world, 30, [one, two]);
  expect(await told(world)).toEqual([...joined, '3 lost says 1', '3 back', '3 lost says 1']);
});

test('a document taken away by a person and put back is no joining; nor is a person’s own invention', async () => {
  const world = await createFleet(2);
  world.person({ 'COMPUTER_2.md': null });
  await minutes(world, 3, world.machines);
  expect(await world.text('COMPUTER_2.md')).not.toBeNull();
  world.person({ 'COMPUTER_9.md': ((await world.text('COMPUTER_2.md')) ?? '').replace('machine: 2', 'machine: 9') });
  expect(await told(world)).toEqual(['1 joined', '2 joined']);
});

test('a loss before the commits that are looked at: the return is told all the same', async () => {
  const world = await createFleet(3);
  const [one, two, three] = world.machines;
  await minutes(world, 30, [one, two]);
  const { commits } = await history(world);
  await three.cycle();
  await minutes(world, 5, world.machines);
  expect(await told(world, commits)).toEqual(['3 back']);
});

async function history(world: World): Promise<{ commits: number }> {
  await world.eye.fetch(null);
  return { commits: (await world.eye.history({ countMax: 2_000, sinceMs: null, paths: toldPaths([], []) })).commits.length };
}

const word = (machine: number, change: Partial<MachineDocument>) => view(machine, { document: change }).document;

test('F2: a statement that is void when it is first seen is no loss; leaving is told once', () => {
  const standing = [word(1, {}), word(3, { beat: 50 })];
  const stale = { before: word(1, {}), after: word(1, { lost: { 3: 41 } }), isFirst: false };
  const left = { before: word(3, { beat: 50 }), after: word(3, { beat: 51, state: 'LEFT' }), isFirst: false };
  const again = { before: left.after, after: word(3, { beat: 52, state: 'LEFT' }), isFirst: false };
  expect(machineEvents([[stale], [left], [again]], standing).map(words)).toEqual(['3 left']);
});

test('F2: an older word that is folded late is no return; one past the beat that was seen is', () => {
  const lost = { before: word(1, {}), after: word(1, { lost: { 3: 41 } }), isFirst: false };
  const change = (beat: number) => ({ before: word(3, {}), after: word(3, { beat }), isFirst: false });
  const standing = [word(1, {}), word(3, { beat: 30 })];
  expect(machineEvents([[lost], [change(41)]], standing).map(words)).toEqual(['3 lost says 1']);
  expect(machineEvents([[lost], [change(41)], [change(42)], [change(43)]], standing).map(words)).toEqual([
    '3 lost says 1',
    '3 back',
  ]);
});
