// Says what a service manager or cron starts for a fleet folder, in absolute paths, because both have a bare PATH and know no folder.
import { CoordError } from '../../errors.ts';
import { INSTALL } from './install-words.ts';

export interface ServicePlan {
  readonly name: string;
  /** The fleet folder. */
  readonly root: string;
  readonly node: string;
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** What coord is asked to do there. */
  readonly words: readonly string[];
  /** Where it writes all that it says itself, and keeps that short; null = it only prints. */
  readonly ownLog: string | null;
}

/** What none of the formats can say; an unpaired half of a character is among it. */
const UNSAYABLE = /[\u0000-\u001f\u007f\u0085\u2028\u2029\ufffe\uffff]/;

/** Throws USAGE for what cannot be written into a file of one line a value. */
export function mustBeSayable(what: string, value: string): string {
  if (!UNSAYABLE.test(value) && value.isWellFormed()) return value;
  throw new CoordError(
    'USAGE',
    `${what} holds a line break or another control character, which no service file can say: ${JSON.stringify(value)}`,
    'rename the folder, and coord doctor',
  );
}

/** Throws FAILED where the program itself will soon be gone. */
export function mustStay(main: string): string {
  if (!main.includes('/_npx/')) return main;
  throw new CoordError(
    'FAILED',
    `coord runs from the cache of npx (${main}), which npm clears`,
    `${INSTALL}, in a clone of coord`,
  );
}
