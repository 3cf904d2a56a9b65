// M8 where a box, a disk or a name is not as it should be: it costs what it touches, and nobody else anything.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUS_LIMITS, type LedgerMessage } from '../../../src/core/model/messages/bus.ts';
import { put } from '../../../src/features/bus/operations/box.ts';
import { boxOf, forgetBox } from '../../../src/features/bus/operations/boxes.ts';
import {
  boxesHere,
  confirmTaken,
  handBackStreams,
  sendOnBus,
  sendToAll,
  takeNext,
} from '../../../src/features/bus/operations/bus.ts';
import { busCheck } from '../../../src/features/bus/operations/doctor-check.ts';
import { momentName } from '../../../src/features/bus/operations/message-file.ts';
import { createProgramBoxes } from '../../../src/features/bus/operations/program-boxes.ts';
import type { Exam } from '../../../src/operations/doctor/exam.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';

const DAY_MS = 86_400_000;
let folder: FleetFolder;
let nowMs = 0;
let uuids = 0;
const world = {
  clock: { now: () => ({ wallMs: nowMs, monotonicMs: 0, boot: 'boot' }) },
  random: { uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`, fraction: () => 0.5 },
};

beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-bus-')));
  mkdirSync(folder.state, { recursive: true });
  writeFileSync(folder.identity, JSON.stringify({ machine: 1, name: 'pc' }));
  nowMs = Date.parse('2026-11-20T22:00:00.000Z');
  for (const program of ['araya', 'builder']) takeNext(world, folder, program);
});
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

const at = (...path: string[]) => join(folder.state, 'bus', ...path);
const send = (body: string, to = 'builder', keep = false) =>
  sendOnBus(world, folder, { to, from: 'poster', body, priority: 'normal', keep }).messages[0]?.id ?? '';

function takeAll(program: string): string[] {
  const taken: string[] = [];
  for (let next = takeNext(world, folder, program); next !== null; next = takeNext(world, folder, program)) {
    taken.push(next.message.body);
    confirmTaken(world, folder, program, next.message.id);
  }
  return taken;
}

/** What no permission mends, whoever runs this. */
function ruin(program: string, part = 'waiting'): void {
  rmSync(at(program, part), { recursive: true });
  writeFileSync(at(program, part), 'no folder');
}

test('M8 an unusable box costs what the ledger has for it, which people read, and never the sync', async () => {
  const boxes = createProgramBoxes(folder, 1, () => nowMs);
  const letter = (number: number, to: string): LedgerMessage => {
    return { source: '2', number, from: '2', to, at: null, priority: 'normal', body: `letter ${number}` };
  };
  ruin('araya');
  expect(await boxes.handOver(letter(1, 'araya'))).toBe(false);
  expect(await boxes.handOver(letter(2, 'builder'))).toBe(true);
  expect(await boxes.handOver(letter(3, 'all'))).toBe(false);
  expect(takeAll('builder')).toEqual(['letter 2', 'letter 3']);
  mkdirSync(at('marks.json', 'in the way'), { recursive: true });
  await boxes.settled({ 2: 3 });
  rmSync(at(), { recursive: true });
  writeFileSync(at(), 'no folder');
  expect(await boxes.handOver(letter(4, 'builder'))).toBe(false);
});

test('M8 an unusable box keeps a message to all from nobody else, and is named where people look', async () => {
  ruin('araya');
  const { messages, refused } = await sendToAll(world, folder, { from: 'poster', body: 'x', priority: 'normal' });
  expect(messages.map(({ to }) => to)).toEqual(['builder']);
  expect(refused).toMatchObject([{ to: 'araya', why: expect.stringContaining('the box of araya cannot be used') }]);
  expect(await boxesHere(folder)).toMatchObject([
    { program: 'araya', waiting: 0, trouble: expect.any(String) },
    { program: 'builder', waiting: 1, trouble: null },
  ]);
  await expect(busCheck.look({ folder } as Exam)).resolves.toMatchObject({
    state: 'warning',
    found: expect.stringContaining('the box of araya cannot be used'),
  });
});

test('M8 a daemon that begins gives back what streams had, whatever is with another box', () => {
  send('a');
  takeNext(world, folder, 'builder', { isStream: true });
  ruin('araya', 'handed');
  const failed: string[] = [];
  handBackStreams(folder, (program) => failed.push(program));
  expect(failed).toEqual(['araya']);
  expect(takeAll('builder')).toEqual(['a']);
});

test('M8 what cannot be read now is not set aside: it is said, not overtaken, and there later', () => {
  send('first');
  send('second');
  const [name = ''] = readdirSync(at('builder', 'waiting')).sort();
  const path = at('builder', 'waiting', name);
  renameSync(path, at('away'));
  symlinkSync(at('loop'), at('loop'));
  symlinkSync(at('loop'), path);
  expect(() => takeNext(world, folder, 'builder')).toThrow(/ELOOP/);
  expect(readdirSync(at('builder', 'broken'))).toEqual([]);
  renameSync(at('away'), path);
  expect(takeAll('builder')).toEqual(['first', 'second']);
});

test('M8 what cannot be read for a minute is set aside: it is named, and what is behind it comes', async () => {
  send('first');
  send('second');
  const [name = ''] = readdirSync(at('builder', 'waiting')).sort();
  rmSync(at('builder', 'waiting', name));
  symlinkSync(at('loop'), at('loop'));
  symlinkSync(at('loop'), at('builder', 'waiting', name));
  for (const seconds of [0, 30, 29]) {
    nowMs += seconds * 1_000;
    expect(() => takeNext(world, folder, 'builder')).toThrow(/ELOOP/);
  }
  expect(readdirSync(at('builder', 'broken'))).toEqual([]);
  nowMs += 1_000;
  expect(takeAll('builder')).toEqual(['second']);
  expect(readdirSync(at('builder', 'broken'))).toEqual([name]);
  expect(await boxesHere(folder)).toContainEqual(expect.objectContaining({ program: 'builder', waiting: 0, broken: 1 }));
});

test('M8 the longest time to confirm is kept by a clock that was set back a little', () => {
  send('a');
  expect(takeNext(world, folder, 'builder', { forMs: 600_000 })?.message.body).toBe('a');
  nowMs -= 1_000;
  expect(takeNext(world, folder, 'builder')).toBeNull();
  nowMs -= 3_600_000;
  expect(takeNext(world, folder, 'builder')?.message.body).toBe('a');
});

test('M8 so many boxes and no more; those that are there, and those that the owner named, go on', () => {
  for (let count = 2; count < BUS_LIMITS.boxesMax; count += 1) mkdirSync(at(`p${count}`));
  expect(() => takeNext(world, folder, 'one-more')).toThrow(/256 boxes here already/);
  expect(() => send('x', 'one-more', true)).toThrow(/256 boxes here already/);
  expect(existsSync(at('one-more'))).toBe(false);
  send('x');
  expect(takeAll('builder')).toEqual(['x']);
  mkdirSync(join(folder.state, 'programs'));
  const programs = '{"programs":[{"name":"codex"}],"processes":{},"turns":{},"by":{"pid":0}}';
  writeFileSync(join(folder.state, 'programs', 'programs.json'), programs);
  send('y', 'codex');
  expect(takeAll('codex')).toEqual(['y']);
});

test('M8 to all: whatever else this process does goes on between one box and the next', async () => {
  for (let count = 0; count < 20; count += 1) takeNext(world, folder, `p${count}`);
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await sendToAll(world, folder, { from: 'poster', body: 'x', priority: 'normal' });
  isDone = true;
  expect(turns).toBeGreaterThan(20);
});

test('M8 whoever writes to a box that is forgotten at that moment makes it anew', () => {
  const box = boxOf(folder, 'later');
  const message = { id: 'later.k', from: '1', to: 'later', at: null, priority: 'normal', body: 'x' } as const;
  expect(put(box, message, 'k', nowMs)).toBe(true);
  expect(takeAll('later')).toEqual(['x']);
});

test('M8 what lay in a box while it was being forgotten comes back, also where that was killed', () => {
  send('a');
  renameSync(at('builder'), at('.forgotten-builder'));
  expect(takeAll('builder')).toEqual(['a']);
  send('b');
  renameSync(at('builder'), at('.forgotten-builder'));
  mkdirSync(at('builder', 'waiting'), { recursive: true });
  writeFileSync(at('builder', 'waiting', 'in the way'), '');
  expect(() => forgetBox(folder, 'builder')).toThrow(/is not empty/);
  expect(takeAll('builder')).toEqual(['b']);
  expect(readdirSync(at()).sort()).toEqual(['araya', 'builder']);
});

test('M8.1 what is confirmed after a clock that was ahead has been set right is known as confirmed', () => {
  for (let count = 0; count < BUS_LIMITS.takenMax; count += 1)
    writeFileSync(at('builder', 'taken', momentName(nowMs + DAY_MS, `2-${String(nowMs).padStart(15, '0')}-5-${count}.json`)), '');
  const id = send('late');
  expect(takeAll('builder')).toEqual(['late']);
  // A second word of the same reader, whose first answer was lost.
  expect(() => confirmTaken(world, folder, 'builder', id)).not.toThrow();
});

test('M8 a file that cannot be read blocks nobody for good, however seldom its reader asks', () => {
  send('unreadable');
  send('good');
  const [name = ''] = readdirSync(at('builder', 'waiting')).sort();
  rmSync(at('builder', 'waiting', name));
  symlinkSync(at('loop'), at('loop'));
  symlinkSync(at('loop'), at('builder', 'waiting', name));
  expect(() => takeNext(world, folder, 'builder')).toThrow(/ELOOP/);
  nowMs += 2 * 3_600_000;
  utimesSync(at('builder', 'waiting', `.unread-${name}`), new Date(0), new Date(0));
  expect(takeNext(world, folder, 'builder')?.message.body).toBe('good');
  // Its note goes once it is gone.
  takeNext(world, folder, 'builder');
  expect(readdirSync(at('builder', 'waiting'))).toEqual([]);
});

test('M8 a file that could be read meanwhile is unreadable anew the next time', () => {
  const id = send('shaky');
  const [name = ''] = readdirSync(at('builder', 'waiting'));
  const ruinOnce = () => {
    renameSync(at('builder', 'waiting', name), at('aside'));
    symlinkSync(at('loop'), at('builder', 'waiting', name));
    expect(() => takeNext(world, folder, 'builder')).toThrow(/ELOOP/);
    renameSync(at('aside'), at('builder', 'waiting', name));
  };
  symlinkSync(at('loop'), at('loop'));
  ruinOnce();
  nowMs += 60_000;
  expect(takeNext(world, folder, 'builder')?.message.id).toBe(id);
  const [handed = ''] = readdirSync(at('builder', 'handed'));
  renameSync(at('builder', 'handed', handed), at('builder', 'waiting', name));
  ruinOnce();
  expect(takeNext(world, folder, 'builder')?.message.id).toBe(id);
});
