import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotateLog } from '../../../src/features/services/adapters/service-log.ts';
import { BECOME, settleStart, startService } from '../../../src/features/services/adapters/start-service.ts';
import { parseInstances } from '../../../src/features/services/documents/instances.ts';
import { newService } from '../../../src/features/services/rules/service-known.ts';
import {
  livingProcess,
  pidPath,
  serviceFolder,
  serviceLogPath,
  writeNote,
} from '../../../src/features/services/system/service-files.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { kill } from '../../../src/system/process/process-group.ts';
import { identityOf } from '../../../src/system/process/process-identity.ts';
import { systemClock } from '../../../src/system/time/clock.ts';
import { endSupervised, supervised, until } from './supervised.ts';

let root = '';
let folder: FleetFolder;
const keys: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-start-'));
  folder = fleetFolderAt(root);
  mkdirSync(folder.state);
});
afterEach(async () => {
  await endSupervised();
  for (const key of keys.splice(0)) await kill({ pgid: null, stamp: key });
  rmSync(root, { recursive: true, force: true });
});

function start(command: string, key: string): { pid: number; ended: () => number | null } {
  const [spec] = parseInstances(`instances: { p: { command: ${JSON.stringify(command)} } }`, { path: '', home: root }).services;
  if (spec === undefined) throw new Error('no program');
  keys.push(key);
  let ended: number | null = null;
  const place = { folder, env: process.env, path: '/usr/bin:/bin' };
  const pid = startService(spec, key, place, (code) => {
    ended = code;
  });
  return { pid, ended: () => ended };
}

const noteOf = (key: string) => ({ key, spec: null, process: null, known: newService(systemClock.now()) });

test('L2 a program says its number before it begins, in a form that tells it from any other process', async () => {
  const { pid } = start('exec sleep 1000', 'key-1');
  await settleStart(folder, 'p', 'key-1').catch(() => {});
  const living = livingProcess(folder, 'p', noteOf('key-1'));
  // Whoever of the two was quicker: either it is known, or it never begins.
  if (living === null) await until('it has given up', () => identityOf(pid) === null);
  else expect(living).toMatchObject({ pid, identity: identityOf(pid) });
});

test('L2 after its own word it is found; the word of an ended process, or of another boot, finds nothing', async () => {
  const { pid } = start('exec sleep 1000', 'key-2');
  await until('it has said it', () => livingProcess(folder, 'p', noteOf('key-2')) !== null);
  const note = noteOf('key-2');
  expect(livingProcess(folder, 'p', note)?.pid).toBe(pid);
  expect(livingProcess(folder, 'p', { ...note, known: { ...note.known, boot: 'another' } })).toBeNull();
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => identityOf(pid) === null);
  expect(livingProcess(folder, 'p', note)).toBeNull();
});

test('L2 a start that was called off first comes to nothing', async () => {
  const path = pidPath(folder, 'p', 'key-3');
  mkdirSync(serviceFolder(folder, 'p'), { recursive: true });
  await settleStart(folder, 'p', 'key-3');
  const late = () => spawnSync('/bin/sh', ['-c', BECOME, 'sh', path, 'echo', 'begun'], { encoding: 'utf8' });
  expect(late()).toMatchObject({ status: 125, stdout: '' });
  // Also after the next one was started.
  start('exec sleep 1000', 'key-4');
  expect(late()).toMatchObject({ status: 125, stdout: '' });
  expect(readFileSync(path, 'utf8')).toBe('void\n');
});

test('L2 a daemon that finds a start of which nothing is known calls it off before it starts another', async () => {
  const it = supervised();
  it.save('instances: { p: { command: "exec sleep 1000" } }');
  const known = { ...newService(systemClock.now()), state: 'STARTING' as const, next: null, startedAt: systemClock.now() };
  writeNote(it.folder, 'p', { key: 'key-5', spec: null, process: null, known }, false);
  await it.begin();
  expect(readFileSync(pidPath(it.folder, 'p', 'key-5'), 'utf8')).toBe('void\n');
  await until('it runs', () => it.of('p')?.state === 'ONLINE');
  expect(it.processes('p')).toEqual([it.of('p')?.pid]);
});

test('L4 a log is cut under a program that writes on, and two older ones are kept', async () => {
  const path = join(root, 'log');
  writeFileSync(path, 'a'.repeat(100));
  rotateLog(path, 100);
  expect(statSync(path).size).toBe(100);
  for (const letter of ['b', 'c', 'd']) {
    writeFileSync(path, letter.repeat(150));
    rotateLog(path, 100);
  }
  expect([path, `${path}.1`, `${path}.2`].map((each) => readFileSync(each, 'utf8').slice(0, 1))).toEqual(['', 'd', 'c']);
  // One that grew while nobody looked: its end is kept.
  writeFileSync(path, `${'e'.repeat(1000)}${'f'.repeat(100)}`);
  rotateLog(path, 100);
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('f'.repeat(100));

  const { pid } = start('while :; do echo line; sleep 0.01; done', 'key-6');
  const log = serviceLogPath(folder, 'p');
  await until('it writes', () => statSync(log).size > 20);
  rotateLog(log, 10);
  await until('it writes on, from the beginning', () => /^(line\n)+$/.test(readFileSync(log, 'utf8')));
  expect(readFileSync(log, 'utf8')).not.toContain('\0');
  expect(identityOf(pid)).not.toBeNull();
});
