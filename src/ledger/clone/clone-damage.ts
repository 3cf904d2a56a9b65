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
  return result.timedOut ? tooSlow(message) : new CloneDamage(message, false);
}

export function tooSlow(message: string): CoordError {
  return new CoordError('TOO_SLOW', `git took too long on this computer, which is slow or busy: ${message}`);
}
