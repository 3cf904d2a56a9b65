import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUS_LIMITS } from '../../../src/core/model/messages/bus.ts';
import type { Priority } from '../../../src/core/model/orders/order.ts';
import { HANDED_MS_MAX, hasRoom } from '../../../src/features/bus/operations/box.ts';
import { forgetBox } from '../../../src/features/bus/operations/boxes.ts';
import {
  boxesHere,
  confirmTaken,
  handBack,
  handBackStreams,
  messageState,
  peek,
  sendOnBus,
  sendToAll,
  takeNext,
} from '../../../src/features/bus/operations/bus.ts';
import { busCheck } from '../../../src/features/bus/operations/doctor-check.ts';
import { createProgramBoxes } from '../../../src/features/bus/operations/program-boxes.ts';
import { whoIsMeant } from '../../../src/features/bus/operations/send-to.ts';
import { waitForNext } from '../../../src/features/bus/operations/wait-for-next.ts';
import type { Exam } from '../../../src/operations/doctor/exam.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';

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
  takeNext(world, folder, 'builder');
});
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

function send(body: string, priority: Priority = 'normal', to = 'builder', keep = false): string {
  return sendOnBus(world, folder, { to, from: 'araya', body, priority, keep }).messages[0]?.id ?? '';
}

const bodies = (count = 100) => peek(folder, 'builder', count).map(({ message }) => message.body);
const bodiesThat = (state: string) =>
  peek(folder, 'builder', 100).flatMap((held) => (held.state === state ? [held.message.body] : []));
const partOf = (part: string, program = 'builder') => readdirSync(join(folder.state, 'bus', program, part));

/** Takes and confirms what waits. */
function takeAll(program = 'builder'): string[] {
  const taken: string[] = [];
  for (let next = takeNext(world, folder, program); next !== null; next = takeNext(world, folder, program)) {
    taken.push(next.message.body);
    confirmTaken(world, folder, program, next.message.id);
  }
  return taken;
}

describe('the order', () => {
  test('M8 urgent first, within one priority as it was sent, also where the clock went back', () => {
    send('a');
    nowMs -= 3_600_000;
    for (const [body, priority] of [
      ['b', 'normal'],
      ['c', 'low'],
      ['d', 'urgent'],
      ['e', 'high'],
      ['f', 'normal'],
      ['g', 'urgent'],
    ] as const)
      send(body, priority);
    expect(bodies()).toEqual(['d', 'g', 'e', 'a', 'b', 'f', 'c']);
    expect(takeAll()).toEqual(['d', 'g', 'e', 'a', 'b', 'f', 'c']);
  });

  test('M8 one that was handed out comes in its old place again, before what was sent meanwhile', () => {
    send('first');
    const held = takeNext(world, folder, 'builder');
    nowMs -= 60_000;
    send('second');
    if (held !== null) handBack(folder, held);
    expect(takeAll()).toEqual(['first', 'second']);
  });
});

