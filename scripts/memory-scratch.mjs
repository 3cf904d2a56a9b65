// A temporary folder in memory for tests: they write a hundred thousand small files and wait for each to be on the disk.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const NAME = /^coord-test-(\d+)-/;
const ROOM_MIN = 4 * 2 ** 30;

/** Its path; null where there is no such place, too little room in it, or no program may run there. */
export function memoryScratch() {
  if (process.platform !== 'linux') return null;
  try {
    accessSync(MEMORY, constants.W_OK);
    clearLeftBehind();
    const { bavail, bsize } = statfsSync(MEMORY);
    if (Math.min(bavail * bsize, freemem(), process.constrainedMemory?.() || Infinity) <= ROOM_MIN) return null;
    const folder = mkdtempSync(join(MEMORY, `coord-test-${process.pid}-`));
    if (runsThere(folder)) return folder;
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // As where there is none.
  }
  return null;
}

function runsThere(folder) {
  const script = join(folder, 'runs');
  writeFileSync(script, '#!/bin/sh\nexit 7\n', { mode: 0o755 });
  const { status } = spawnSync(script);
  rmSync(script);
  return status === 7;
}

/** Of runs that were killed: what lies there takes memory. */
function clearLeftBehind() {
  for (const name of readdirSync(MEMORY)) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
