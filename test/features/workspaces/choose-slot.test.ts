// O16.3, O16.10, O16.11: which workspace a run gets, and what goes from a pool that is full. The pool is folders with notes; no git runs.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseSlot, giveUp, makeRoom, type Wanted } from '../../../src/features/workspaces/adapters/choose-slot.ts';
import {
  type SlotRecord,
  slotPath,
  slotsIn,
  takeSlot,
  writeRepoRecord,
  writeSlotRecord,
} from '../../../src/features/workspaces/system/workspace-pool.ts';
import { ownProcess } from '../../../src/system/process/process-identity.ts';

let pool: string;
beforeEach(() => {
  pool = mkdtempSync(join(tmpdir(), 'coord-slots-'));
});
afterEach(() => rmSync(pool, { recursive: true, force: true }));

const owner = { ...ownProcess(), key: 'somebody' };
const AT = '2026-11-20T22:00:0';
const noted = (change: Partial<SlotRecord>): SlotRecord => ({
  ...{ fleet: '/fleet', order: 'job', generation: 1, attempt: 1, agent: 'claude', session: null, branch: 'main', from: 'x' },
  ...{ base: 'x', at: `${AT}0.000Z`, state: 'done', commit: null, bytes: 10 },
  ...change,
});

interface Lies extends Partial<SlotRecord> {
  readonly isUsed?: boolean;
  /** A run had taken it and died before it began. */
  readonly isBlank?: boolean;
}

const nameOf = (word: string) => ({ repoFolder: join(pool, word.replace(/\d+$/, '')), slot: Number(/\d+$/.exec(word)?.[0]) });
const wordOf = ({ repoFolder, slot }: ReturnType<typeof nameOf>) => `${basename(repoFolder)}${slot}`;

/** By repo and number, as `app1`. */
type Lie = Readonly<Record<string, Lies>>;

/** A repo has a mirror of 5 bytes. */
function lay(all: Lie): void {
  for (const [word, { isUsed = false, isBlank = false, ...record }] of Object.entries(all)) {
    const name = nameOf(word);
    mkdirSync(slotPath(name), { recursive: true });
    mkdirSync(join(name.repoFolder, 'slots', String(name.slot)), { recursive: true });
    writeRepoRecord(name.repoFolder, { repo: 'x', bytes: 5, at: `${AT}0.000Z` });
    if (!isBlank) writeSlotRecord(name, noted(record));
    if (isUsed) takeSlot(name, owner);
  }
}

const wanted = (change: Partial<Wanted> & { readonly max?: number }): Wanted => ({
  ...{ pool, limits: { max: change.max ?? 2, diskBytes: 1_000 }, fleet: '/fleet', agent: 'claude' },
  ...{ repoFolder: join(pool, 'app'), order: 'job', goesOn: null },
  ...change,
});
const left = () => slotsIn(pool).map(wordOf);
const old = { at: '2026-11-20T21:00:00.000Z' };
const work = { state: 'kept' } as const;
const asked = { session: 's' };

test.each<[what: string, pool: Lie, word: string, gone: string[]]>([
  ['the first', {}, 'app1', []],
  ['a free one of that repo', { app1: {} }, 'app1', []],
  ['of free ones the oldest', { app1: {}, app2: old }, 'app2', []],
  ['a new one beside kept work', { app1: work }, 'app2', []],
  ['a new one beside a session', { app1: asked }, 'app2', []],
  ['a new one beside a free one of another repo', { lib1: {} }, 'app1', []],
  ['the first number that is free', { app2: work }, 'app1', []],
  ['full: a free one of another repo before kept work of its own', { app1: { ...work, ...old }, lib1: {} }, 'app2', ['lib1']],
  ['full: a free one before a session', { lib1: { ...asked, ...old }, lib2: {} }, 'app1', ['lib2']],
  ['full: a session before kept work', { lib1: { ...work, ...old }, lib2: asked }, 'app1', ['lib2']],
  ['full: a session of its own', { app1: asked, lib1: { ...work, ...old } }, 'app1', []],
  ['full: kept work of its own before older work', { app1: work, lib1: { ...work, ...old } }, 'app1', []],
  ['full: of kept work the oldest', { app1: work, app2: { ...work, ...old } }, 'app2', []],
  ['full: kept work of others', { lib1: work, lib2: { ...work, ...old } }, 'app1', ['lib2']],
  ['full: nothing that is in use', { app1: { isUsed: true, ...old }, lib1: work }, 'app2', ['lib1']],
  ['one that died before it began is free', { app1: { isBlank: true } }, 'app1', []],
])('O16.10 %s', async (_what, lie, word, gone) => {
  lay(lie);
  const chosen = await chooseSlot(wanted({}), owner, () => expect.unreachable());
  expect([wordOf(chosen), chosen.isAgain]).toEqual([word, false]);
  expect(left().sort()).toEqual([...new Set([...Object.keys(lie), word])].filter((it) => !gone.includes(it)).sort());
});

