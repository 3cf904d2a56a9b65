// Says what the files of a run add to its end (A1, A4). Pure.
import { shellWord } from '../../../core/base/shell-word.ts';
import type { EndedRun, ExitRecord } from '../../../core/model/orders/run.ts';
import { framed, withWays } from '../../../core/status/ways.ts';

type Verdict = Pick<EndedRun, 'state' | 'reason' | 'told' | 'code' | 'exitCode' | 'outputs' | 'asks' | 'artifacts' | 'unlisted'>;

const NOTES_MAX = 3;

/** What the run itself failed of comes first. A file that was not taken is a note: whether the work is good, its command and check say. */
export function artifactsEnd<T extends Verdict>(
  verdict: T,
  { artifacts: said }: Pick<ExitRecord, 'artifacts'>,
  order: string,
): T {
  if (said === undefined) return verdict;
  // A1.5: also that there were none, which a short line of it could not tell by saying nothing.
  const files =
    said.unlisted !== undefined ? { unlisted: said.unlisted } : said.files === undefined ? {} : { artifacts: said.files };
  if (said.problem !== null && verdict.reason === null) {
    const { problem, again, goesOn } = said;
    const end = { ...verdict, ...files, state: 'FAILED' as const, code: 'artifacts' as const };
    if (again === undefined) return { ...end, ...withWays(order, problem, 'runAgain') };
    // No further try of this order brings them back: a person has to have the other one run.
    const words = `${problem}; to have them again: coord retry ${shellWord(again)}`;
    const why = goesOn === true ? { reason: words, told: undefined } : withWays(order, words, 'thenRetry');
    return { ...end, asks: true as const, ...why };
  }
  if (said.notes.length === 0) return { ...verdict, ...files };
  const more = said.notes.length - NOTES_MAX;
  const words = `${said.notes.slice(0, NOTES_MAX).join('; ')}${more > 0 ? `; and ${more} more, in the log` : ''}`;
  const { reason, told } = verdict;
  if (reason === null) return { ...verdict, ...files, reason: words, code: 'artifacts' as const };
  return { ...verdict, ...files, ...framed({ reason, told }, '', `; ${words}`) };
}
