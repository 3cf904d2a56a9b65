// What `coord top` makes of the files of a machine, and of what is done; no terminal.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { PLAIN } from '../../src/cli/output/paint.ts';
import type { Commands } from '../../src/cli/top/acts.ts';
import { textOf } from '../../src/cli/top/line.ts';
import type { Key } from '../../src/cli/top/prompt.ts';
import { createSession, type Session } from '../../src/cli/top/session.ts';
import type { Notice, Wish } from '../../src/cli/top/state.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { VIEW_FORM } from '../../src/operations/sync/view.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { writeIdentity } from '../../src/system/fleet/identity-file.ts';
import { NOW_MS, order, viewOf } from './top-samples.ts';

const SIZE = { columns: 100, rows: 30 };

const root = mkdtempSync(join(tmpdir(), 'coord-top-'));
const folder = fleetFolderAt(root);
let wishes: Wish[];
let finish: (notice: Notice) => void;
let session: Session;
let described: string[];
let describing: (order: string) => Promise<readonly string[]>;

beforeEach(() => {
  wishes = [];
  described = [];
  describing = async (order) => [`all about ${order}`];
  const commands: Commands = {
    act(wish) {
      wishes.push(wish);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    describe: (order) => {
      described.push(order);
      return describing(order);
    },
  };
  const context = {
    ...{ isTerminal: true, paint: PLAIN, dir: undefined, mainPath: '', nowMs: () => NOW_MS },
    fleet: () => folder,
    journal: async () => createFileJournal(folder.journal, folder.outbox),
  } as unknown as Context;
  session = createSession(context, commands, () => {});
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const putView = () => put(folder.view, JSON.stringify({ ...viewOf(), form: VIEW_FORM }));
const shown = () => session.frame(SIZE).lines.map(textOf).join('\n');
const type = (text: string) => {
  for (const one of text) session.keys([keyOf(one)], SIZE);
};
const keyOf = (one: string): Key => (one === '\r' ? { name: 'enter', text: '' } : { name: 'text', text: one });

test('what the last sync left is shown as soon as it is there, and a view of another version is none', async () => {
  mkdirSync(folder.state, { recursive: true });
  await session.look();
  expect(shown()).toContain('never synced');
  put(folder.view, JSON.stringify({ ...viewOf(), form: VIEW_FORM + 1 }));
  await session.look();
  expect(shown()).toContain('Another version of coord');
  putView();
  await session.look();
  expect(shown()).toMatch(/▸ Machines 3/);
});

test('a run here is shown by the end of its log, as a terminal would; so is a log that one looks into', async () => {
  putView();
  const log = join(folder.runs, 'build-1.1-abc', 'output.log');
  put(join(folder.runs, 'build-1.1-abc', 'spec.json'), '{}');
  put(log, 'begun\n\u001b[32m10 %\u001b[0m\r90 %\n');
  await session.look();
  expect(shown()).toMatch(/build +● RUNNING .*“90 %”/);
  appendFileSync(log, 'linking\n');
  await session.look();
  expect(shown()).toMatch(/build +● RUNNING .*“linking”/);
  session.keys([{ name: 'tab', text: '' }], SIZE);
  type('j\r');
  await session.look();
  expect(shown()).toMatch(/^▸ build · it runs · .*\nbegun *\n90 % *\nlinking/);
  appendFileSync(log, 'linked\n');
  await session.look();
  expect(shown()).toContain('\nlinked');
});

test('O9 the log that one looks into is that of the newest run, also where an earlier one ran here', async () => {
  const why = 'exit code 1';
  const train = order('FAILED', { machine: 2, assign: 'any', generation: 2, attempt: 1, tail: 'out of memory', reason: why });
  const needsYou = [{ code: 'order', order: 'train', why }] as const;
  put(folder.view, JSON.stringify({ ...viewOf({ orders: { train }, needsYou }), form: VIEW_FORM }));
  writeIdentity(folder, {
    ...{ version: 1, machine: 1, name: 'mac', tags: [], remote: 'x', branch: 'main', namespace: 'custom', path: '' },
    joinedAt: '2026-11-20T22:00:00.000Z',
  });
  put(join(folder.runs, 'train-1.1-abc', 'output.log'), 'all is well\n');
  await session.look();
  while (!shown().includes('▸ Needs you')) session.keys([{ name: 'tab', text: '' }], SIZE);
  type('l');
  await session.look();
  expect(shown()).toMatch(/^▸ train · the last lines, as 2 pc reported them\nout of memory/);
  // Where that put out nothing, there is only the earlier one.
  const blocked = order('BLOCKED', { assign: 'any', generation: 2, reason: why });
  put(folder.view, JSON.stringify({ ...viewOf({ orders: { train: blocked }, needsYou }), form: VIEW_FORM }));
  await session.look();
  expect(shown()).toMatch(/^▸ train · an earlier run, 1\.1 · .*\nall is well/);
});

test('one thing is done at a time, and what came of it is said', async () => {
  putView();
  await session.look();
  type('r');
  expect(shown()).toContain('sync · 0 s');
  expect(session.underWay()?.what).toBe('sync');
  type('pp');
  expect(shown()).toContain('wait until this has ended: sync');
  expect(wishes).toEqual([{ kind: 'sync' }]);
  const done = session.underWay()?.done;
  finish({ lines: ['synced · finished build COMPLETED'], isTrouble: false });
  await done;
  expect(shown()).toContain('synced · finished build COMPLETED');
  expect(session.underWay()).toBeNull();
  type('pp');
  expect(wishes).toEqual([{ kind: 'sync' }, { kind: 'pause', machine: 1 }]);
});

test('a file that is damaged is said, and all else is shown', async () => {
  putView();
  put(folder.inbox, '[{');
  await session.look();
  expect(shown()).toMatch(/! .*inbox\.json is damaged/);
  expect(shown()).toMatch(/▸ Machines 3/);
});

test('looking into an order says all that coord order show says', async () => {
  putView();
  await session.look();
  for (const name of ['tab', 'tab', 'enter'] as const) session.keys([{ name, text: '' }], SIZE);
  await session.look();
  expect(shown()).toMatch(/^▸ release *\nall about release/);
});

/** A promise, and what ends it. */
function held<T>(): { promise: Promise<T>; end(value: T): void } {
  let end: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

test('what was read for one thing is not shown for another; nothing is read twice at a time', async () => {
  putView();
  await session.look();
  const [release, later] = [held<readonly string[]>(), held<readonly string[]>()];
  const [isBegun, isNext] = [held<void>(), held<void>()];
  describing = (order) => {
    (order === 'release' ? isBegun : isNext).end();
    return (order === 'release' ? release : later).promise;
  };
  for (const name of ['tab', 'tab', 'enter'] as const) session.keys([{ name, text: '' }], SIZE);
  await isBegun.promise;
  // Keys while it is being read, and the look of the next second.
  type('jjkg');
  const next = session.look();
  await new Promise((resolve) => setImmediate(resolve));
  expect(described).toEqual(['release']);
  type('qj\r');
  release.end(['all about release']);
  await isNext.promise;
  expect(shown()).toMatch(/^▸ …/);
  expect(shown()).not.toContain('all about');
  later.end(['all about later']);
  await next;
  expect(shown()).toMatch(/^▸ later *\nall about later/);
  expect(described).toEqual(['release', 'later']);
  // The same from within a look: the log is not what was known of it before.
  type('l');
  expect(shown()).toMatch(/^▸ …/);
  expect(shown()).not.toContain('all about');
});

test('a key does nothing to a row that came to the place of another one after the screen was drawn', async () => {
  putView();
  await session.look();
  session.keys([{ name: 'tab', text: '' }], SIZE);
  type('j');
  expect(shown()).toMatch(/› build/);
  const { build: _gone, ...orders } = viewOf().orders;
  put(folder.view, JSON.stringify({ ...viewOf(), orders }));
  await session.look();
  for (const key of 'clasp\r') {
    type(key);
    expect(session.notice()).toEqual([expect.stringContaining('the rows have just moved')]);
  }
  expect(shown()).toMatch(/› lint/);
  type('c');
  expect(shown()).toContain('lint has ended');
});

test('a row that nobody chose, but that stood first, is not another one either', async () => {
  putView();
  await session.look();
  session.keys([{ name: 'tab', text: '' }], SIZE);
  expect(shown()).toMatch(/› train/);
  const { train: _gone, ...orders } = viewOf().orders;
  put(folder.view, JSON.stringify({ ...viewOf(), orders }));
  await session.look();
  type('cy');
  expect(wishes).toEqual([]);
});

test('what was typed together with the key that asks is no answer', async () => {
  putView();
  await session.look();
  session.keys([{ name: 'tab', text: '' }], SIZE);
  shown();
  session.keys([keyOf('c'), keyOf('y')], SIZE);
  expect(wishes).toEqual([]);
  expect(shown()).toContain('Cancel train, which is IN PROGRESS');
  session.keys([keyOf('y'), keyOf('q')], SIZE);
  expect(wishes).toEqual([{ kind: 'cancel', order: 'train' }]);
});
