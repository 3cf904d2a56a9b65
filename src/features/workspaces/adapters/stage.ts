// Puts all files of a workspace into coord's own index as `git add -A` would, but for two things. It does not enter a repository within it: of
// a moved submodule, or a repo that the run made, it reads the commit as data. And it takes no file under a filter that coord does not run,
// unless its content is in the form of the repo.
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Filters, filtersOf, stateOf } from './filtered.ts';
import { folderAt, nestedRepos, submoduleAt, submodulesOf } from './nested-repos.ts';
import type { GitAt, PoolGit } from './pool-git.ts';
import { readRunIndex } from './run-index.ts';

type At = GitAt & { readonly workTree: string; readonly index: string };

/** A path, and the filters that it is under. */
export type Filtered = readonly [path: string, names: readonly string[]];

export interface Staged {
  /** False = some could not be read, and are as they were. */
  readonly isWhole: boolean;
  /** Submodules and repos within it whose commit cannot be told. */
  readonly untold: { readonly submodules: readonly string[]; readonly repos: readonly string[] };
  /** Under a filter: of `same` the repo has the content already, in another form; of `changed` it has not, and gets none. */
  readonly filtered: { readonly same: readonly Filtered[]; readonly changed: readonly Filtered[] };
}

/** The index holds the last commit. `base`: the commit that the run began with; null = that one. */
export async function stageAll(git: PoolGit, at: At, base: string | null): Promise<Staged> {
  const stage = await git.run(['ls-files', '--stage', '-z'], at);
  const listed = stage.split('\0').filter((line) => line !== '');
  const submodules = submodulesOf(stage);
  const states = submodules.map((path) => ({ path, ...submoduleAt(at.workTree, path) }));
  const kept = states.filter(({ is }) => is !== 'gone').map(({ path }) => path);
  const moved = states.flatMap(({ path, commit }) => (commit === null ? [] : [submodule(path, commit)]));
  await feed(git, at, ['--index-info'], [...states.filter(({ is }) => is === 'gone').map(({ path }) => nothing(path)), ...moved]);

  // Else `git add` and `git ls-files` look into each submodule that has not moved.
  await feed(git, at, ['--skip-worktree', '--stdin'], kept);
  const made = await madeIn(git, at, listed.map(pathOf), submodules);
  const { filtered, entries } = await leftAlone(git, at, base, listed);
  const left = [...made.all, ...[...filtered.same, ...filtered.changed].map(([path]) => path)];
  const pathspecs = [':(top)', ...left.map((path) => `:(top,exclude,literal)${path}`)];
  const from = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  const { exitCode } = await git.try(['add', '-A', '--ignore-errors', ...from], { ...at, input: pathspecs.join('\0') });
  await feed(git, at, ['--no-skip-worktree', '--stdin'], kept);
  await feed(git, at, ['--index-info'], entries);

  const heads = made.wanted.map((path) => ({ path, ...submoduleAt(at.workTree, path) }));
  await feed(
    git,
    at,
    ['--index-info'],
    heads.flatMap(({ path, commit }) => (commit === null ? [] : [submodule(path, commit)])),
  );
  const untold = (all: typeof heads) => all.filter(({ is, commit }) => is === 'repo' && commit === null).map(({ path }) => path);
  return { isWhole: exitCode === 0, untold: { submodules: untold(states), repos: untold(heads) }, filtered };
}

/** What `git add` must not take: files under a filter, and that others are missing on purpose. `entries`: what is to be in the index of these. */
async function leftAlone(git: PoolGit, at: At, base: string | null, listed: readonly string[]) {
  const looks = await git.run(['ls-files', '-t', '-d', '-m', '-o', '--exclude-standard', '-z'], at);
  const marked = (mark: string) => looks.split('\0').flatMap((line) => (line.startsWith(`${mark} `) ? [line.slice(2)] : []));
  const missing = new Set(marked('R'));
  const files = [...marked('C'), ...marked('?')].filter((path) => !missing.has(path) && isFile(at.workTree, path));
  const filters: Filters = await filtersOf(git, at, files, base);
  const same: Filtered[] = [];
  const changed: Filtered[] = [];
  if (missing.size === 0 && filters.size === 0) return { filtered: { same, changed }, entries: [] };

  const noted = await readRunIndex(git, at);
  const before = new Map(listed.map((line) => [pathOf(line), line]));
  const entries = [...missing].filter((path) => noted.get(path)?.isSkipped).map((path) => before.get(path) ?? nothing(path));
  for (const [path, names] of filters) {
    const line = before.get(path);
    const id = line?.split(' ')[1] ?? null;
    const state = stateOf(at.workTree, path, names, id, noted.get(path));
    if (state === 'same') same.push([path, names]);
    if (state === 'changed') changed.push([path, names]);
    // It may be executable by now.
    if (state === 'same' && id !== null) entries.push(`${modeOf(join(at.workTree, path))} ${id} 0\t${path}`);
  }
  return { filtered: { same, changed }, entries };
}

/** Not a link, and not behind one. */
function isFile(root: string, path: string): boolean {
  const folder = folderAt(root, dirname(path));
  return folder !== null && lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
}

const modeOf = (path: string) => (((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o100) === 0 ? '100644' : '100755');

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
