// Finds locks that nobody holds any more: the cycle's own (C7), git's in the clone, and git's in a hub on a disk, where one stale lock
// stops every machine.

import { counted, firstFew } from '../../core/base/counted.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { formatDuration } from '../../documents/text/duration.ts';
import { lookAtLock } from '../../system/files/lock.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import { fixable, ok, problem, skipped, warning } from './check.ts';
import { type Check, type Exam, LIMITS } from './exam.ts';

/** A cycle is bounded by the limits of its git commands. */
const HELD_MS_MAX = 10 * 60_000;
/** No push holds a ref for this long. */
const HUB_LOCK_MS = 10 * 60_000;
const SHOWN_MAX = 3;

export const lockCheck: Check = {
  id: 'lock',
  title: "the cycle's lock",
  async look({ folder, nowMs }) {
    const sight = lookAtLock(folder.lock);
    if (sight.kind === 'free') return ok('free');
    const owner = sight.owner === null ? 'a process without a name' : `pid ${sight.owner.pid}`;
    if (sight.kind === 'dead') return fixable('warning', `left by ${owner}, which is gone; the next coord sync takes it over`);
    const heldMs = Math.max(0, nowMs - sight.sinceMs);
    const found = `held by ${owner} for ${formatDuration(1000 * Math.round(heldMs / 1000))}`;
    return heldMs < HELD_MS_MAX
      ? ok(found)
      : warning(found, `ps -p ${sight.owner?.pid}, and kill it if it hangs: runs go on without it`);
  },
  async repair({ folder }) {
    await (await takeCycleLock(folder, LIMITS.lockMs)).release();
    return 'took the lock over and released it';
  },
};

export const cloneLocksCheck: Check = {
  id: 'clone-locks',
  title: 'locks in the clone',
  async look({ folder, examiner, nowMs }) {
    if (lookAtLock(folder.lock).kind === 'held') return skipped('a sync is under way, they are its own');
    const locks = await examiner.locksIn(examiner.cloneFolder(folder.state), nowMs);
    return locks.length === 0 ? ok('none') : fixable('warning', `left by a git that was killed: ${firstFew(locks, SHOWN_MAX)}`);
  },
  async repair(exam) {
    const lock = await takeCycleLock(exam.folder, LIMITS.lockMs);
    try {
      return `removed ${counted(await exam.examiner.clearCloneLocks(exam.folder.state), 'leftover')}`;
    } finally {
      await lock.release();
    }
  },
};

export const hubLocksCheck: Check = {
  id: 'hub-locks',
  title: 'locks in the hub',
  async look({ identity, examiner, nowMs }: Exam) {
    const hub = examiner.hubFolder(identity.remote);
    if (hub === null) return skipped('the remote is no folder on this computer');
    const locks = await examiner.locksIn(hub, nowMs - HUB_LOCK_MS);
    if (locks.length === 0) return ok('none');
    const found = `older than ${formatDuration(HUB_LOCK_MS)}: ${firstFew(locks, SHOWN_MAX)}; a push to what they lock fails, from every machine`;
    return problem(found, `rm ${locks.slice(0, SHOWN_MAX).map(shellWord).join(' ')}, if no git works there`);
  },
};
