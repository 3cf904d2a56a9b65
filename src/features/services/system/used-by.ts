// What the processes of a group use of this computer (L6): from /proc, or by `ps` where there is none (macOS).
import { existsSync, readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { isShortage } from '../../../errors.ts';
import { readBytes, readText } from '../../../system/files/read-if-there.ts';
import { groupMembers, ps } from '../../../system/process/process-table.ts';
import type { Used } from '../rules/limits.ts';

/** Linux tells times of processes in hundredths of a second, whatever the computer. */
const TICK_MS = 10;

/** Each of these groups that lives. Processes that ended count with the parent that waited for them. Throws where it cannot be seen now. */
export function usedByGroups(wanted: ReadonlySet<number>, proc = '/proc'): ReadonlyMap<number, Used> {
  return existsSync(`${proc}/self/stat`) ? usedInProc(wanted, proc) : usedInPs(wanted);
}

function usedInProc(wanted: ReadonlySet<number>, proc: string): ReadonlyMap<number, Used> {
  const groups = new Map<number, Used>();
  for (const name of readdirSync(proc)) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const stat = readBytes(`${proc}/${name}/stat`).toString('latin1');
      // From the third field on: the second may hold anything.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const pgid = fields[2] ?? 0;
      if (!wanted.has(pgid)) continue;
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
      add(groups, pgid, { cpuMs: ticks * TICK_MS, memoryMb: memoryMb(`${proc}/${name}/status`) });
    } catch (error) {
      // Half of what there is would be taken for all of it. What else is not there is gone meanwhile, or another user's.
      if (isShortage(error)) throw error;
    }
  }
  return groups;
}

/** In `stat` it stands in pages, and only the computer knows how large one is. What has none is a zombie, or the kernel's. */
function memoryMb(status: string): number {
  return Number(/^VmRSS:\s+([0-9]+) kB$/m.exec(readText(status))?.[1] ?? 0) / 1024;
}

function usedInPs(wanted: ReadonlySet<number>): ReadonlyMap<number, Used> {
  const groups = new Map<number, Used>();
  let told = 0;
  for (const line of ps('-ax', '-o', 'pgid=', '-o', 'rss=', '-o', 'time=')) {
    const [pgid, rss, time = ''] = line.trim().split(/\s+/);
    const cpuMs = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
    if (!Number.isFinite(cpuMs) || rss === undefined) continue;
    told += 1;
    if (wanted.has(Number(pgid))) add(groups, Number(pgid), { cpuMs, memoryMb: Number(rss) / 1024 });
  }
  // It would have told of this process.
  if (told === 0) throw new Error('ps could not be run');
  return groups;
}

function add(groups: Map<number, Used>, pgid: number, { cpuMs, memoryMb }: Used): void {
  const before = groups.get(pgid) ?? { cpuMs: 0, memoryMb: 0 };
  groups.set(pgid, { cpuMs: before.cpuMs + cpuMs, memoryMb: before.memoryMb + memoryMb });
}

/** All others of the computer come before it. It cannot be taken back without the rights of root. */
export function throttle(pgid: number): void {
  for (const pid of groupMembers(pgid)) {
    try {
      setPriority(pid, constants.priority.PRIORITY_LOW);
    } catch {
      // Gone meanwhile.
    }
  }
}
