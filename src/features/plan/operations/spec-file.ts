// Finds the spec that a person means, and its text in this machine's projection.
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isSpec } from '../../../documents/documents.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { View } from '../../../operations/sync/view.ts';
import { linkAbove } from '../../../system/files/link-above.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

/** `specs/dao.md`, `dao`, or the path of the file from where the person stands. Throws USAGE or NOT_FOUND. */
export function specPath({ cwd }: Pick<World, 'cwd'>, folder: FleetFolder, given: string): string {
  const fromHere = relative(folder.projection, resolve(cwd, given)).replaceAll('\\', '/');
  const bare = given.replace(/^(?:\.\/)?(?:coordination\/)?(?:specs\/)?/, '');
  const names = [fromHere, `specs/${bare}`, `specs/${bare}.md`].filter(isSpec);
  const found = names.find((path) => existsSync(join(folder.projection, path)));
  const link = found === undefined ? null : linkAbove(folder.projection, found);
  if (link !== null)
    throw new CoordError('REFUSED', `${join(folder.projection, link)} is a link, and links are not followed`, 'coord status');
  if (found !== undefined) return found;
  const [name] = names;
  if (name === undefined)
    throw new CoordError(
      'USAGE',
      `expected a file such as specs/dao.md in coordination/, found ${given}`,
      'coord plan specs/dao.md',
    );
  throw new CoordError(
    'NOT_FOUND',
    `there is no ${name} in ${folder.projection}`,
    `save it there, then: coord plan ${shellWord(name)}`,
  );
}

/** What is planned, or drafted upon, has to be what all can read. Throws FAILED. */
export function mustBeTaken({ sync }: View, path: string): void {
  const why = sync.notTaken.find((it) => it.path === path || it.path === ORDERS_PATH);
  if (why !== undefined)
    throw new CoordError('FAILED', `coordination/${why.path} was edited here and not taken: ${why.why}`, 'coord status');
}

export function specText(folder: FleetFolder, path: string): string {
  return readText(join(folder.projection, path));
}
