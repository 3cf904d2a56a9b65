// Writes files that survive a crash whole: a reader, also after a power cut, sees the old content or the new one, never a mixture. When a
// write fails (disk full), the old file stays and no temporary file is left. Not guaranteed: an order between writes to different files,
// and file systems whose fsync does nothing.
import { randomUUID } from 'node:crypto';
import { closeSync, constants, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../errors.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** File systems that cannot flush a folder, or know no hard links, say so with one of these. */
const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EACCES', 'EBADF', 'EISDIR']);

/** Replaces the file's content; on disk when it returns. `after` is called when each part of that is done. */
export function writeDurably(
  path: string,
  text: string,
  mode: number = PRIVATE_FILE,
  after: (part: 'flushed' | 'renamed') => void = () => {},
): void {
  const temporary = writeTemporary(path, text, mode);
  after('flushed');
  moveInto(path, temporary);
  after('renamed');
  flushFolder(dirname(path));
}

/** Replaces the file's content: readers see the old one or the new. A power cut may leave an empty file, or the old one. */
export function writeWhole(path: string, text: string, mode: number = PRIVATE_FILE): void {
  moveInto(path, writeTemporary(path, text, mode, false));
}

function moveInto(path: string, temporary: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Creates the file with its whole content, or returns false and changes nothing because it is there already: of many, one wins. */
export function createExclusively(path: string, text: string): boolean {
  const isOurs = nameExclusively(writeTemporary(path, text, PRIVATE_FILE), path);
  if (isOurs) flushFolder(dirname(path));
  return isOurs;
}

/** Gives a file that is whole its name on the same disk, or returns false because that is taken. The temporary one is gone in any case. */
export function nameExclusively(temporary: string, path: string): boolean {
  try {
    // A link, not O_EXCL on the path itself: the file appears with its content, so no loser ever reads half a winner.
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!UNSUPPORTED.has(errorCode(error))) throw error;
    return claimAndMove(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Without hard links: whoever makes the name has it, empty for a moment. */
function claimAndMove(temporary: string, path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE));
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  return true;
}

/** Moves a file to another folder of the same disk; false = it is not there (any more), and of many that move it one does. */
export function moveDurably(from: string, to: string): boolean {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  flushFolder(dirname(to));
  flushFolder(dirname(from));
  return true;
}

/** Without the file; it does not come back after a power cut. */
export function removeDurably(path: string): void {
  rmSync(path, { force: true });
  flushFolder(dirname(path));
}

/** Creates a private folder and what is missing above it; the entries are on disk when it returns. */
export function createFolderDurably(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
  if (first === undefined) return;
  for (let folder = path; ; folder = dirname(folder)) {
    flushFolder(dirname(folder));
    if (folder === first || folder === dirname(folder)) return;
  }
}

/** The process that began a temporary file of that name; null = an earlier version of coord, which does not say. */
export function writerOf(name: string): number | null {
  const [, pid] = /\.([0-9]+)-[0-9a-f-]{36}\.tmp$/.exec(name) ?? [];
  return pid === undefined ? null : Number(pid);
}

function writeTemporary(path: string, text: string, mode: number, durably = true): string {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}-${randomUUID()}.tmp`);
  writeNew(temporary, text, mode, durably);
  return temporary;
}

/** A failed write takes its file away again. */
function writeNew(path: string, text: string, mode: number, durably: boolean): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, text);
    if (durably) fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function flushFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!UNSUPPORTED.has(errorCode(error))) throw error;
  } finally {
    closeSync(folder);
  }
}
