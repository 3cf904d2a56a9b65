// The contents that a document has had on main (D4), from history in the clone. Commits that did not touch it are not looked at.
import { unanswered } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { plainFiles } from '../plain-files.ts';
import { assertSafePath } from '../push/fast-import-stream.ts';

/** One side of a change: `:100644 100755 <before> <after> M`. */
const CHANGE = /^:[0-7]{6} ([0-7]{6}) [0-9a-f]+ ([0-9a-f]+) /gm;

/** Ids, newest first, none twice in a row. Where the document was deleted, or was no plain file (D8), there is none. */
export async function findVersions(
  { clone }: CloneSession,
  question: { readonly main: string; readonly path: string; readonly countMax: number; readonly timeoutMs: number },
): Promise<readonly string[]> {
  assertSafePath(question.path);
  if (question.countMax <= 0) return [];
  // A change in a merge commit counts like any other.
  const how = ['--raw', '-m', '--no-renames', '--no-abbrev', '--format='];
  const args = [
    '-c',
    'log.showRoot=true',
    'log',
    ...how,
    `--max-count=${question.countMax}`,
    question.main,
    '--',
    ...plainFiles([question.path]),
  ];
  const result = await clone.run(args, question.timeoutMs);
  if (result.exitCode !== 0) throw unanswered(result);
  const changes = [...result.stdout.toString('latin1').matchAll(CHANGE)];
  const ids = changes.flatMap(([, mode, id]) => (mode === '100644' && id !== undefined ? [id] : []));
  return ids.filter((id, index) => id !== ids[index - 1]);
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
