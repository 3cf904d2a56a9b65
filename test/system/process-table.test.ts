import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { kill, living, terminate } from '../../src/system/process/process-group.ts';
import { groupMembers, stampedProcesses } from '../../src/system/process/process-table.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(key: string, detached = true): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    env: { COORD_RUN_KEY: key },
    stdio: 'ignore',
    detached,
  });
  children.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

test('O9: the stamp is the whole key: `a-1` is not `a-10`, nor the end of `b-a-1`', async () => {
  const [one, ten] = [await start(`a-${process.pid}-1`), await start(`a-${process.pid}-10`)];
  expect(stampedProcesses(`a-${process.pid}-1`)).toEqual([one]);
  expect(stampedProcesses(`a-${process.pid}-10`)).toEqual([ten]);
  expect(stampedProcesses(`a-${process.pid}`)).toEqual([]);
  expect(stampedProcesses('1')).toEqual([]);
});

test('O9: a group ends without its neighbours, a stamp without those that carry another', async () => {
  const [mine, neighbour, stamped] = [await start('mine-1'), await start('neighbour-1'), await start('mine-1')];
  expect(groupMembers(mine)).toEqual([mine]);
  expect(await terminate({ pgid: mine, stamp: null }, 5_000)).toBe(0);
  expect(living({ pgid: null, stamp: 'mine-1' })).toEqual([stamped]);
  expect(await kill({ pgid: null, stamp: 'mine-1' })).toBe(0);
  expect(groupMembers(neighbour)).toEqual([neighbour]);
});

test('a number that means everybody, init or my own group is never signalled', async () => {
  for (const pgid of [0, 1, -1, Number.NaN])
    await expect(terminate({ pgid, stamp: null }, 0)).rejects.toThrow(/not a process of a run/);
});
