// Commits what a run changed, beside the commits that it made itself. Its own index is ignored: a file that it hid there or left half
// staged counts like any other.
import { copyFileSync, existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { firstFew } from '../../../core/base/counted.ts';
import { CoordError } from '../../../errors.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import { indexPath, mirrorPath, type SlotName, slotPath, upstreamPath } from '../system/workspace-pool.ts';
import type { Author } from './checkout.ts';
import { type CommittedUnder, committedUnder } from './committed-under.ts';
import type { GitAt, PoolGit } from './pool-git.ts';
import { type Filtered, type Staged, stageAll } from './stage.ts';

export interface Kept {
  /** Null = it changed nothing. */
  readonly commit: string | null;
  /** Commits of the run's own. */
  readonly ownCommits: number;
  /** Files in the commit of coord. */
  readonly files: number;
  readonly notes: readonly string[];
  /** Why it must not be pushed; null = it may. */
  readonly problem: string | null;
}

export interface CommitWords {
  readonly message: string;
  readonly author: Author;
  /** Lines that tell commits of this run, where its hook was not taken away. */
  readonly trailers: readonly string[];
}

/** After `putBack`. */
export async function keepChanges(
  git: PoolGit,
  slot: SlotName,
  base: string,
  { message, author, trailers }: CommitWords,
): Promise<Kept> {
  const root = slotPath(slot);
  const gitDir = join(root, '.git');
  const index = indexPath(slot);
  const at = { gitDir, workTree: root, index };
  rmSync(`${index}.lock`, { force: true });
  const head = await headOf(git, at);
  const parent = head ?? base;
  // Whatever the files are: they are looked at next.
  await git.run(['read-tree', '--reset', parent], at);
  const staged = await stageAll(git, at, parent === base ? null : base);
  const tree = (await git.run(['write-tree'], at)).trim();
  const changed = await changesIn(git, at, parent, tree);
  let commit = parent;
  if (changed.length > 0) {
    const who = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    };
    commit = (await git.run(['commit-tree', tree, '-p', parent, '-F', '-'], { ...at, input: message, env: who })).trim();
    await git.run(['update-ref', 'HEAD', commit], { ...at, env: who });
    await settleIndex(git, at, index, commit);
  }
  const upstream = await upstreamOf(git, slot);
  const all = await newIn(git, upstream, at, commit, base, trailers);
  const own = await committedUnder(git, at, base, parent === base ? '' : without(parent, base, upstream.atBegin));
  const problem = problemOf(staged, own);
  return {
    // What must not be pushed is kept as it lies in the files.
    commit: all === 0 && problem === null ? null : commit,
    ownCommits: all - (changed.length > 0 ? 1 : 0),
    files: changed.length,
    notes: notesOf(gitDir, changed, staged, own),
    problem,
  };
}

interface Own {
  readonly gitDir: string;
  readonly workTree: string;
}

/** The run's own, so that its git and a run that goes on know what is changed, and what is missing on purpose. */
async function settleIndex(git: PoolGit, { gitDir, workTree }: Own, ours: string, commit: string): Promise<void> {
  const its = join(gitDir, 'index');
  rmSync(`${its}.lock`, { force: true });
  const isFile = lstatSync(its, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile && (await git.try(['read-tree', '--reset', commit], { gitDir, workTree, index: its })).exitCode === 0) return;
  rmSync(its, { recursive: true, force: true });
  copyFileSync(ours, its);
}

/**
 * Commits that are no change of upstream's. What the run's own refs say of that, it may have pushed itself, and so may the mirror's where
 * another run has fetched since: a branch that was not there when this one began is nobody's but its own, and of the others what bears its
 * trailers is.
 */
async function newIn(
  git: PoolGit,
  { now, atBegin }: Upstream,
  at: GitAt,
  commit: string,
  base: string,
  own: readonly string[],
): Promise<number> {
  const known = new Set(atBegin.map(refIn));
  const count = async (upstream: readonly string[], ...words: string[]) => {
    const input = without(commit, base, upstream);
    return Number((await git.run(['rev-list', '--count', ...words, '--stdin'], { ...at, input })).trim());
  };
  const others = await count([...atBegin, ...now.filter((line) => known.has(refIn(line)))]);
  if (others > 0) return others;
  return count(atBegin, '--all-match', ...own.map((line) => `--grep=^${line.replaceAll(/[.[\]*^$\\]/g, '\\$&')}$`));
}

/** Branches of the repo, as its mirror knows them now, and as the run found them. */
interface Upstream {
  readonly now: readonly string[];
  readonly atBegin: readonly string[];
}

