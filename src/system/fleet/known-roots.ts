// Lists the folders in which this computer has joined a fleet.
import { join } from 'node:path';
import { readIfThere } from '../files/read-if-there.ts';

/** From the policy file, which has an entry for each; by its lines, because a parser of YAML takes longer to load than all the rest. */
export function knownRoots(home: string): readonly string[] {
  const text = readIfThere(join(home, 'policy.yaml')) ?? '';
  return [...text.matchAll(/^[ \t]+(["']?)(\/[^\r\n]*?)\1[ \t]*:(?=\s|$)/gm)].map((match) => match[2] ?? '');
}
