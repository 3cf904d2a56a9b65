// Lists the processes that live, by group and by the stamp in their environment (O9, L2), without zombies. It misses, on Linux, processes
// of another user or with a replaced environment; on macOS also the system's own, whose environment is hidden. Throws where this computer has nothing left to
// look with: nobody is taken for ended for that.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isShortage } from '../../errors.ts';

/** The variable that marks every process of a run, or of a local service, with its key. */
export const STAMP = 'COORD_RUN_KEY';

const hasProc = existsSync('/proc/self/stat');

/** Numbers of the live processes of a group. */
export function groupMembers(pgid: number): number[] {
  return (hasProc ? groupsFromProc() : groupsFromPs()).filter((process) => process.pgid === pgid).map((process) => process.pid);
}

/** Numbers of the live processes that carry this run's stamp, whatever group they are in. */
export function stampedProcesses(key: string): number[] {
  return hasProc ? stampedInProc(`${STAMP}=${key}`) : stampedInPs(`${STAMP}=${key}`);
}

interface Listed {
  readonly pid: number;
  readonly pgid: number;
}

function* procNumbers(): Generator<number> {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid)) yield pid;
  }
}

/** Null when the process is a zombie or went while it was read. */
function procGroup(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', , pgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
    return 'ZXx'.includes(state) ? null : Number(pgid);
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
}

function groupsFromProc(): Listed[] {
  const listed: Listed[] = [];
  for (const pid of procNumbers()) {
    const pgid = procGroup(pid);
    if (pgid !== null) listed.push({ pid, pgid });
  }
  return listed;
}

function stampedInProc(stamp: string): number[] {
  const wanted = Buffer.from(`\0${stamp}\0`);
  const found: number[] = [];
  for (const pid of procNumbers()) {
    try {
      const environment = Buffer.concat([Buffer.of(0), readFileSync(`/proc/${pid}/environ`), Buffer.of(0)]);
      if (environment.includes(wanted) && procGroup(pid) !== null) found.push(pid);
    } catch (error) {
      // Gone meanwhile, or another user's.
      if (isShortage(error)) throw error;
    }
  }
  return found;
}

/** What a process was started with; null = it cannot be read, as on other systems than Linux. */
export function environmentOf(pid: number): Record<string, string> | null {
  try {
    const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return Object.fromEntries(lines.flatMap((line) => (line.includes('=') ? [splitOnce(line)] : [])));
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
}

const splitOnce = (line: string) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];

/** Lines of `ps`, in the words of no country. */
export function ps(...args: string[]): string[] {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C' };
  const { stdout, error } = spawnSync('ps', args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (isShortage(error)) throw error;
  return (stdout ?? '').split('\n');
}

function groupsFromPs(): Listed[] {
  return ps('-ax', '-o', 'pid=', '-o', 'pgid=', '-o', 'stat=')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => state !== undefined && !state.startsWith('Z'))
    .map(([pid, pgid]) => ({ pid: Number(pid), pgid: Number(pgid) }));
}

function stampedInPs(stamp: string): number[] {
  return ps('-axwwE', '-o', 'pid=', '-o', 'stat=', '-o', 'command=')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state, ...words]) => state !== undefined && !state.startsWith('Z') && words.includes(stamp))
    .map(([pid]) => Number(pid));
}
