// Puts a hash of itself into a file that coord writes where people write too, so that a person's edit is recognized.
import { createHash } from 'node:crypto';

const MARK = /coord-hash: ([0-9a-f]*)/;

/** Where the hash will stand; once, in a comment. */
export const MARK_PLACE = 'coord-hash: ';

export function withMark(text: string): string {
  return text.replace(MARK_PLACE, `${MARK_PLACE}${hashOf(text)}`);
}

/** False = somebody changed it, or coord never wrote it. */
export function isAsWritten(text: string): boolean {
  const found = MARK.exec(text)?.[1];
  return found !== undefined && found !== '' && hashOf(text.replace(MARK, MARK_PLACE)) === found;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
