// What stands in the place of a folder of coord's: a file, a pipe, a link. Behind a link all is somebody else's: nothing there is read, written or
// removed. coord moves nothing out of its way by itself, because it cannot know whose it is.
import { lstatSync } from 'node:fs';
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError } from '../../errors.ts';

/** Throws LOCAL_STATE for the first of these that is there and is no folder; missing ones do not count. Parents first. */
export function mustBeFolders(...paths: readonly string[]): void {
  for (const path of paths) {
    const seen = lstatSync(path, { throwIfNoEntry: false });
    if (seen === undefined || seen.isDirectory()) continue;
    const what = seen.isSymbolicLink() ? 'a link' : seen.isFile() ? 'a file' : 'no folder';
    const message = `${path} is ${what}, and coord keeps a folder of its own there: nothing is done until that is moved away`;
    throw new CoordError('LOCAL_STATE', message, `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`);
  }
}