const goesOn = { session: 's' };
test.each<[what: string, pool: Lie, change: Partial<Wanted>, expected: [word: string, isAgain: boolean]]>([
  ['the folder of that session', { app1: asked, app2: { at: `${AT}9.000Z` } }, { goesOn }, ['app1', true]],
  ['else the newest of that order', { app1: old, app2: { session: 'other' }, app3: old }, { goesOn }, ['app2', true]],
  ['without a session the newest', { app1: old, app2: {} }, { goesOn: { session: null } }, ['app2', true]],
  ['not that of another order', { app1: { order: 'other', ...work } }, { goesOn }, ['app2', false]],
  ['not that of another fleet', { app1: { fleet: '/other', ...work } }, { goesOn }, ['app2', false]],
  ['not that of another agent', { app1: { agent: 'codex', ...work } }, { goesOn }, ['app2', false]],
  ['not that of another repo', { lib1: asked }, { goesOn }, ['app1', false]],
  ['not one that is in use', { app1: { ...asked, isUsed: true } }, { goesOn }, ['app2', false]],
  ['one that begins afresh has none', { app1: asked }, {}, ['app2', false]],
])('O16.11 %s', async (_what, lie, change, expected) => {
  lay(lie);
  const chosen = await chooseSlot(wanted({ max: 8, ...change }), owner, () => expect.unreachable());
  expect([wordOf(chosen), chosen.isAgain]).toEqual(expected);
});

test('O16.3 where all are in use it waits, says so once, and takes the first that is free', async () => {
  lay({ app1: { isUsed: true }, lib1: { isUsed: true } });
  const said: number[] = [];
  const chosen = await chooseSlot(wanted({}), owner, (count) => {
    said.push(count);
    rmSync(join(nameOf('lib1').repoFolder, 'slots', '1', 'lock.json'));
  });
  expect([wordOf(chosen), said, left()]).toEqual(['app2', [2], ['app1', 'app2']]);
});

/** Room beside `app9`, which is 5 bytes of mirror where nothing else stays of that repo. */
test.each<[what: string, pool: Lie, max: number, left: string[], room: unknown]>([
  ['as much as there is', { app1: work }, 15, ['app1'], null],
  ['a byte too much', { app1: work }, 14, [], null],
  ['what holds nothing before older work', { app1: { ...work, ...old }, app2: {} }, 24, ['app1'], null],
  ['a mirror that nobody needs before all else', { app1: {}, lib: { isBlank: true } }, 19, ['app1'], null],
  ['of work the oldest', { app1: work, app2: { ...work, ...old } }, 24, ['app1'], null],
  ['with work its mirror', { lib1: work }, 5, [], null],
  [
    'nothing where what is in use is too much',
    { app1: work, app2: { isUsed: true } },
    14,
    ['app1', 'app2'],
    { bytes: 25, inTheWay: [] },
  ],
  [
    'nothing where the mirror of what is in use is',
    { app1: work, lib1: { isUsed: true } },
    19,
    ['app1', 'lib1'],
    { bytes: 30, inTheWay: [] },
  ],
  ['what is in use stays', { app1: { ...work, ...old, isUsed: true }, app2: work }, 15, ['app1'], null],
  ['not the one that it is for', { app9: { isUsed: false, ...work }, app1: work }, 5, ['app9'], null],
])('O16.10 room: %s', async (_what, lie, max, stays, room) => {
  lay(Object.fromEntries(Object.entries(lie).filter(([word]) => /\d$/.test(word))));
  for (const repo of ['app', ...Object.keys(lie).filter((word) => !/\d$/.test(word))]) {
    mkdirSync(join(pool, repo), { recursive: true });
    writeRepoRecord(join(pool, repo), { repo: 'x', bytes: 5, at: `${AT}0.000Z` });
  }
  expect(await makeRoom(pool, max, nameOf('app9'))).toEqual(room);
  expect(left()).toEqual(stays);
  expect(existsSync(join(pool, 'app'))).toBe(true);
});

test.each([
  ['spare', true, ['app1']],
  ['work', true, ['app2', 'app3', 'lib1']],
] as const)('O16.10 on a full disk: %s', async (what, isGiven, stays) => {
  lay({ app1: { ...work, ...old }, app2: {}, app3: {}, lib1: {} });
  // A folder without a note is no mirror.
  mkdirSync(join(pool, 'odd'));
  writeFileSync(join(pool, 'odd', 'x'), '');
  expect(await giveUp(pool, nameOf('app9'), what)).toBe(isGiven);
  expect(left()).toEqual(stays);
  expect([existsSync(join(pool, 'odd')), existsSync(join(pool, 'lib'))]).toEqual([true, what === 'work']);
  expect(await giveUp(pool, nameOf('app9'), what)).toBe(false);
});
