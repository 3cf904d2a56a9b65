// Reads git repositories within a workspace (submodules, and those that a run made) as plain files. coord's git never enters one, because
// it would obey its settings and start what they name.
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entriesIn } from '../../../system/files/bytes-below.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { realFolder } from '../../../system/files/real-folder.ts';
import { BRANCH } from '../documents/workspace-fields.ts';

const TEXT_BYTES_MAX = 64 * 1024;
/** A line for each branch and tag. */
const PACKED_BYTES_MAX = 64 * 1024 * 1024;
const COMMIT = /^[0-9a-f]{40}\s*$/;

/** Folders below `root` that hold a `.git`, as paths from there. */
export function nestedRepos(root: string): string[] {
  const found: string[] = [];
  const look = (folder: string, path: string) => {
    for (const entry of entriesIn(folder)) {
      const isGit = entry.name.toLowerCase() === '.git';
      if (isGit && path !== '') found.push(path);
      if (isGit || !entry.isDirectory()) continue;
      look(join(folder, entry.name), path === '' ? entry.name : `${path}/${entry.name}`);
    }
  };
  look(root, '');
  return found;
}

/** Of the lines of `git ls-files --stage -z`. */
export function submodulesOf(listed: string): string[] {
  return listed.split('\0').flatMap((line) => (line.startsWith('160000 ') ? [line.slice(line.indexOf('\t') + 1)] : []));
}

export interface RepoState {
  /** `gone`: no folder stands there, or one behind a link. `empty`: one that is no repo. */
  readonly is: 'gone' | 'empty' | 'repo';
  /** That it is at; null = none, or it cannot be told. */
  readonly commit: string | null;
}

/** What stands where `path` is a submodule, or is to be one. */
export function submoduleAt(root: string, path: string): RepoState {
  const folder = folderAt(root, path);
  if (folder === null) return { is: 'gone', commit: null };
  const isRepo = lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;
  return isRepo ? { is: 'repo', commit: headOf(folder) } : { is: 'empty', commit: null };
}

/** Null = no folder stands there, or one behind a link. */
export function folderAt(root: string, path: string): string | null {
  const folder = realFolder(join(root, path));
  return folder === join(realFolder(root) ?? root, path) ? folder : null;
}

/** Of the repo in that folder; null = none, or written in a way that is not known here. */
function headOf(folder: string): string | null {
  const link = join(folder, '.git');
  const [, elsewhere] = /^gitdir: (.+?)\s*$/.exec(textOf(link) ?? '') ?? [];
  const gitDir = elsewhere === undefined ? link : resolve(folder, elsewhere);
  const head = textOf(join(gitDir, 'HEAD')) ?? '';
  if (COMMIT.test(head)) return head.trim();
  const [, branch] = /^ref: refs\/heads\/(\S+)\s*$/.exec(head) ?? [];
  if (branch === undefined || !BRANCH.test(branch)) return null;
  const ref = `refs/heads/${branch}`;
  const loose = textOf(join(gitDir, ref)) ?? '';
  if (COMMIT.test(loose)) return loose.trim();
  const packed = (textOf(join(gitDir, 'packed-refs'), PACKED_BYTES_MAX) ?? '')
    .split('\n')
    .find((line) => line.endsWith(` ${ref}`));
  return packed === undefined || !COMMIT.test(packed.slice(0, 40)) ? null : packed.slice(0, 40);
}

/** Null = no plain file of that size at most. */
function textOf(path: string, bytesMax = TEXT_BYTES_MAX): string | null {
  try {
    const found = lstatSync(path);
    return found.isFile() && found.size <= bytesMax ? readText(path) : null;
  } catch {
    return null;
  }
}
