// Tells a process from a later one with the same number by its start time, within one boot of the computer. A zombie counts as gone. On
// macOS the start time has a resolution of one second.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { CoordError, isShortage } from '../../errors.ts';

const hasProc = existsSync('/proc/self/stat');
let knownBootId: string | null = null;

/** When the process started, in a form to be compared for equality only; null when no such process lives, or none can be seen now. */
export function identityOf(pid: number): string | null {
  try {
    return identitySeen(pid);
  } catch {
    return null;
  }
}

/** No process has that number. False where none can be seen now. */
export function isGone(pid: number): boolean {
  try {
    return identitySeen(pid) === null;
  } catch {
    return false;
  }
}

/** Throws where this computer has nothing left to look with. */
function identitySeen(pid: number): string | null {
  return hasProc ? fromProc(pid) : fromPs(pid);
}

/**
 * Differs after each start of the computer; sleep and hibernation keep it. Empty where the system tells none. Throws where none can be seen now: taken
 * for another one, it would make ended ones of all who live.
 */
export function bootId(): string {
  knownBootId ??= readBootId();
  return knownBootId;
}

/** A process as it was noted when it lived. */
export interface NotedProcess {
  readonly pid: number;
  readonly identity: string;
  readonly boot: string;
}

/**
 * False once that process has ended, even if another process has its number by then. One that cannot be seen now counts as living: what it holds is not
 * taken from it, and what it does is not done again.
 */
export function isLiving(noted: NotedProcess): boolean {
  try {
    return isSeenLiving(noted);
  } catch {
    return true;
  }
}

/** The same; throws where it cannot be seen now. */
export function isSeenLiving({ pid, identity, boot }: NotedProcess): boolean {
  return boot === bootId() && identitySeen(pid) === identity;
}

/** Null = no such process lives, or it cannot be said now how it is known again. */
export function processNow(pid: number): NotedProcess | null {
  try {
    const identity = identitySeen(pid);
    return identity === null ? null : { pid, identity, boot: bootId() };
  } catch {
    return null;
  }
}

/** Throws LOCAL_STATE rather than a name by which others would take this process for ended. */
export function ownProcess(): NotedProcess {
  const own = processNow(process.pid);
  if (own !== null) return own;
  throw new CoordError('LOCAL_STATE', 'this process cannot see itself: too much is open on this computer', 'coord doctor');
}

function fromProc(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
  return identityInStat(stat);
}

/** The same, in what `/proc/<pid>/stat` said, or `ps` where there is no such file, as a process noted it of itself. */
export function identityIn(noted: string): string | null {
  return hasProc ? identityInStat(noted) : identityInPs(noted);
}

function identityInStat(stat: string): string | null {
  // The second field is the program's name in brackets, and may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return state === undefined || 'ZXx'.includes(state) ? null : (started ?? null);
}

function fromPs(pid: number): string | null {
  // TZ is fixed because `lstart` is local time, and would change with the zone of a travelling laptop.
  const env = { PATH: '/bin:/usr/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
  const answer = spawnSync('ps', ['-o', 'lstart=', '-o', 'stat=', '-p', String(pid)], { env, encoding: 'utf8' });
  if (isShortage(answer.error)) throw answer.error;
  return identityInPs(answer.stdout ?? '');
}

function identityInPs(line: string): string | null {
  const words = line.trim().split(/\s+/);
  const state = words.pop() ?? '';
  return state === '' || state.startsWith('Z') ? null : words.join(' ');
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch (error) {
    if (isShortage(error)) throw error;
  }
  const env = { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' };
  const answer = spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { env, encoding: 'utf8' });
  if (isShortage(answer.error)) throw answer.error;
  return (answer.stdout ?? '').trim();
}
