// Puts all files of a workspace into coord's own index as `git add -A` would, without entering a repository within it: of a moved
// submodule, or a repo that the run made, it reads the commit as data.
import { nestedRepos, submoduleAt, submodulesOf } from './nested-repos.ts';
import type { GitAt, PoolGit } from './pool-git.ts';

type At = GitAt & { readonly workTree: string };

/** False = something could not be read, and is as it was. */
export async function stageAll(git: PoolGit, at: At): Promise<boolean> {
  const listed = await git.run(['ls-files', '--stage', '-z'], at);
  const submodules = submodulesOf(listed);
  const states = submodules.map((path) => ({ path, ...submoduleAt(at.workTree, path) }));
  const kept = states.filter(({ is }) => is !== 'gone').map(({ path }) => path);
  const moved = states.flatMap(({ path, commit }) => (commit === null ? [] : [submodule(path, commit)]));
  await feed(git, at, ['--index-info'], [...states.filter(({ is }) => is === 'gone').map(({ path }) => nothing(path)), ...moved]);

  // Else `git add` runs `git status` in each submodule that has not moved.
  await feed(git, at, ['--skip-worktree', '--stdin'], kept);
  const made = await madeIn(git, at, listed.split('\0').map(pathOf), submodules);
  const pathspecs = [':(top)', ...made.all.map((path) => `:(top,exclude,literal)${path}`)];
  const from = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  const { exitCode } = await git.try(['add', '-A', '--ignore-errors', ...from], { ...at, input: pathspecs.join('\0') });
  await feed(git, at, ['--no-skip-worktree', '--stdin'], kept);

  const heads = made.wanted.map((path) => ({ path, ...submoduleAt(at.workTree, path) }));
  await feed(
    git,
    at,
    ['--index-info'],
    heads.flatMap(({ path, commit }) => (commit === null ? [] : [submodule(path, commit)])),
  );
  return exitCode === 0 && [...states, ...heads].every(({ is, commit }) => is !== 'repo' || commit !== null);
}

/** Repos that are no submodules and hold no tracked file: `wanted` without those that `.gitignore` names. */
async function madeIn(git: PoolGit, at: At, tracked: readonly string[], submodules: readonly string[]) {
  const known = new Set(tracked.flatMap(foldersAbove));
  const all: string[] = [];
  for (const path of nestedRepos(at.workTree))
    if (!known.has(path) && ![...submodules, ...all].some((it) => path === it || path.startsWith(`${it}/`))) all.push(path);
  if (all.length === 0) return { all, wanted: all };
  const { stdout } = await git.try(['check-ignore', '-z', '--stdin'], { ...at, input: all.join('\0') });
  const ignored = new Set(stdout.toString('utf8').split('\0'));
  return { all, wanted: all.filter((path) => !ignored.has(path)) };
}

const pathOf = (line: string) => line.slice(line.indexOf('\t') + 1);
const submodule = (path: string, commit: string) => `160000 ${commit} 0\t${path}`;
const nothing = (path: string) => `0 ${'0'.repeat(40)} 0\t${path}`;

function foldersAbove(path: string): string[] {
  const words = path.split('/');
  return words.slice(1).map((_, index) => words.slice(0, index + 1).join('/'));
}

async function feed(git: PoolGit, at: At, words: readonly string[], lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await git.run(['update-index', '-z', ...words], { ...at, input: `${lines.join('\0')}\0` });
}
