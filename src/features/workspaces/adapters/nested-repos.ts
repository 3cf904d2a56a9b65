// Reads git repositories within a workspace (submodules, and those that a run made) as plain files. coord's git never enters one, because
// it would obey its settings and start what they name.
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entriesIn } from '../../../system/files/bytes-below.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { realFolder } from '../../../system/files/real-folder.ts';

const TEXT_BYTES_MAX = 64 * 1024;
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
  const folder = realFolder(join(root, path));
  if (folder !== join(realFolder(root) ?? root, path)) return { is: 'gone', commit: null };
  const isRepo = lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;
  return isRepo ? { is: 'repo', commit: headOf(folder) } : { is: 'empty', commit: null };
}

/** Of the repo in that folder; null = none, or written in a way that is not known here. */
function headOf(folder: string): string | null {
  const link = join(folder, '.git');
  const [, elsewhere] = /^gitdir: (.+?)\s*$/.exec(textOf(link) ?? '') ?? [];
  const gitDir = elsewhere === undefined ? link : resolve(folder, elsewhere);
  const head = textOf(join(gitDir, 'HEAD')) ?? '';
  if (COMMIT.test(head)) return head.trim();
  const [, ref] = /^ref: (refs\/heads\/[A-Za-z0-9._/-]+)\s*$/.exec(head) ?? [];
  if (ref === undefined || ref.split('/').includes('..')) return null;
  const loose = textOf(join(gitDir, ref)) ?? '';
  if (COMMIT.test(loose)) return loose.trim();
  const packed = (textOf(join(gitDir, 'packed-refs')) ?? '').split('\n').find((line) => line.endsWith(` ${ref}`));
  return packed === undefined || !COMMIT.test(packed.slice(0, 40)) ? null : packed.slice(0, 40);
}

/** Null = no plain file of that size at most. */
function textOf(path: string): string | null {
  try {
    const found = lstatSync(path);
    return found.isFile() && found.size <= TEXT_BYTES_MAX ? readText(path) : null;
  } catch {
    return null;
  }
}
