// Main's history with the documents that each commit changed, by one `git log`. Texts are not read: ids name them.
import type { FileChange, HistoryQuestion, MainCommit, MainHistory } from '../../core/model/ledger/main-history.ts';
import { BOARD_FOLDER } from '../../core/model/ledger/trees.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { isObjectId } from '../fetch/ref-names.ts';
import { cutsIn } from '../fetch/rest-of-history.ts';
import { troubleOf } from '../git/trouble.ts';
import { plainFiles } from '../plain-files.ts';

export const NO_HISTORY: MainHistory = { commits: [], isCut: false, isPart: false };

/** The last second of the year 9999: a later time is invalid. */
const SECONDS_MAX = 253_402_300_799;
/** Half of the output that is kept of a git that prints too much. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;
/** Without an option git follows, of a merge, the side that has what stands there. */
const SIDES = { first: ['--first-parent'], brought: [], all: ['--full-history'] } as const;
const PLAIN_MODE = '100644';
/** Five fields, each ended by NUL, which none of them can contain. */
const FORMAT = 'tformat:%H%x00%P%x00%an%x00%ct%x00%B%x00';

export async function readHistory(
  { clone }: CloneSession,
  question: HistoryQuestion & { readonly main: string; readonly timeoutMs: number },
): Promise<MainHistory> {
  const { countMax, sinceMs, paths } = question;
  if (countMax <= 0 || paths.length === 0) return NO_HISTORY;
  const args = [
    ...['log', '-z', `--format=${FORMAT}`, '--encoding=UTF-8', '--no-show-signature', '--no-mailmap', '--no-notes'],
    ...['--raw', '--no-abbrev', '--no-renames', '--root', '--diff-merges=first-parent', ...SIDES[question.sides ?? 'first']],
    // One more than asked for tells whether there are more.
    `--max-count=${countMax + 1}`,
    ...(sinceMs === null ? [] : [`--max-age=${Math.max(0, Math.floor(sinceMs / 1000))}`]),
    ...[question.main, '--', ...plainFiles(paths)],
  ];
  const result = await clone.run(args, question.timeoutMs);
  if (result.timedOut) return { commits: [], isCut: true, isPart: false };
  // Git was stopped at a message of megabytes: commits before it count.
  if (result.exitCode !== 0 && result.stdout.length > OUTPUT_BYTES_MAX)
    return {
      commits: parseHistory(result.stdout.toString('utf8', 0, OUTPUT_BYTES_MAX)).slice(0, -1),
      isCut: true,
      isPart: false,
    };
  if (result.exitCode !== 0) throw new CloneDamage(troubleOf(result).message, false);
  const all = parseHistory(result.stdout.toString('utf8'));
  // What a commit changed whose parents are not here, nobody can tell.
  const cuts = cutsIn(clone);
  const commits = all.filter(({ commit }) => !cuts.has(commit));
  const isPart = commits.length < all.length && all.length <= countMax;
  return { commits: commits.slice(0, countMax), isCut: isPart || all.length > countMax, isPart };
}

function parseHistory(output: string): MainCommit[] {
  const fields = output.split('\0');
  const commits: MainCommit[] = [];
  let changes = new Map<string, FileChange>();
  for (let at = 0; at < fields.length; ) {
    const field = (fields[at] ?? '').trimStart();
    const [, modeBefore, modeAfter, before, after] = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]/.exec(field) ?? [];
    if (modeBefore !== undefined) {
      const path = fields[at + 1] ?? '';
      const change = { before: plain(modeBefore, before), after: plain(modeAfter, after) };
      if (path.startsWith(`${BOARD_FOLDER}/`)) changes.set(path.slice(BOARD_FOLDER.length + 1), change);
      at += 2;
    } else if (isObjectId(field)) {
      changes = new Map();
      const [parents, author = '', seconds = '', message = ''] = fields.slice(at + 1, at + 5);
      const root = parents === '' ? { isRoot: true as const } : {};
      commits.push({ commit: field, author, at: timeOf(Number(seconds)), message, ...root, changes });
      at += 5;
    } else at += 1;
  }
  return commits;
}

function plain(mode: string | undefined, id: string | undefined): string | null {
  return mode === PLAIN_MODE && id !== undefined ? id : null;
}

/** Anybody may write any number as a commit's time. */
function timeOf(seconds: number): string {
  const isOfCalendar = seconds >= 0 && seconds <= SECONDS_MAX;
  return new Date(isOfCalendar ? seconds * 1000 : 0).toISOString();
}
