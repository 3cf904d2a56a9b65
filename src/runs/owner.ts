// The handover: exactly one of a run's watchdog and an observer who found no watchdog creates `owner.json`, and that decides for
// ever whether the run was started or never will be. The file is on disk before the command is spawned, so that a power cut
// cannot turn a run that began into one that never did (S3).
import { createExclusively } from '../system/files/durable-file.ts';
import { isLiving, ownProcess } from '../system/process/process-identity.ts';
import { type Owner, type RunPaths, readRecord } from './run-folder.ts';

/** Called by the watchdog: false = somebody else decided, run nothing. */
export function takeOwnership(paths: RunPaths): boolean {
  const { pid, identity, boot } = ownProcess();
  const owner: Owner = { void: false, pid, started: identity, bootId: boot };
  return createExclusively(paths.owner, JSON.stringify(owner));
}

/** True when this run never began and never will; false when a watchdog took it first. */
export function declareVoid(paths: RunPaths): boolean {
  const owner: Owner = { void: true };
  if (createExclusively(paths.owner, JSON.stringify(owner))) return true;
  return readRecord<Owner>(paths.owner)?.void === true;
}

export function isAlive(owner: Owner): boolean {
  return !owner.void && isLiving({ pid: owner.pid, identity: owner.started, boot: owner.bootId });
}

/** Whether a watchdog looks after this run now. Asks, and settles nothing. */
export function isWatched(paths: RunPaths): boolean {
  const owner = readRecord<Owner>(paths.owner);
  return owner !== null && isAlive(owner);
}
