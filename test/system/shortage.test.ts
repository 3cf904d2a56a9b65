// S3, C7: on a computer on which too much is open, nobody who cannot be seen is taken for ended.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { isAlive } from '../../src/runs/owner.ts';
import { lookAtLock, takeLock } from '../../src/system/files/lock.ts';
import { kill } from '../../src/system/process/process-group.ts';
import { bootId, identityOf, isGone, isLiving } from '../../src/system/process/process-identity.ts';
import { groupMembers, stampedProcesses } from '../../src/system/process/process-table.ts';

const short = vi.hoisted(() => ({ is: false }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const readFileSync = (...args: Parameters<typeof real.readFileSync>) => {
    if (short.is && String(args[0]).startsWith('/proc/')) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    return real.readFileSync(...args);
  };
  return { ...real, readFileSync };
});

const root = mkdtempSync(join(tmpdir(), 'coord-shortage-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => {
  short.is = false;
});

const hasProc = process.platform === 'linux';

test.runIf(hasProc)('S3 a watchdog that cannot be seen looks after its run still, and a process lives', () => {
  const identity = identityOf(process.pid) ?? '';
  const boot = bootId();
  const gone = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
  short.is = true;
  expect(isLiving({ pid: process.pid, identity, boot })).toBe(true);
  expect(isAlive({ void: false, pid: process.pid, started: identity, bootId: boot })).toBe(true);
  expect(isGone(gone)).toBe(false);
  expect(() => groupMembers(process.pid)).toThrow('EMFILE');
  expect(() => stampedProcesses('x')).toThrow('EMFILE');
  short.is = false;
  expect([isGone(gone), isLiving({ pid: gone, identity, boot })]).toEqual([true, false]);
});

test.runIf(hasProc)(
  'O5, O9 what is to be ended is ended, and counts as living until it can be seen that it is gone',
  async () => {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const target = { pgid: child.pid ?? 0, stamp: 'none' };
    short.is = true;
    let survived: number | null = null;
    const killing = kill(target).then((count) => {
      survived = count;
    });
    expect((await ended)[1]).toBe('SIGKILL');
    expect(survived).toBeNull();
    short.is = false;
    await killing;
    expect(survived).toBe(0);
  },
);

test.runIf(hasProc)('C7 who cannot see itself takes no lock: others would take it for ended', async () => {
  const path = join(root, 'own');
  writeFileSync(path, '');
  short.is = true;
  await expect(takeLock(path, 200)).rejects.toThrow('this process cannot see itself');
  short.is = false;
  await (await takeLock(path, 200)).release();
});

test.runIf(hasProc)('C7 nor is a lock taken from a holder that cannot be seen', async () => {
  const path = join(root, 'lock');
  writeFileSync(path, '');
  const held = await takeLock(path, 1_000);
  short.is = true;
  expect(lookAtLock(path).kind).toBe('held');
  await expect(takeLock(path, 200)).rejects.toThrow();
  await held.assertOwned();
  short.is = false;
  await held.release();
});
