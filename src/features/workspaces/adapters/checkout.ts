// Makes the files of a workspace as fresh as a clone's: nothing of an earlier run survives, neither in the files nor in `.git`, which is
// made anew. It is a repository of its own that borrows the mirror's objects, so branches, stashes, settings and hooks are shared with
// nobody (linked worktrees would share them). Submodules and the content behind Git LFS pointers are not checked out.
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuoted } from '../../../core/base/shell-word.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { removeTree } from '../../../system/files/remove-tree.ts';
import { emptySlot, indexPath, mirrorPath, type SlotName, slotPath, upstreamPath } from '../system/workspace-pool.ts';
import { nestedRepos, submoduleAt, submodulesOf } from './nested-repos.ts';
import type { PoolGit } from './pool-git.ts';

/** Where the work begins. */
export interface Base {
  readonly commit: string;
  readonly branch: string;
}

export interface Names {
  readonly url: string;
  /** The branch that the run finds itself on. */
  readonly result: string;
  /** For the run's own commits, where the person has told git no name; else null. */
  readonly author: Author | null;
  /** Lines that each commit of the run ends with, too. */
  readonly trailers: readonly string[];
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Throws where git fails twice, the second time with nothing there. */
export async function checkOut(git: PoolGit, slot: SlotName, base: Base, names: Names): Promise<void> {
  for (const isLast of [false, true])
    try {
      await reset(git, slot, base);
      return await layDownGit(git, slot, base, names);
    } catch (error) {
      // A run can leave folders that nobody may write, or an index that git cannot read. And half a checkout takes the room of others.
      emptySlot(slot);
      if (isLast) throw error;
    }
}

async function reset(git: PoolGit, slot: SlotName, { commit }: Base): Promise<void> {
  const root = slotPath(slot);
  const index = indexPath(slot);
  // Git leaves repos within it alone, and what stands in the place of submodules too: the run that comes would obey their settings.
  const isThere = lstatSync(root, { throwIfNoEntry: false })?.isDirectory() === true && nestedRepos(root).length === 0;
  if (!isThere || !existsSync(index)) {
    emptySlot(slot);
    mkdirSync(root, { mode: 0o700 });
  }
  rmSync(`${index}.lock`, { force: true });
  removeTree(join(root, '.git'));
  const at = { gitDir: mirrorPath(slot.repoFolder), workTree: root, index };
  await git.run(['read-tree', '--reset', '-u', commit], at);
  if (!isThere) return;
  await git.run(['clean', '-ffdxq'], at);
  for (const path of submodulesOf(await git.run(['ls-files', '--stage', '-z'], at)))
    if (submoduleAt(root, path).is === 'gone' || readdirSync(join(root, path)).length > 0)
      throw new Error(`${path} is not as it is in a fresh checkout`);
}

async function layDownGit(git: PoolGit, slot: SlotName, { commit, branch }: Base, names: Names): Promise<void> {
  const root = slotPath(slot);
  const gitDir = join(root, '.git');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(gitDir, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(gitDir, path), text);
  };
  const refs = await git.run(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'], {
    gitDir: mirrorPath(slot.repoFolder),
  });
  writeDurably(upstreamPath(slot), refs);
  mkdirSync(join(gitDir, 'objects', 'pack'), { recursive: true, mode: 0o700 });
  mkdirSync(join(gitDir, 'refs'), { recursive: true });
  write('packed-refs', refs.replaceAll(' refs/heads/', ' refs/remotes/origin/'));
  write(`refs/heads/${names.result}`, `${commit}\n`);
  write('refs/remotes/origin/HEAD', `ref: refs/remotes/origin/${branch}\n`);
  write('HEAD', `ref: refs/heads/${names.result}\n`);
  settle(slot, names);
  copyFileSync(indexPath(slot), join(gitDir, 'index'));
}

/** For the run that comes: who it commits as, and what its commits say of it. Hooks of a run before it stay, where it goes on from that. */
export function settle(slot: SlotName, { url, author, trailers }: Omit<Names, 'result'>): void {
  putBack(slot, url, author);
  const hooks = join(slotPath(slot), '.git', 'hooks');
  const hook = join(hooks, 'prepare-commit-msg');
  if (lstatSync(hooks, { throwIfNoEntry: false })?.isDirectory() !== true) rmSync(hooks, { force: true });
  mkdirSync(hooks, { recursive: true, mode: 0o700 });
  rmSync(hook, { recursive: true, force: true });
  writeFileSync(hook, hookWith(trailers), { mode: 0o755 });
  chmodSync(hook, 0o755);
}

/**
 * By these a run would have git look elsewhere or push elsewhere (`remotes` and `branches` say what an address without a slash means). So it
 * would by `info` (attributes, grafts, and what is ignored besides .gitignore) and by `objects/info` (other objects, another history).
 */
export const SETTINGS = ['config.worktree', 'commondir', 'shallow', 'remotes', 'branches'];

/** What decides what git does there, as coord wrote it: before any git of coord looks into a `.git` that a run had. */
export function putBack(slot: SlotName, url: string, author: Author | null): void {
  const gitDir = join(slotPath(slot), '.git');
  for (const name of [...SETTINGS, 'config', 'info', 'objects/info', 'worktrees'])
    rmSync(join(gitDir, name), { recursive: true, force: true });
  mkdirSync(join(gitDir, 'objects', 'info'), { recursive: true });
  mkdirSync(join(gitDir, 'info'), { mode: 0o700 });
  writeFileSync(join(gitDir, 'info', 'exclude'), '');
  writeFileSync(join(gitDir, 'objects', 'info', 'alternates'), `${join(mirrorPath(slot.repoFolder), 'objects')}\n`);
  writeFileSync(join(gitDir, 'config'), configOf(url, author));
}

export function configOf(url: string, author: Author | null): string {
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  return [
    ...['[core]', '\trepositoryformatversion = 0', '\tfilemode = true', '\tbare = false', '\tlogallrefupdates = true'],
    ...['[gc]', '\tauto = 0', '[remote "origin"]', `\turl = ${quoted(url)}`, '\tfetch = +refs/heads/*:refs/remotes/origin/*'],
    ...(author === null ? [] : ['[user]', `\tname = ${quoted(author.name)}`, `\temail = ${quoted(author.email)}`]),
    '',
  ].join('\n');
}

/** Run by the run's own git alone: coord's runs no hooks. */
function hookWith(trailers: readonly string[]): string {
  const words = trailers.map((line) => `--trailer ${shellQuoted(line)}`).join(' ');
  // Without a line end, the message of a merge and its trailers would be one paragraph.
  return `#!/bin/sh\n[ -z "$(tail -c1 "$1")" ] || echo >> "$1"\nexec git interpret-trailers --if-exists doNothing ${words} --in-place "$1"\n`;
}
