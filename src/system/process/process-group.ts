// Ends the processes of a run or of a local service: SIGTERM, a grace unless it is late (O5), then SIGKILL until none is left (O9). With a
// stamp it also ends those that left the group, as far as the process table shows them. A process that the kernel holds (a dead disk) or
// that another user owns may survive.
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, isShortage } from '../../errors.ts';
import { groupMembers, stampedProcesses } from './process-table.ts';

export interface Target {
  /** The process group, whose number is known to be still the run's; null = there is none. */
  readonly pgid: number | null;
  /** The run's key: its processes outside the group are ended too; null = they are left alone. */
  readonly stamp: string | null;
  /** Has that stamp and is left alone: who ends the others. */
  readonly spared?: number;
}

const POLL_MS = 25;
/** SIGKILL takes effect at once, unless the kernel holds the process; waiting longer would not help then. */
const KILL_WAIT_MS = 5_000;

/** Returns how many processes survived even SIGKILL. `isLate`: asked all the time; true ends the grace. */
export async function terminate(target: Target, graceMs: number, isLate = () => false): Promise<number> {
  signal(target, 'SIGTERM');
  // A stopped process (Ctrl-Z, a debugger) hears SIGTERM only when it continues.
  signal(target, 'SIGCONT');
  if (await isGone(target, graceMs, isLate)) return 0;
  return await kill(target);
}

/** Ends them at once; returns how many survived. */
export async function kill(target: Target): Promise<number> {
  const deadline = performance.now() + KILL_WAIT_MS;
  // Twice none: a process that forks and exits while the table is read can hide its child once.
  for (let none = 0; none < 2; ) {
    const alive = countLiving(target);
    none = alive === 0 ? none + 1 : 0;
    if (alive > 0 && performance.now() > deadline) return alive;
    signal(target, 'SIGKILL');
    if (alive > 0) await sleep(POLL_MS);
  }
  return 0;
}

/** Whether all of them end by themselves within the time, and before it is late. */
export async function isGone(target: Target, waitMs: number, isLate = () => false): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (countLiving(target) > 0) {
    if (performance.now() >= deadline || isLate()) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** How many of them live: one at least where nobody can be seen now (C7.2). */
export function countLiving(target: Target): number {
  try {
    return living(target).length;
  } catch (error) {
    if (isShortage(error)) return 1;
    throw error;
  }
}

export function living(target: Target): number[] {
  const { pgid } = target;
  const members = pgid !== null && send(-pgid, 0) ? groupMembers(pgid) : [];
  return [...new Set([...members, ...stamped(target)])];
}

function stamped({ stamp, spared }: Target): number[] {
  return stamp === null ? [] : stampedProcesses(stamp).filter((pid) => pid !== spared);
}

function signal(target: Target, name: NodeJS.Signals): void {
  const { pgid, stamp } = target;
  if (pgid !== null) send(-pgid, name);
  if (stamp === null) return;
  try {
    const members = new Set(pgid === null ? [] : groupMembers(pgid));
    for (const pid of stamped(target)) if (!members.has(pid)) send(pid, name);
  } catch (error) {
    // Those outside of the group are found the next time.
    if (!isShortage(error)) throw error;
  }
}

/** False when there is nobody to hear it. */
function send(pid: number, name: NodeJS.Signals | 0): boolean {
  // 0, 1 and -1 mean my own group, init and everybody: never a run.
  if (!Number.isInteger(pid) || Math.abs(pid) <= 1) throw new Error(`not a process of a run: ${pid}`);
  try {
    return process.kill(pid, name);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
