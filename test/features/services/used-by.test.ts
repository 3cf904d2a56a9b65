// L6: what the processes of a group use, as the system tells it. The first tests read a made folder in place of /proc.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usedByGroups } from '../../../src/features/services/system/used-by.ts';

const TAKES = 'globalThis.taken = Buffer.alloc(2e8, 1); console.log(1); setInterval(() => {}, 1000);';

let proc = '';
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'coord-proc-'));
});
afterEach(() => rmSync(proc, { recursive: true, force: true }));

/** As Linux tells of it: so many pages in `stat`, and in `status` how much that is. */
function processIn(pid: string, { group, ticks, pages, kb }: { group: number; ticks: number; pages: number; kb: number | null }) {
  const folder = join(proc, pid);
  mkdirSync(folder);
  const before = ['S', 1, group, ...Array(8).fill(0)];
  const stat = [...before, ticks, 0, 0, 0, ...Array(6).fill(0), pages, ...Array(28).fill(0)];
  writeFileSync(join(folder, 'stat'), `${pid} (a ) b) ${stat.join(' ')}\n`);
  const status =
    kb === null
      ? 'Name:\ta\nState:\tZ\n'
      : `Name:\ta\nVmHWM:\t 9999999 kB\nVmRSS:\t${String(kb).padStart(8)} kB\nRssAnon:\t 1 kB\n`;
  writeFileSync(join(folder, 'status'), status);
}

test.each([4, 16, 64])('L6 memory is told as it is where a page of the computer has %i KiB', (pageKb) => {
  processIn('self', { group: 1, ticks: 0, pages: 1, kb: pageKb });
  processIn('100', { group: 100, ticks: 150, pages: 102_400 / pageKb, kb: 102_400 });
  processIn('101', { group: 100, ticks: 50, pages: 51_200 / pageKb, kb: 51_200 });
  processIn('102', { group: 100, ticks: 7, pages: 0, kb: null });
  processIn('200', { group: 200, ticks: 1, pages: 1, kb: pageKb });
  const used = usedByGroups(new Set([100, 300]), proc);
  expect([...used]).toEqual([[100, { cpuMs: 2_070, memoryMb: 150 }]]);
});

test('L6 of a real process it is what the system tells, and of no group that nobody asked for', async () => {
  const child = spawn(process.execPath, ['-e', TAKES], {
    ...{ detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  const pid = child.pid ?? 0;
  try {
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const used = usedByGroups(new Set([pid]));
    expect([...used.keys()]).toEqual([pid]);
    expect(used.get(pid)?.memoryMb).toBeGreaterThan(190);
    expect(used.get(pid)?.memoryMb).toBeLessThan(1_000);
    expect(used.get(pid)?.cpuMs).toBeGreaterThan(0);
  } finally {
    child.kill('SIGKILL');
  }
});
