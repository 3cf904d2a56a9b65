// What a git that only uses the clone could not do. Damage is thrown inside the adapter alone; `withHealing` in clone-session.ts turns it into a new clone.
import { CoordError } from '../../errors.ts';
import type { GitResult } from '../git/run-git.ts';
import { troubleOf } from '../git/trouble.ts';

export class CloneDamage extends Error {
  /** True if the clone is known to lack something; else the catcher looks for damage first. */
  readonly certain: boolean;

  constructor(message: string, certain: boolean) {
    super(message);
    this.name = 'CloneDamage';
    this.certain = certain;
  }
}

/** Of a command that needs no connection. Too slow is never damage: the same on a new clone would take as long. */
export function unanswered(result: GitResult): Error {
  const { message } = troubleOf(result);
  if (!result.timedOut) return new CloneDamage(message, false);
  return new CoordError(
    'TOO_SLOW',
    `git took too long to look at the history on this computer, which is slow or busy: ${message}`,
  );
}
