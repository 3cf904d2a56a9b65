// Checks the private clone (C5). If a sync works in it, damage is looked at again under the cycle's lock, because a clone that is being
// packed can look damaged for a moment.
import { formatMegabytes, MEGABYTE } from '../../documents/text/size.ts';
import { CoordError } from '../../errors.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import { type Finding, fixable, ok, skipped, warning } from './check.ts';
import { type Check, type Exam, LIMITS } from './exam.ts';
import type { CloneSight, HistorySight } from './examiner.ts';

export const cloneCheck: Check = {
  id: 'clone',
  title: "coord's clone",
  async look(exam) {
    const sight = await sightOf(exam);
    return sight.kind === 'damaged' ? await underLock(exam, () => sightOf(exam)) : findingOf(sight);
  },
  async repair(exam) {
    const lock = await takeCycleLock(exam.folder, LIMITS.lockMs);
    try {
      await exam.examiner.moveCloneAside(exam.folder.state);
      return 'moved the clone aside; the next coord sync makes a new one';
    } finally {
      await lock.release();
    }
  },
};

const sightOf = ({ examiner, place }: Exam): Promise<CloneSight> => examiner.clone(place, LIMITS.cloneMs);

async function underLock(exam: Exam, look: () => Promise<CloneSight>): Promise<Finding> {
  try {
    const lock = await takeCycleLock(exam.folder, LIMITS.lockMs);
    try {
      return findingOf(await look());
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof CoordError && error.code === 'BUSY') return skipped('in use: a sync is under way');
    throw error;
  }
}

function findingOf(sight: CloneSight): Finding {
  switch (sight.kind) {
    case 'none':
      return ok('none yet; the next coord sync makes one');
    case 'unknown':
      return skipped(`too large to be looked through within ${LIMITS.cloneMs / 1000} s`);
    case 'damaged':
      return fixable('problem', `damaged: ${sight.detail}`);
    case 'sound':
      return ok(
        sight.looked === 'objects' ? 'every object is sound' : 'its objects are connected; too large to look into each of them',
      );
  }
}

/** Five months of a busy fleet: 10 machines with 100 orders a day. */
const HISTORY_BYTES_MAX = 100 * MEGABYTE;

/** R3b: nobody looks at it until a host refuses it, and it takes one command. */
export const historyCheck: Check = {
  id: 'history',
  title: 'history of the repo',
  look: async ({ examiner, place }) => historyFinding(await examiner.history(place, LIMITS.cloneMs)),
};

export function historyFinding({ bytes, isPart }: HistorySight): Finding {
  const size = formatMegabytes(bytes);
  if (bytes <= HISTORY_BYTES_MAX) return ok(isPart ? `at least ${size}; this machine has not all of it` : size);
  return warning(
    `${isPart ? 'at least ' : ''}${size}, which everybody fetches who clones the repo`,
    'coord compact --keep 90d, if the repo is for the fleet alone',
  );
}