describe('at least once', () => {
  test('M8 who takes and does not confirm gets it again in time, not before; each reader gets another one', () => {
    const id = send('a');
    send('b');
    expect(takeNext(world, folder, 'builder', { forMs: 5_000 })?.message).toMatchObject({
      id,
      body: 'a',
      from: 'araya',
      to: 'builder',
    });
    expect(takeNext(world, folder, 'builder', { forMs: 5_000 })?.message.body).toBe('b');
    expect(takeNext(world, folder, 'builder')).toBeNull();
    expect(messageState(folder, id).state).toBe('handed');
    nowMs += 5_001;
    expect(takeNext(world, folder, 'builder')?.message.id).toBe(id);
  });

  test('M8 a clock that is set back gives nobody a message for ever', () => {
    send('a');
    takeNext(world, folder, 'builder', { forMs: 5_000 });
    nowMs -= HANDED_MS_MAX + 60_000;
    expect(takeNext(world, folder, 'builder')?.message.body).toBe('a');
  });

  test('M8 confirmed once is confirmed: late, twice, and after another reader got it', () => {
    const id = send('a');
    const late = takeNext(world, folder, 'builder', { forMs: 1_000 });
    nowMs += 2_000;
    takeNext(world, folder, 'builder', { forMs: 60_000 });
    confirmTaken(world, folder, 'builder', id);
    confirmTaken(world, folder, 'builder', id);
    expect(messageState(folder, id)).toMatchObject({ state: 'taken', takenAt: '2026-11-20T22:00:02.000Z' });
    if (late !== null) handBack(folder, late);
    nowMs += HANDED_MS_MAX;
    expect(takeNext(world, folder, 'builder')).toBeNull();
  });

  test('M8 who hands back late takes it from nobody', () => {
    send('a');
    const late = takeNext(world, folder, 'builder', { forMs: 1_000 });
    nowMs += 2_000;
    takeNext(world, folder, 'builder', { forMs: 60_000 });
    if (late !== null) handBack(folder, late);
    expect(takeNext(world, folder, 'builder')).toBeNull();
  });

  test('M8 what a dead daemon’s stream had waits again once there is another; what others have is theirs', () => {
    send('a');
    send('b');
    const [a, b] = [takeNext(world, folder, 'builder', { isStream: true }), takeNext(world, folder, 'builder')];
    handBackStreams(folder, (_program, error) => {
      throw error;
    });
    expect(bodiesThat('waiting')).toEqual(['a']);
    for (const held of [a, b]) confirmTaken(world, folder, 'builder', held?.message.id ?? '');
    expect(bodies()).toEqual([]);
  });

  test('M8 what was confirmed is known for a while, and no longer', () => {
    const first = send('0');
    expect(messageState(folder, first).state).toBe('waiting');
    takeAll();
    confirmedLater(BUS_LIMITS.takenMax - 2);
    expect(messageState(folder, first).state).toBe('taken');
    confirmedLater(1);
    expect(partOf('taken')).toHaveLength(BUS_LIMITS.takenMax);
    expect(() => messageState(folder, first)).toThrow(/not any more/);
    expect(() => confirmTaken(world, folder, 'builder', first)).toThrow(/not any more/);
  });

  test('waits for the next one, and gives up without taking it', async () => {
    const coming = waitForNext(world, folder, 'builder');
    send('a');
    expect((await coming)?.message.body).toBe('a');
    const giveUp = new AbortController();
    const never = waitForNext(world, folder, 'builder', { giveUp: giveUp.signal });
    giveUp.abort();
    expect(await never).toBeNull();
    send('b');
    expect(takeNext(world, folder, 'builder')?.message.body).toBe('b');
  });
});

