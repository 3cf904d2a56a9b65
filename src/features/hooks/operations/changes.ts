// Works out all changes of files that people write too before it writes the first byte, so a file that cannot be understood leaves all of
// them as they are.
import { isUtf8 } from 'node:buffer';
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { CoordError, errorCode, errorMessage } from '../../../errors.ts';
import { createExclusively, createFolderDurably, writeDurably } from '../../../system/files/durable-file.ts';
import { readBytes } from '../../../system/files/read-if-there.ts';

export interface FileChange {
  readonly path: string;
  /** Null = no file. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * In coord's home, by their whole paths: files as they were before coord first changed them, kept for the person. Not beside them: a copy of
 * what git ignores would be committed, with its secrets.
 */
const BACKUPS = 'before-coord';
const NEW_FILE_MODE = 0o600;
/** What a file says that says nothing, where the file itself has to stay. */
const NOTHING_IN: Readonly<Record<string, string>> = { '.json': '{}\n' };

/** Several edits may meet in one file: each is given what the one before it has left. */
export function changesOf(
  edits: readonly { readonly path: string; edit(text: string | null): string | null }[],
): readonly FileChange[] {
  const changes = new Map<string, FileChange>();
  for (const { path, edit } of edits) {
    const before = changes.has(path) ? (changes.get(path)?.before ?? null) : readText(path);
    const now = changes.has(path) ? (changes.get(path)?.after ?? null) : before;
    changes.set(path, { path, before, after: edit(now) });
  }
  return [...changes.values()].filter(({ before, after }) => before !== after);
}

/** Returns the backups that it made. */
export function applyChanges(changes: readonly FileChange[], home: string): readonly string[] {
  const backups: string[] = [];
  // The programs that these files belong to write them too, and people do.
  const moved = changes.find(({ path, before }) => readText(path) !== before);
  if (moved !== undefined) throw refused(`${moved.path} was changed meanwhile`);
  for (const { path, before, after } of changes) {
    try {
      // A link to where a person keeps such files stays one.
      const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
      if (before === null && isLink) throw refused(`${path} is a link to a file that is not there`);
      const file = before === null ? path : realpathSync(path);
      // What goes whole held nothing but coord's own.
      const backup = join(home, BACKUPS, file);
      if (before !== null && after !== null && backUp(backup, before)) backups.push(backup);
      const left = after ?? (isLink ? (NOTHING_IN[extname(path)] ?? '') : null);
      if (left === null) rmSync(file, { force: true });
      else {
        mkdirSync(dirname(file), { recursive: true });
        const mode = before === null ? NEW_FILE_MODE : statSync(file).mode & 0o777;
        writeDurably(file, left, mode);
        chmodSync(file, mode);
      }
    } catch (error) {
      if (error instanceof CoordError) throw error;
      const why = errorMessage(error);
      throw new CoordError('FAILED', `${path} cannot be changed: ${why}`, null, { cause: error });
    }
  }
  return backups;
}

/** Null = no file; throws REFUSED for what is no text. */
export function readText(path: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readBytes(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    const why = errorMessage(error);
    throw new CoordError('FAILED', `${path} cannot be read: ${why}`, null, { cause: error });
  }
  // It would not be written back as it was.
  if (!isUtf8(bytes)) throw refused(`${path}: expected text in UTF-8, found something else`);
  return bytes.toString('utf8');
}

export function refused(why: string): CoordError {
  return new CoordError('REFUSED', `${why}; nothing was changed`, 'fix it, or coord agent setup --print after that');
}

/** False = there is one already. */
function backUp(path: string, text: string): boolean {
  createFolderDurably(dirname(path));
  return createExclusively(path, text);
}
