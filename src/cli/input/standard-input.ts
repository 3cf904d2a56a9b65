// What somebody pipes in as text: the whole of it, once, and only if it is UTF-8.
import { readFileSync } from 'node:fs';
import { CoordError } from '../../errors.ts';

export function standardInput(what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(0));
  } catch (error) {
    if (error instanceof TypeError) throw new CoordError('USAGE', `${what} is no text: expected UTF-8`, null, { cause: error });
    throw error;
  }
}
