import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { bootId, identityOf } from '../../src/system/process/process-identity.ts';

test('a process keeps its identity while it lives, and has none afterwards', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const identity = identityOf(pid);
  expect(identity).toMatch(/\d/);
  expect(identityOf(pid)).toBe(identity);
  expect(identityOf(process.pid)).not.toBe(null);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identityOf(pid)).toBe(null);
});

test('a program name with blanks and brackets does not confuse it', async () => {
  const child = spawn('/bin/sh', ['-c', 'exec sleep 60'], { stdio: 'ignore', argv0: 'a) Z (b' });
  await once(child, 'spawn');
  expect(identityOf(child.pid ?? 0)).not.toBe(null);
  child.kill('SIGKILL');
});

test.runIf(process.platform === 'linux')('a zombie counts as gone: it does no more', async () => {
  // The shell leaves its child unreaped: it becomes another program that never waits.
  const parent = spawn('/bin/sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  await expect.poll(() => identityOf(pid), { timeout: 60_000, interval: 10 }).toBe(null);
  parent.kill('SIGKILL');
});

test('the boot id is known and does not change', () => {
  expect(bootId()).toMatch(/^[0-9a-fA-F-]{36}$/);
  expect(bootId()).toBe(bootId());
});
