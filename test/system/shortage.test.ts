// S3, C7: on a computer on which too much is open, nobody who cannot be seen is taken for ended.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { CappedLog } from '../../src/runs/capped-log.ts';
import { isAlive } from '../../src/runs/owner.ts';
import { runCommand } from '../../src/runs/run-command.ts';
import { runPaths } from '../../src/runs/run-folder.ts';
import { lookAtLock, takeLock } from '../../src/system/files/lock.ts';
import { kill } from '../../src/system/process/process-group.ts';
import { bootId, identityOf, isGone, isLiving } from '../../src/system/process/process-identity.ts';
import { groupMembers, stampedProcesses } from '../../src/system/process/process-table.ts';

/** `below`: what cannot be read while it is. */
const short = vi.hoisted(() => ({ is: false, below: '/proc/' }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const readFileSync = (...args: Parameters<typeof real.readFileSync>) => {
    if (short.is && String(args[0]).startsWith(short.below)) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    return real.readFileSync(...args);
  };
  return { ...real, readFileSync };
});

const root = mkdtempSync(join(tmpdir(), 'coord-shortage-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => {
  Object.assign(short, { is: false, below: '/proc/' });
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

test.runIf(hasProc)('O9 a command that ended while nobody can be seen has its exit code, whatever it left behind', async () => {
  const folder = join(root, 'command');
  mkdirSync(folder);
  const log = new CappedLog(openSync(join(folder, 'log'), 'w'), 10_000);
  const limits = { termination: new Promise<never>(() => {}), now: () => null, leaseIsOver: () => false, close: () => {} };
  short.is = true;
  const line = `sleep 600 & echo $! > '${join(folder, 'left')}'`;
  const running = runCommand(
    { kind: 'line', line },
    { ...{ key: 'of-the-shortage', folder, cwd: realpathSync(folder), env: {}, graceMs: 100, limits, log }, onSpawn: () => {} },
  );
  // Longer than what a command leaves behind is waited for.
  setTimeout(() => {
    short.is = false;
  }, 2_000);
  expect(await running).toEqual({ kind: 'ended', exitCode: 0, signal: null, termination: null, leftovers: 1 });
  expect(isGone(Number(readFileSync(join(folder, 'left'), 'utf8')))).toBe(true);
  log.close();
});

/** As in a process that began under the shortage: it knows nothing of its computer yet. */
async function newProcess() {
  vi.resetModules();
  const { bootId, isLiving } = await import('../../src/system/process/process-identity.ts');
  const { takeOwnership } = await import('../../src/runs/owner.ts');
  const { lookAtLock, takeLock } = await import('../../src/system/files/lock.ts');
  return { bootId, isLiving, takeOwnership, lookAtLock, takeLock };
}

test.runIf(hasProc)('S3, C7 a process that cannot tell the start of the computer takes nobody for ended', async () => {
  const me = { pid: process.pid, identity: identityOf(process.pid) ?? '', boot: bootId() };
  const path = join(root, 'of-this-boot');
  writeFileSync(path, '');
  const held = await takeLock(path, 1_000);
  const begun = await newProcess();
  Object.assign(short, { is: true, below: '/proc/sys/' });
  expect(begun.isLiving(me)).toBe(true);
  expect(begun.lookAtLock(path).kind).toBe('held');
  await held.assertOwned();
  short.is = false;
  // Nor does it remember for good that it could not.
  expect(begun.bootId()).toBe(me.boot);
  expect(begun.isLiving({ ...me, boot: 'an earlier one' })).toBe(false);
  await held.release();
});

test.runIf(hasProc)('S3, C7 nor does it take a run or a lock, by a name that others would take for ended', async () => {
  const begun = await newProcess();
  const paths = runPaths(root, 'taken');
  mkdirSync(paths.folder);
  const path = join(root, 'of-nobody');
  writeFileSync(path, '');
  Object.assign(short, { is: true, below: '/proc/sys/' });
  expect(() => begun.takeOwnership(paths)).toThrow('this process cannot see itself');
  expect(existsSync(paths.owner)).toBe(false);
  await expect(begun.takeLock(path, 200)).rejects.toThrow('this process cannot see itself');
  short.is = false;
  await (await begun.takeLock(path, 200)).release();
});
