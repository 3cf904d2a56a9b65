// Says what became of a ref beside a lane, and what deletes it where it still stands.
import { shellWord } from '../../core/base/shell-word.ts';
import type { TakenBack } from '../../core/model/ledger/taken-back.ts';
import { visibleText } from '../../documents/text/escape-text.ts';

/** `remote`: as people type it; `<url>` = not known. */
export function takenWords({ ref, why }: TakenBack, remote: string): string {
  if (why === null) return `the files of its runs are gone from the repo (${ref})`;
  const remove = `git push ${remote === '<url>' ? remote : shellWord(remote)} --delete ${shellWord(ref)}`;
  return `the files of its runs are still in the repo: ${visibleText(why)}; this deletes them: ${remove}`;
}
