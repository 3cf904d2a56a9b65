// One command from spawn to the end of its last process: in a group of its own, stdin closed (O9). When it resolves, nothing of the
// group runs any more. After a normal end, what left the group by setsid is left alone: that is how a service is started on purpose.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '../core/model/orders/order.ts';
import { errorCode } from '../errors.ts';
import { realFolder } from '../system/files/real-folder.ts';
import { countLiving, isGone, kill, type Target, terminate } from '../system/process/process-group.ts';
import { identityOf } from '../system/process/process-identity.ts';
import type { CappedLog } from './capped-log.ts';
import { type OutputPipe, openOutputPipe } from './output-pipe.ts';
import type { Child } from './run-folder.ts';
import type { Termination, TerminationWatch } from './run-termination.ts';

export interface Surroundings {
  readonly key: string;
  readonly folder: string;
  /** Real: without links. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly graceMs: number;
  readonly limits: TerminationWatch;
  readonly log: CappedLog;
  readonly onSpawn: (child: Child) => void;
}

export type CommandEnd =
  | { readonly kind: 'notStarted'; readonly detail: string; readonly exitCode: 126 | 127 }
  | {
      readonly kind: 'ended';
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly termination: Termination | null;
      readonly leftovers: number;
    };

/** Also the time that processes of the group have to end by themselves after the main one. */
const DRAIN_MS = 1_000;
export const LEFTOVER_GRACE_MS = 2_000;
const A_LINK = 'COORD_LINK';

export async function runCommand(command: Command, around: Surroundings): Promise<CommandEnd> {
  const pipe = openOutputPipe(around.folder, (chunk) => around.log.write(chunk));
  try {
    const child = await spawned(command, around, pipe);
    if (typeof child === 'string') return notStarted(command, around, child);
    const pgid = child.pid ?? 0;
    try {
      around.onSpawn({ pgid, started: identityOf(pgid) });
      return await untilItEnds(child, pgid, pipe, around);
    } catch (error) {
      await kill({ pgid, stamp: around.key });
      throw error;
    }
  } finally {
    pipe.close();
  }
}

/** The child, or the code of the error that kept it from starting. */
async function spawned(command: Command, { cwd, env }: Surroundings, pipe: OutputPipe): Promise<ChildProcess | string> {
  const [file, ...args] = command.kind === 'line' ? (['/bin/sh', '-c', command.line] as const) : command.argv;
  try {
    const child = standingIn(cwd, () =>
      spawn(file, args, { env: { ...env }, detached: true, stdio: ['ignore', pipe.end, pipe.end] }),
    );
    pipe.attach(child);
    await once(child, 'spawn');
    return child;
  } catch (error) {
    return errorCode(error) || String(error);
  }
}

/**
 * What `act` starts begins in that very folder, whose path holds no link: it was compared with the policy when the run was placed, and may
 * have been swapped for a link since. Nothing can come between the look and the start, because this process stands in it.
 */
function standingIn<T>(folder: string, act: () => T): T {
  const before = process.cwd();
  process.chdir(folder);
  try {
    if (process.cwd() !== folder) throw Object.assign(new Error('a link'), { code: A_LINK });
    return act();
  } finally {
    process.chdir(before);
  }
}

async function untilItEnds(child: ChildProcess, pgid: number, pipe: OutputPipe, around: Surroundings): Promise<CommandEnd> {
  const { limits } = around;
  // The computer can have slept since the last look.
  limits.leaseIsOver();
  const hasExited = child.exitCode !== null || child.signalCode !== null;
  // Nothing tells when a process exited, only that it has. So what counts is the clocks at this moment: an exit that is seen after the
  // deadline may have come after it, and counts as that (O5). One that was seen before it stays a normal one, however late its record.
  const exited = (hasExited ? Promise.resolve() : once(child, 'exit')).then(() => (limits.leaseIsOver() ? limits.now() : null));
  const termination = await Promise.race([exited, limits.termination]);
  let leftovers = 0;
  if (termination === null) leftovers = await endLeftovers({ pgid, stamp: null }, pipe, around);
  else {
    await end({ pgid, stamp: around.key }, around.graceMs, around);
    pipe.readRest();
    await Promise.race([Promise.all([exited, pipe.drained]), sleep(DRAIN_MS)]);
  }
  return { kind: 'ended', exitCode: child.exitCode, signal: child.signalCode, termination, leftovers };
}

/** Gives the rest of the group a moment, then ends it; returns how many had to be ended. */
async function endLeftovers(group: Target, pipe: OutputPipe, around: Surroundings): Promise<number> {
  const drained = Promise.race([pipe.drained, sleep(DRAIN_MS)]);
  if (await isGone(group, DRAIN_MS, around.limits.leaseIsOver)) {
    pipe.readRest();
    await drained;
  }
  const count = countLiving(group);
  if (count === 0) return 0;
  await end(group, LEFTOVER_GRACE_MS, around);
  pipe.readRest();
  await Promise.race([pipe.drained, sleep(DRAIN_MS)]);
  return count;
}

/** Past the lease: SIGKILL at once, also in the midst of a grace (O5). */
async function end(target: Target, graceMs: number, { limits, log }: Surroundings): Promise<void> {
  const survivors = limits.leaseIsOver() ? await kill(target) : await terminate(target, graceMs, limits.leaseIsOver);
  if (survivors > 0) log.note(`coord: ${survivors} processes of this run could not be ended`);
}

function folderTrouble(cwd: string, code: string): string | null {
  try {
    if (code === A_LINK) return `the folder ${cwd} is another one since the order was placed: a link leads to ${realFolder(cwd)}`;
    return statSync(cwd).isDirectory() ? null : `${cwd} is not a folder`;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? `the folder ${cwd} does not exist` : `the folder ${cwd} cannot be entered: ${code}`;
  }
}

function notStarted(command: Command, { cwd }: Surroundings, code: string): CommandEnd {
  const executable = command.kind === 'line' ? '/bin/sh' : command.argv[0];
  const folder = folderTrouble(cwd, code);
  let detail = `${executable} could not be started: ${code}`;
  if (folder !== null) detail = folder;
  else if (code === 'ENOENT') detail = `program not found: ${executable}`;
  else if (code === 'EACCES') detail = `no permission to run ${executable} in ${cwd}`;
  return { kind: 'notStarted', detail, exitCode: code === 'ENOENT' ? 127 : 126 };
}
