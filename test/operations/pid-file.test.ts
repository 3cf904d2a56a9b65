// There is one daemon a folder, also where somebody takes its record away.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { daemonStatus } from '../../src/operations/daemon/control.ts';
import type { DaemonRecord } from '../../src/operations/daemon/daemon-record.ts';
import { type Claimed, claimPidFile, livingDaemon } from '../../src/operations/daemon/pid-file.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { bootId, identityOf } from '../../src/system/process/process-identity.ts';
import { createPlace, removePlaces } from './caller-samples.ts';

afterEach(removePlaces);

const SINCE = '2026-11-20T22:00:00.000Z';
const WORD = { nextLook: SINCE, trouble: null, syncs: 1, pushesLately: 0 };

async function claim() {
  const folder = fleetFolderAt(createPlace().root);
  const lost: number[] = [];
  const claimed = (await claimPidFile(folder, { version: '1', since: SINCE }, (other) => lost.push(other.pid))) as Claimed;
  const record = () => JSON.parse(readFileSync(folder.daemon, 'utf8')) as DaemonRecord;
  return { folder, claimed, lost, record };
}

test('a record that is gone is written again with the next word, also where there is nothing new to say', async () => {
  const { folder, claimed, lost, record } = await claim();
  for (const word of [WORD, WORD, { ...WORD, syncs: 2 }]) {
    rmSync(folder.daemon);
    await claimed.say(word);
    expect(record()).toMatchObject({ pid: process.pid, ...word });
  }
  // No folder, no record: it was purged.
  rmSync(folder.daemon);
  rmSync(folder.identity);
  await claimed.say({ ...WORD, syncs: 3 });
  expect(existsSync(folder.daemon)).toBe(false);
  expect(lost).toEqual([]);
});

test('C10 one a folder, also without its record: the next one and every command are told who runs', async () => {
  const { folder, claimed, record } = await claim();
  rmSync(folder.daemon);
  expect(livingDaemon(folder)).toMatchObject({ pid: process.pid, identity: identityOf(process.pid), version: null });
  expect(await claimPidFile(folder, { version: '2', since: SINCE }, () => {})).toMatchObject({ pid: process.pid });
  await claimed.say(WORD);
  expect(record()).toMatchObject({ pid: process.pid, version: '1' });
  await claimed.end();
  const next = (await claimPidFile(folder, { version: '2', since: SINCE }, () => {})) as Claimed;
  expect(record()).toMatchObject({ version: '2' });
  await next.end();
});

test('where another daemon lives, this one ends and leaves the record alone; a dead one is replaced', async () => {
  const { folder, claimed, lost, record } = await claim();
  const other = spawn('sleep', ['1000']);
  const pid = other.pid ?? 0;
  const theirs = { ...record(), pid, identity: identityOf(pid) ?? '', boot: bootId() };
  try {
    writeFileSync(folder.daemon, JSON.stringify(theirs));
    await claimed.say(WORD);
    expect(lost).toEqual([pid]);
    await claimed.end();
    expect(record().pid).toBe(pid);
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
  await claimed.say(WORD);
  expect(record().pid).toBe(process.pid);
  expect(lost).toEqual([pid]);
  await claimed.end();
  expect(livingDaemon(folder)).toBeNull();
});

test('C10 where the clock of the computer was set back, the daemon is not said to wait until then', async () => {
  const { folder, claimed } = await claim();
  const saidAt = { wallMs: Date.parse(SINCE), monotonicMs: 500_000, boot: 'b' };
  await claimed.say({ ...WORD, nextLook: '2026-11-20T22:01:00.000Z', saidAt });
  const setBack = { wallMs: Date.parse('2026-10-21T22:00:00.000Z'), monotonicMs: 520_000, boot: 'b' };
  expect(daemonStatus(folder, setBack).nextLook).toBe('2026-10-21T22:00:40.000Z');
  const later = { ...saidAt, wallMs: saidAt.wallMs + 20_000, monotonicMs: 520_000 };
  expect(daemonStatus(folder, later).nextLook).toBe('2026-11-20T22:01:00.000Z');
  await claimed.end();
});
