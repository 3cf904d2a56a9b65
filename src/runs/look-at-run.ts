// What became of a run, for good: the answers `ended`, `interrupted` and `neverBegan` never change again, and after each of them
// nothing of the run is left that could still act (O9), but for what process-table.ts cannot see.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEnd, RunSight } from '../core/model/orders/run.ts';
import { createFolderDurably } from '../system/files/durable-file.ts';
import { kill } from '../system/process/process-group.ts';
import { bootId, identityOf } from '../system/process/process-identity.ts';
import { groupMembers, stampedProcesses } from '../system/process/process-table.ts';
import { readQuestion } from '../system/runs/run-notes.ts';
import { readExit, readKept } from './exit-record.ts';
import { readLogEnd } from './log-end.ts';
import { onDisk } from './on-disk.ts';
import { readOutputs } from './output-file.ts';
import { declareVoid, isAlive } from './owner.ts';
import { type Child, type Owner, type RunPaths, readRecord } from './run-folder.ts';

export async function settle(paths: RunPaths, key: string, hasBegun: boolean): Promise<RunSight> {
  const early = ended(paths);
  if (early !== null) return early;
  // A run may take away its own folder, or a person all of them: what has begun is not begun again for that.
  const decided = hasBegun ? readRecord<Owner>(paths.owner) : await decidedOwner(paths);
  if (decided?.void && !hasBegun) return { kind: 'neverBegan' };
  const owner = decided?.void ? null : decided;
  if (owner !== null && isAlive(owner)) return { kind: 'running' };
  // The watchdog can have written its record and gone between the two looks.
  const late = ended(paths);
  if (late !== null) return late;
  const sameBoot = owner === null || owner.bootId === bootId();
  if (sameBoot && !(await endOrphans(paths, key))) return { kind: 'running' };
  return { kind: 'interrupted', ...saidBy(paths), ...askedBy(paths), ...readKept(paths) };
}

function ended(paths: RunPaths): RunSight | null {
  const exit = readExit(paths);
  if (exit === null) return null;
  return { kind: 'ended', exit, ...saidBy(paths), ...(exit.why === 'exited' && exit.signal === null ? {} : askedBy(paths)) };
}

function saidBy(paths: RunPaths): LogEnd & { readonly outputs: Readonly<Record<string, string>> } {
  return { ...readLogEnd(paths.log), outputs: readOutputs(paths.outputs).values };
}

/** O18: of a run that did not end by itself nobody else says it. */
function askedBy(paths: RunPaths): { readonly asked?: string } {
  const noted = readQuestion(paths.progress);
  return noted === null ? {} : { asked: noted.question };
}

/** Decides it now where nobody has. Null when the record cannot be read: somebody owns the run. */
async function decidedOwner(paths: RunPaths): Promise<Owner | null> {
  if (!existsSync(paths.owner)) {
    const isVoid = onDisk(paths.folder, () => {
      createFolderDurably(paths.folder);
      return declareVoid(paths);
    });
    if (isVoid) return { void: true };
  }
  for (let tries = 1; ; tries++) {
    const owner = readRecord<Owner>(paths.owner);
    // Where files cannot be linked, the record can be seen half written for a moment.
    if (owner !== null || tries === 20) return owner;
    await sleep(50);
  }
}

/** False when something of the run cannot be ended: then it still runs. */
async function endOrphans(paths: RunPaths, key: string): Promise<boolean> {
  const child = readRecord<Child>(paths.child);
  return (await kill({ pgid: child !== null && isStillOurs(child, key) ? child.pgid : null, stamp: key })) === 0;
}

/** A group's number can be given again once the group is empty. */
function isStillOurs({ pgid, started }: Child, key: string): boolean {
  if (started !== null && identityOf(pgid) === started) return true;
  const members = groupMembers(pgid);
  return members.length > 0 && stampedProcesses(key).some((pid) => members.includes(pid));
}