describe('who is known', () => {
  test('M8 one that nobody knows is refused with those who are, unless it will come', async () => {
    expect(() => send('a', 'normal', 'buidler')).toThrow(/no program "buidler" is known on this machine; known here: builder/);
    expect(existsSync(join(folder.state, 'bus', 'buidler'))).toBe(false);
    send('a', 'normal', 'later', true);
    expect(takeAll('later')).toEqual(['a']);
    expect(() => send('a', 'normal', '../up', true)).toThrow(/no name of a program/);
    expect((await boxesHere(folder)).map(({ program }) => program)).toEqual(['builder', 'later']);
  });

  test('M8 those that the owner named are known before they ever read', () => {
    ownerNames('codex');
    send('a', 'normal', 'codex');
    expect(takeAll('codex')).toEqual(['a']);
  });

  test('a name can be forgotten, unless something lies in its box; who sends at that moment makes it anew', () => {
    send('a', 'normal', 'slip', true);
    expect(() => forgetBox(folder, 'slip')).toThrow(/is not empty/);
    takeNext(world, folder, 'slip', { forMs: 1_000 });
    expect(() => forgetBox(folder, 'slip')).toThrow(/is not empty/);
    nowMs += 1_001;
    expect(takeAll('slip')).toEqual(['a']);
    forgetBox(folder, 'slip');
    expect(() => send('b', 'normal', 'slip')).toThrow(/no program "slip"/);
    expect(() => forgetBox(folder, 'slip')).toThrow(/has no box/);
    send('c', 'normal', 'slip', true);
    expect(takeAll('slip')).toEqual(['c']);
  });

  test('M8 to all is one to each but its sender; a full box is said and keeps it from nobody else', async () => {
    takeNext(world, folder, 'araya');
    takeNext(world, folder, 'codex');
    fill('codex');
    const { messages, refused } = await sendToAll(world, folder, { from: 'araya', body: 'x', priority: 'normal' });
    expect(messages.map(({ to }) => to)).toEqual(['builder']);
    expect(refused).toMatchObject([{ to: 'codex', why: expect.stringContaining('full') }]);
    expect(takeAll('araya')).toEqual([]);
  });

  test('M8 what is sent to all goes to no box that nobody has read for 30 days, unless its owner named it', async () => {
    const toAll = async () => {
      const { messages } = await sendToAll(world, folder, { from: 'poster', body: 'x', priority: 'normal' });
      return messages.map(({ to }) => to);
    };
    ownerNames('named');
    for (const program of ['gone', 'named', 'slow']) takeNext(world, folder, program);
    expect(await toAll()).toEqual(['builder', 'gone', 'named', 'slow']);
    nowMs += 20 * 86_400_000;
    takeAll();
    const handed = takeNext(world, folder, 'slow');
    nowMs += 11 * 86_400_000;
    expect(await toAll()).toEqual(['builder', 'named', 'slow']);
    expect(handed).not.toBeNull();
    expect(takeAll('gone')).toEqual(['x']);
    expect(await toAll()).toEqual(['builder', 'gone', 'named', 'slow']);
  });

  test('M8 a box goes with what is in it where a person says so', () => {
    send('x', 'normal', 'slip', true);
    expect(() => forgetBox(folder, 'slip')).toThrow(/is not empty/);
    forgetBox(folder, 'slip', true);
    expect(() => forgetBox(folder, 'slip')).toThrow(/has no box/);
    expect(() => send('y', 'normal', 'slip')).toThrow(/no program "slip"/);
  });

  test('a machine is meant first; a number before the name means a program', () => {
    const me = { number: 1, name: 'pc' };
    const machines = [
      { ...me, hasLeft: false },
      { number: 2, name: 'builder', hasLeft: false },
    ];
    const meant = (word: string, keep = false) => whoIsMeant(word, { me, machines, programs: ['builder', 'araya'], keep });
    expect(meant('builder')).toEqual({ kind: 'ledger', to: 'builder', program: null });
    expect(meant('araya')).toEqual({ kind: 'bus', program: 'araya' });
    for (const word of ['1/builder', 'pc/builder', 'PC/builder'])
      expect(meant(word)).toEqual({ kind: 'bus', program: 'builder' });
    expect(meant('1/all')).toEqual({ kind: 'bus', program: 'all' });
    expect(meant('builder/builder')).toEqual({ kind: 'ledger', to: 'builder', program: 'builder' });
    expect(meant('all/builder')).toEqual({ kind: 'ledger', to: 'all', program: 'builder' });
    expect(meant('all')).toEqual({ kind: 'ledger', to: 'all', program: null });
    expect(meant('nobody')).toEqual({ kind: 'ledger', to: 'nobody', program: null });
    expect(meant('nobody', true)).toEqual({ kind: 'bus', program: 'nobody' });
    expect(() => meant('0/builder')).toThrow(/people have no programs/);
    expect(() => meant('2/Builder')).toThrow(/no name of a program/);
  });
});

