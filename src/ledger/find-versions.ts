// The contents that a document has had on main (D4), from history in the clone. Commits that did not touch it are not looked at.
import { CloneDamage } from './clone-damage.ts';
import type { CloneSession } from './clone-session.ts';
import { assertSafePath } from './fast-import-stream.ts';
import { isObjectId } from './ref-names.ts';
import { BOARD_FOLDER } from './tree-reader.ts';
import { troubleOf } from './trouble.ts';

/** Ids, newest first, none twice in a row; a commit that deleted the document has none. */
export async function findVersions(
  { clone, reader }: CloneSession,
  question: { readonly main: string; readonly path: string; readonly countMax: number; readonly timeoutMs: number },
): Promise<readonly string[]> {
  assertSafePath(question.path);
  if (question.countMax <= 0) return [];
  const file = `${BOARD_FOLDER}/${question.path}`;
  const args = ['rev-list', `--max-count=${question.countMax}`, question.main, '--', file];
  const result = await clone.run(args, question.timeoutMs);
  if (result.exitCode !== 0) throw new CloneDamage(troubleOf(result).message, false);
  const commits = result.stdout.toString('latin1').split('\n').filter(isObjectId);
  const versions = await Promise.all(commits.map((commit) => reader.info(`${commit}:${file}`)));
  const ids = versions.filter((version) => version?.type === 'blob').map((version) => version?.id ?? '');
  return ids.filter((id, index) => id !== ids[index - 1]);
}
