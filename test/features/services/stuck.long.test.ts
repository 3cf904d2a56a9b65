// A program whose processes cannot be ended, as with a dead disk or under another user: here `terminate` alone stands for that.
import { afterEach, expect, test, vi } from 'vitest';
import { readNote } from '../../../src/features/services/system/service-files.ts';
import { endSupervised, supervised, until } from './supervised.ts';

const stands = vi.hoisted(() => ({ in: null as null | (() => Promise<number>) }));
vi.mock('../../../src/system/process/process-group.ts', async (original) => {
  const real = await original<typeof import('../../../src/system/process/process-group.ts')>();
  return { ...real, terminate: (...args: Parameters<typeof real.terminate>) => stands.in?.() ?? real.terminate(...args) };
});

afterEach(async () => {
  stands.in = null;
  await endSupervised();
});

const SAVED = 'instances:\n  first: { command: exec sleep 1001 }\n';

async function running() {
  const it = supervised();
  it.save(SAVED);
  await it.begin();
  await until('it runs', () => it.of('first')?.state === 'ONLINE');
  return { it, pid: it.of('first')?.pid ?? 0 };
}

test('L2 never two of one: what cannot be ended keeps the next one from being started, and is shown', async () => {
  const { it, pid } = await running();
  stands.in = async () => 1;
  it.wish('first', { want: 'running', restart: true });
  await until('it is said', () => it.of('first')?.detail?.startsWith('1 of its processes cannot be ended') === true);
  expect(it.of('first')).toMatchObject({ state: 'CRASHED', pid });
  expect(it.processes('first')).toEqual([pid]);
  expect(it.log).toContain('! program first: 1 of its processes cannot be ended');
  stands.in = null;
  await until('it can be ended, and another one runs', () => it.of('first')?.state === 'ONLINE' && it.of('first')?.pid !== pid);
  expect(it.processes('first')).toEqual([it.of('first')?.pid]);
});

test('L2 what was taken out and cannot be ended is not forgotten', async () => {
  const { it, pid } = await running();
  stands.in = async () => 1;
  it.save('instances:\n  second: { command: exec sleep 1002 }\n');
  await until('it is said', () => it.log.includes('! program first: 1 of its processes cannot be ended'));
  await until('the other runs', () => it.of('second')?.state === 'ONLINE');
  expect(readNote(it.folder, 'first')).toMatchObject({ process: { pid } });
  stands.in = null;
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => it.processes('first').length === 0);
  process.emit('SIGHUP');
  await until('now it is forgotten', () => readNote(it.folder, 'first') === null);
});

test('L2 an ended supervisor writes no note: the next one may have begun', async () => {
  const { it, pid } = await running();
  let release = (_left: number) => {};
  stands.in = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  it.wish('first', { want: 'stopped', restart: false });
  await until('it is being ended', () => it.log.some((line) => line.includes('stopped by a person')));
  await it.end();
  const before = readNote(it.folder, 'first');
  release(0);
  await new Promise(setImmediate);
  expect(before).toMatchObject({ process: { pid } });
  expect(readNote(it.folder, 'first')).toEqual(before);
});

test('L2.4 a restart is done by the next daemon where the one that had noted it did not come to it', async () => {
  const { it, pid } = await running();
  // It takes its time to end, and its daemon goes meanwhile.
  stands.in = () => new Promise(() => {});
  it.wish('first', { want: 'running', restart: true });
  await until('it is being ended', () => it.log.some((line) => line.includes('started again, as a person asked for')));
  await it.end();
  stands.in = null;
  expect(it.processes('first')).toEqual([pid]);
  await it.begin();
  await until('another one runs', () => it.of('first')?.state === 'ONLINE' && it.of('first')?.pid !== pid);
  const again = it.of('first')?.pid;
  expect(it.processes('first')).toEqual([again]);
  await it.begin();
  expect(it.of('first')).toMatchObject({ state: 'ONLINE', pid: again });
});