describe('bad days', () => {
  test('M8 a box takes so many and no more: the sender is told, and nothing is lost', () => {
    fill('builder');
    const before = partOf('waiting');
    expect(() => send('one too many')).toThrow(/the box of builder is full/);
    expect(partOf('waiting')).toEqual(before);
    const { waitingMax, waitingBytesMax } = BUS_LIMITS;
    expect([hasRoom(waitingMax, 0), hasRoom(waitingMax + 1, 0)]).toEqual([true, false]);
    expect([hasRoom(1, waitingBytesMax), hasRoom(1, waitingBytesMax + 1)]).toEqual([true, false]);
  });

  test('M8 what cannot be read is set aside and said, and the others go on', async () => {
    const bad = send('torn', 'urgent');
    send('good');
    const [name = ''] = partOf('waiting');
    writeFileSync(join(folder.state, 'bus', 'builder', 'waiting', name), '{"id":');
    writeFileSync(join(folder.state, 'bus', 'builder', 'waiting', 'notes.txt'), 'a person’s');
    mkdirSync(join(folder.state, 'bus', 'builder', 'waiting', `0-${'0'.repeat(15)}-1-x.json`));
    expect(bodies()).toEqual(['good']);
    expect(takeAll()).toEqual(['good']);
    expect(messageState(folder, bad).state).toBe('broken');
    expect(await boxesHere(folder)).toMatchObject([{ program: 'builder', waiting: 0, handed: 0, broken: 3 }]);
    expect(readFileSync(join(folder.state, 'bus', 'builder', 'broken', 'notes.txt'), 'utf8')).toBe('a person’s');
    await expect(busCheck.look({ folder } as Exam)).resolves.toMatchObject({
      state: 'warning',
      found: expect.stringContaining('3 files'),
    });
  });

  test('M8 half a message of a writer that was killed is none, and is swept when it is old', () => {
    const half = join(folder.state, 'bus', 'builder', 'waiting', '.2-000-1-x.json.abc.tmp');
    writeFileSync(half, '{"id"');
    send('good');
    expect(takeAll()).toEqual(['good']);
    expect(existsSync(half)).toBe(true);
    nowMs = Date.now() + 7_200_000;
    send('later');
    takeAll();
    expect(existsSync(half)).toBe(false);
  });

  test('M8 one of the ledger is put there once, also when taken and forgotten before the journal knew', async () => {
    const boxes = createProgramBoxes(folder, 4, () => nowMs);
    const letter = {
      source: '1_all',
      number: 7,
      from: '1/araya',
      to: 'builder',
      at: null,
      priority: 'normal',
      body: 'x',
    } as const;
    expect(await boxes.handOver(letter)).toBe(true);
    expect(takeAll()).toEqual(['x']);
    confirmedLater(BUS_LIMITS.takenMax);
    expect(await boxes.handOver(letter)).toBe(true);
    expect(takeAll()).toEqual([]);
    await boxes.settled({ '1_all': 7 });
    send('last');
    takeAll();
    expect(partOf('taken').filter((name) => name.endsWith('4-1_all-7.json'))).toEqual([]);
    expect(await boxes.handOver({ ...letter, to: 'nobody', number: 8 })).toBe(false);
    fill('builder');
    expect(await boxes.handOver({ ...letter, number: 9 })).toBe(false);
    // To all, it keeps the message from no other.
    expect(await boxes.handOver({ ...letter, to: 'all', number: 10 })).toBe(false);
    takeNext(world, folder, 'reader');
    expect(await boxes.handOver({ ...letter, to: 'all', number: 11 })).toBe(true);
    expect(takeAll('reader')).toEqual(['x']);
    expect(await busCheck.look({ folder } as Exam)).toMatchObject({ found: expect.stringContaining('builder is full') });
    // A folder that became another machine reads another log under that name.
    takeNext(world, folder, 'codex');
    expect(await createProgramBoxes(folder, 5, () => nowMs).handOver({ ...letter, to: 'codex' })).toBe(true);
    expect(takeAll('codex')).toEqual(['x']);
  });
});

function ownerNames(name: string): void {
  mkdirSync(join(folder.state, 'programs'));
  const text = `{"programs":[{"name":"${name}"}],"processes":{},"turns":{},"by":{"pid":0}}`;
  writeFileSync(join(folder.state, 'programs', 'programs.json'), text);
}

/** Names are all that limits are counted by. */
function plant(part: string, program: string, index: number, bytes: number): void {
  const name = `2-${String(index).padStart(15, '0')}-${bytes}-x${index}.json`;
  const moved = part === 'taken' ? `${String(index).padStart(15, '0')}-${name}` : name;
  writeFileSync(join(folder.state, 'bus', program, part, moved), '');
}

function fill(program: string): void {
  for (let index = 0; index * 999_999 < BUS_LIMITS.waitingBytesMax; index += 1) plant('waiting', program, nowMs + index, 999_999);
}

/** Confirmed after all that was confirmed so far. */
function confirmedLater(count: number): void {
  const from = nowMs + 1;
  for (let index = 0; index < count; index += 1) plant('taken', 'builder', from + index, 1);
  nowMs = from + count;
  send('one more');
  takeAll();
}
