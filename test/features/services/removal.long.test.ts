// What counts as taken out of instances.yaml, and what becomes of that program; a fleet folder that is away.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createRemovals } from '../../../src/features/services/adapters/removals.ts';
import { takeSettings } from '../../../src/features/services/adapters/roster.ts';
import { parseInstances } from '../../../src/features/services/documents/instances.ts';
import { readNote, serviceFolder, serviceLogPath, wishesPath } from '../../../src/features/services/system/service-files.ts';
import { systemClock } from '../../../src/system/time/clock.ts';
import { isAlive } from '../../e2e/fleet.ts';
import { endSupervised, type Supervised, supervised, until } from './supervised.ts';

afterAll(endSupervised);

const hears = () => process.emit('SIGHUP');
/** All that was saved by now has been taken: what is saved last says so. */
const isOnline = (it: Supervised, name: string) => until(`${name} is up`, () => it.of(name)?.state === 'ONLINE');
const line = (name: string, nap: number) => `  ${name}: { command: exec sleep ${nap} }\n`;

test('L1 what one read misses is gone when a later one misses it too, unless it came back in between', () => {
  let nowMs = 0;
  const removals = createRemovals(2_000, () => nowMs);
  const missing = (atMs: number, ...names: string[]) => {
    nowMs = atMs;
    return [...removals.missing(names)];
  };
  expect(missing(0, 'a')).toEqual([]);
  expect(removals.againMs()).toBe(2_000);
  expect(missing(1_999, 'a', 'b')).toEqual([]);
  expect(removals.againMs()).toBe(1);
  expect(missing(2_000, 'a', 'b')).toEqual(['a']);
  expect(removals.againMs()).toBe(1_999);
  expect(missing(3_000, 'a')).toEqual(['a']);
  expect(removals.againMs()).toBeNull();
  expect(missing(9_000, 'b')).toEqual([]);
});

describe('L1 taken out', () => {
  test.concurrent.each([
    ['empty', ''],
    ['without programs', 'instances:\n'],
    ['half written', `instances:\n${line('first', 1001)}`],
    ['cut off in the middle of an entry', `instances:\n${line('first', 1001)}${line('second', 10)}`],
    ['gone', null],
  ])('a file that is %s for a moment ends nothing, and no wish is lost', async (_, text) => {
    const it = supervised();
    const whole = `instances:\n${line('first', 1001)}${line('second', 1002)}${line('third', 1003)}`;
    it.save(whole);
    await it.begin();
    await isOnline(it, 'second');
    it.wish('third', { want: 'stopped', restart: false });
    await until('it has ended', () => it.of('third')?.detail === 'stopped by a person');
    const pids = () => ['first', 'second'].map((name) => it.of(name)?.pid);
    const before = pids();
    it.save(text);
    // A new daemon begins with it: it has read the file as it is now.
    await it.begin();
    it.save(`${whole}${line('last', 1004)}`);
    await isOnline(it, 'last');
    expect(pids()).toEqual(before);
    expect(before.every((pid) => isAlive(pid ?? 0))).toBe(true);
    expect(it.of('third')).toMatchObject({ state: 'OFFLINE', detail: 'stopped by a person' });
  });

  test.concurrent('an entry without a name that can be read stands for any of them: nothing is taken out beside it', async () => {
    const it = supervised();
    it.save(`instances:\n${line('first', 1001)}`);
    await it.begin();
    await isOnline(it, 'first');
    await it.end();
    const place = { folder: it.folder, env: {}, path: '', clock: systemClock, step: () => {}, log: () => {}, changed: () => {} };
    const taken = async (text: string) => {
      const settings = parseInstances(text, { path: '', home: it.home });
      const roster = { lives: [], removals: createRemovals(0), changes: createRemovals(0), place, wrong: () => {} };
      const lives = await takeSettings(settings, roster);
      for (const life of lives) life.close();
      return lives.map(({ name, spec }) => `${name}${spec === null ? ' taken out' : ''}`);
    };
    const last = line('last', 1004);
    expect(await taken(`instances:\n${last}`)).toEqual(['last', 'first taken out']);
    for (const odd of [line('First', 1001), '  "": { command: x }\n', '  1: {}\n'])
      expect(await taken(`instances:\n${odd}${last}`)).toEqual(['last', 'first']);
    for (const odd of ['{ command: x }', '{ name: [first] }', 'first'])
      expect(await taken(`instances:\n- ${odd}\n- { name: last, command: x }\n`)).toEqual(['last', 'first']);
  });

  test.concurrent('its note goes once and for all, its log stays, and nothing more is said of it', async () => {
    const it = supervised();
    it.save(`instances:\n${line('first', 1001)}${line('second', 1002)}`);
    await it.begin();
    await isOnline(it, 'second');
    it.save(`instances:\n${line('second', 1002)}`);
    await until('it is forgotten', () => readNote(it.folder, 'first') === null && it.processes('first').length === 0);
    expect(existsSync(serviceLogPath(it.folder, 'first'))).toBe(true);
    const said = it.log.length;
    for (const next of ['third', 'fourth']) {
      it.save(`instances:\n${line('second', 1002)}${line(next, 1003)}`);
      hears();
      await isOnline(it, next);
    }
    expect(it.log.slice(said).filter((text) => text.includes('first'))).toEqual([]);
  });

  test.concurrent('one that cannot be forgotten holds up no other, and is told of once', async () => {
    const it = supervised();
    it.save(`instances:\n${line('first', 1001)}${line('second', 1002)}`);
    await it.begin();
    await isOnline(it, 'second');
    // No file, where its wish would be.
    mkdirSync(join(wishesPath(it.folder), 'first.json', 'x'), { recursive: true });
    it.save(`instances:\n${line('second', 1002)}`);
    await until('it is told', () => it.log.some((text) => /^! program first: .*(EISDIR|ERR_FS_EISDIR|directory)/.test(text)));
    it.save(`instances:\n${line('second', 1003)}${line('third', 1004)}`);
    await isOnline(it, 'third');
    expect(it.programs().map(({ name }) => name)).toEqual(['second', 'third']);
    expect(it.log.filter((text) => text.startsWith('! program first: '))).toHaveLength(1);
    rmSync(join(wishesPath(it.folder), 'first.json'), { recursive: true });
  });

  test.concurrent('a fleet folder that is away ends nothing and is not made anew; when it is back, all goes on', async () => {
    const it = supervised();
    it.save(`instances:\n${line('first', 1001)}${line('ends', 1002)}`);
    await it.begin();
    await isOnline(it, 'ends');
    const pids = [it.of('first')?.pid ?? 0, it.of('ends')?.pid ?? 0] as const;
    const away = `${it.folder.root}-away`;
    renameSync(it.folder.root, away);
    hears();
    await until('it is told', () => it.log.some((text) => text.includes('is not a fleet folder at the moment')));
    process.kill(pids[1], 'SIGKILL');
    await until('its end was heard', () => it.log.some((text) => text.includes('program ends: its state')));
    hears();
    expect(existsSync(it.folder.root)).toBe(false);
    expect(isAlive(pids[0])).toBe(true);
    renameSync(away, it.folder.root);
    hears();
    await until('it was started again', () => it.of('ends')?.state === 'ONLINE' && it.of('ends')?.pid !== pids[1]);
    expect(it.processes('first')).toEqual([pids[0]]);
    expect(existsSync(serviceFolder(it.folder, 'first'))).toBe(true);
  });
});
