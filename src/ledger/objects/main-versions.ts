// The contents that a document has had on main (D4), from history in the clone. Commits that did not touch it are not looked at.
import { unanswered } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { cutsIn } from '../fetch/rest-of-history.ts';
import { plainFiles } from '../plain-files.ts';
import { assertSafePath } from '../push/fast-import-stream.ts';

/** One side of a change: `:100644 100755 <before> <after> M`. */
const CHANGE = /^:[0-7]{6} ([0-7]{6}) [0-9a-f]+ ([0-9a-f]+) /gm;

/** Of so many documents it is known what was found last. */
const PATHS_KEPT = 20;

interface Question {
  readonly main: string;
  readonly path: string;
  readonly countMax: number;
  readonly timeoutMs: number;
}

/**
 * Ids, newest first, none twice in a row. Where the document was deleted, or was no plain file (D8), there is none. `after`: those alone that stand on the
 * ways from that commit to main.
 */
export async function findVersions(
  { clone }: CloneSession,
  { main, path, countMax, timeoutMs, after }: Question & { readonly after?: string },
): Promise<readonly string[]> {
  assertSafePath(path);
  if (countMax <= 0) return [];
  // A change in a merge commit counts like any other.
  const how = ['--raw', '-m', '--no-renames', '--no-abbrev', '--format='];
  // Where a merge took one side, git goes along the other one too then.
  const since = after === undefined ? [] : ['--ancestry-path', `^${after}`];
  const commits = [`--max-count=${countMax}`, main, ...since];
  const result = await clone.run(['-c', 'log.showRoot=true', 'log', ...how, ...commits, '--', ...plainFiles([path])], timeoutMs);
  if (result.exitCode !== 0) throw unanswered(result);
  const changes = [...result.stdout.toString('latin1').matchAll(CHANGE)];
  return noneTwice(changes.flatMap(([, mode, id]) => (mode === '100644' && id !== undefined ? [id] : [])));
}

const noneTwice = (ids: readonly string[]) => ids.filter((id, index) => id !== ids[index - 1]);

type VersionsOf = (session: CloneSession, question: Question) => Promise<readonly string[]>;

/**
 * Finds versions, and goes through what main has had since alone where it leads on: a document that changes seldom is looked for in all of a history. What
 * the clone got or gave up of that history meanwhile (C5a) is looked at anew.
 */
export function versionFinder(): VersionsOf {
  const found = new Map<string, { readonly main: string; readonly cuts: string; readonly ids: readonly string[] }>();
  return async (session, question) => {
    const { main, path, countMax, timeoutMs } = question;
    const key = `${countMax} ${path}`;
    const cuts = [...cutsIn(session.clone)].join(' ');
    const before = found.get(key);
    const isNext = before?.cuts === cuts && (await goesStraightOn(session, { older: before.main, newer: main, timeoutMs }));
    const newer = await findVersions(session, { ...question, ...(isNext ? { after: before.main } : {}) });
    const ids = isNext ? noneTwice([...newer, ...before.ids]).slice(0, countMax) : newer;
    found.delete(key);
    found.set(key, { main, cuts, ids });
    const [oldest] = found.keys();
    if (found.size > PATHS_KEPT && oldest !== undefined) found.delete(oldest);
    return ids;
  };
}

/** It leads on, and brings nothing that was made beside it: versions of a merged branch stand among those before it, by their dates. */
async function goesStraightOn(session: CloneSession, step: Parameters<typeof leadsOn>[1]): Promise<boolean> {
  if (!(await leadsOn(session, step))) return false;
  const merges = ['rev-list', '--merges', '--max-count=1', step.newer, `^${step.older}`, '--'];
  const { exitCode, stdout } = await session.clone.run(merges, step.timeoutMs);
  return exitCode === 0 && stdout.length === 0;
}

/** Throws `CloneDamage` if the clone cannot tell. */
export async function leadsOn(
  { clone, reader }: Pick<CloneSession, 'clone' | 'reader'>,
  { older, newer, timeoutMs }: { readonly older: string; readonly newer: string; readonly timeoutMs: number },
): Promise<boolean> {
  const asked = await clone.run(['merge-base', '--is-ancestor', older, newer], timeoutMs);
  if (asked.exitCode === 0) return true;
  // If a commit between the two is missing, git 2.39 says "no" with exit code 1. A commit that is not here at all is no ancestor.
  const isNo = asked.exitCode === 1 || (!asked.timedOut && (await reader.info(older)) === null);
  const walked = isNo ? await clone.run(['rev-list', '--count', newer], timeoutMs) : asked;
  if (walked.exitCode !== 0) throw unanswered(walked);
  return false;
}
