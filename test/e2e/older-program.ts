// The program of the tests as it was when its version was a lower one.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mainPath } from './fleet.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
  version: string;
};
export const OLDER = '0.0.9';

/** Its main.js, in a folder below `root`. */
export function olderProgram(root: string): string {
  const older = join(root, 'older');
  cpSync(dirname(mainPath), older, { recursive: true });
  for (const name of readdirSync(older).filter((it) => it.endsWith('.js'))) {
    const text = readFileSync(join(older, name), 'utf8');
    writeFileSync(join(older, name), text.replaceAll(`"${version}"`, `"${OLDER}"`));
  }
  return join(older, 'main.js');
}
