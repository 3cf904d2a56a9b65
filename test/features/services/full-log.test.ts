// The log of a program on a disk that is full: it is cut all the same, and what is older goes first.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotateLog } from '../../../src/features/services/adapters/service-log.ts';

const MIB = 1024 * 1024;

let disk = '';
let path = '';
beforeEach(({ skip }) => {
  disk = mkdtempSync(join(tmpdir(), 'coord-full-log-'));
  path = join(disk, 'log');
  const mount = ['-t', 'tmpfs', '-o', 'size=8m', 'coord-test', disk];
  if (process.platform !== 'linux' || spawnSync('mount', mount).status !== 0) skip('tmpfs cannot be mounted here');
});
afterEach(() => {
  spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** As a program writes that nobody stops. */
function fill(letter: string): void {
  const log = openSync(path, 'a');
  try {
    for (;;) writeSync(log, Buffer.alloc(64 * 1024, letter));
  } catch {
    // Full.
  }
}

const read = (name: string) => readFileSync(join(disk, name), 'utf8');

test('L2.5 a log that filled the disk is cut, and says what it lost where nothing could be kept', () => {
  fill('a');
  expect(statSync(path).size).toBe(8 * MIB);
  rotateLog(path, MIB);
  expect(read('log')).toBe(`── ${8 * MIB} bytes left out: the disk was full ──\n`);
  expect(readdirSync(disk)).toEqual(['log']);
  // From then on there is room.
  writeFileSync(path, 'b'.repeat(MIB + 1));
  rotateLog(path, MIB);
  expect([read('log'), read('log.1')]).toEqual(['', 'b'.repeat(MIB + 1)]);
});

test('L2.5 on a full disk the oldest log makes room for the end of the newest', () => {
  writeFileSync(`${path}.1`, 'one');
  writeFileSync(`${path}.2`, '2'.repeat(MIB));
  fill('a');
  rotateLog(path, MIB);
  expect([read('log'), read('log.1'), read('log.2')]).toEqual(['', 'a'.repeat(MIB), 'one']);
});

test('L2.5 where not even that helps, the newer log stays as it is, however often it is looked at', () => {
  writeFileSync(`${path}.1`, 'one');
  writeFileSync(`${path}.2`, 'two');
  fill('a');
  for (let look = 0; look < 3; look += 1) rotateLog(path, MIB);
  expect([read('log.1'), existsSync(`${path}.2`), statSync(path).size < MIB]).toEqual(['one', false, true]);
});