async function upstreamOf(git: PoolGit, slot: SlotName): Promise<Upstream> {
  const gitDir = mirrorPath(slot.repoFolder);
  const now = linesOf(await git.run(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads'], { gitDir }));
  // One that an earlier version of coord has made.
  return { now, atBegin: linesOf(readIfThere(upstreamPath(slot)) ?? now.join('\n')) };
}

/** For `git rev-list --stdin`. */
const without = (commit: string, base: string, upstream: readonly string[]) =>
  `${[commit, `^${base}`, ...upstream.map((line) => `^${line.split(' ')[0]}`)].join('\n')}\n`;

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const refIn = (line: string) => line.slice(line.indexOf(' ') + 1);

/** Null = on a branch without a commit. */
async function headOf(git: PoolGit, at: GitAt): Promise<string | null> {
  const { exitCode, stdout } = await git.try(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], at);
  return exitCode === 0 ? stdout.toString('utf8').trim() : null;
}

interface Change {
  readonly path: string;
  /** What stands there now is a git repository. */
  readonly isRepo: boolean;
}

async function changesIn(git: PoolGit, at: GitAt, from: string, tree: string): Promise<readonly Change[]> {
  const raw = await git.run(['diff-tree', '-r', '--raw', '--no-renames', '-z', from, tree], at);
  const parts = raw.split('\0').filter((part) => part !== '');
  return parts.flatMap((part, index) => {
    if (!part.startsWith(':')) return [];
    return [{ path: parts[index + 1] ?? '', isRepo: part.split(' ')[1] === '160000' }];
  });
}

const NO_FILTERS = 'because coord runs no filters of .gitattributes';

/** Fails closed: what others must not read, or nobody could use, leaves this computer in no commit. */
function problemOf({ filtered, untold }: Staged, { plain }: CommittedUnder): string | null {
  if (plain.length > 0) return `committed by the run without its filter: ${named(plain)}; nothing is pushed`;
  if (filtered.changed.length > 0)
    return `changed, but not committed, ${NO_FILTERS}: ${named(filtered.changed)}; commit it in the run`;
  if (untold.submodules.length === 0) return null;
  return `the commit of a submodule cannot be told: ${firstFew(untold.submodules.map(quoted), NAMED_MAX)}; check it out by its commit in the run`;
}

function notesOf(
  gitDir: string,
  changed: readonly Change[],
  { filtered, untold, isWhole }: Staged,
  own: CommittedUnder,
): string[] {
  const repos = changed.filter(({ isRepo }) => isRepo).map(({ path }) => quoted(path));
  const unfinished = ['MERGE_HEAD', 'rebase-merge', 'rebase-apply', 'CHERRY_PICK_HEAD'].some((name) =>
    existsSync(join(gitDir, name)),
  );
  const said: readonly (readonly [boolean, string])[] = [
    [!isWhole, 'some files could not be read, and are not in the commit'],
    [
      untold.repos.length > 0,
      `the commit of a nested git repository cannot be told: ${firstFew(untold.repos.map(quoted), NAMED_MAX)}`,
    ],
    [filtered.same.length > 0, `left as the repo has it, ${NO_FILTERS}: ${named(filtered.same)}`],
    [own.pointers.length > 0, `only the Git LFS pointer is pushed, its content is up to the run: ${named(own.pointers)}`],
    [repos.length > 0, `of the nested git repositories ${firstFew(repos, NAMED_MAX)}, only the commit is kept`],
    [unfinished, 'a merge was not finished'],
  ];
  return said.flatMap(([isSo, words]) => (isSo ? [words] : []));
}

const NAMED_MAX = 5;
const quoted = (path: string) => JSON.stringify(path);
const named = (all: readonly Filtered[]) =>
  firstFew(
    all.map(([path, names]) => `${quoted(path)} (${names.join(', ')})`),
    NAMED_MAX,
  );

/** Throws where it is no folder any more: then nothing that is found there is asked of git. */
export function mustBeOwnGit(slot: SlotName): void {
  if (!isOwnGit(slot))
    throw new CoordError('FAILED', 'the run removed or replaced .git in its workspace, so nothing can be pushed');
}

/** Also where a link in it would have git read or write elsewhere; what coord's git never looks at may be one. */
export function isOwnGit(slot: SlotName): boolean {
  const gitDir = join(slotPath(slot), '.git');
  const isFolder = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const deep = ['objects', 'refs', 'logs'].map((name) => join(gitDir, name));
  const linksIn = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).some((it) => it.isSymbolicLink());
  return (
    [slotPath(slot), gitDir, ...deep.slice(0, 2)].every(isFolder) &&
    ![...deep, ...['HEAD', 'packed-refs', 'index'].map((name) => join(gitDir, name))].some(isLink) &&
    !deep.filter(isFolder).some(linksIn)
  );
}
