// What a timeline does not go back to, and what fetches or keeps it: in the same words by the command and the page.
import { visibleText } from '../../documents/text/escape-text.ts';
import { COMMITS_MAX, type Timeline } from './timeline.ts';

/** `isWhole`: all that the host has was fetched for it. Where the limit left out newer ones already, that is no news. */
export function untoldWords({ more, isCut, isPart, shortened }: Timeline, isWhole: boolean): readonly string[] {
  if (more) return [];
  return [
    ...(isPart && isWhole ? ['the host has no more of the history: what people did before that is not told'] : []),
    ...(isPart && !isWhole
      ? ['what people did before that is not on this machine, which joined later: coord timeline --whole fetches it']
      : []),
    ...(isCut && !isPart
      ? [`only the newest ${COMMITS_MAX.toLocaleString('en')} changes of main and 200 documents of the history were looked at`]
      : []),
    ...(shortened === null ? [] : [shortenedWords(shortened)]),
  ];
}

/** R3b: runs and messages are in the documents still; what people changed, and who came and went, was in the commits. */
function shortenedWords({ before, bundle, archive }: NonNullable<Timeline['shortened']>): string {
  const what = `what people did before ${before === '' ? 'that' : before.slice(0, 10)} left the history of main`;
  return visibleText(bundle === '' ? what : `${what}, and is in ${bundle}${archive === undefined ? '' : ` and in ${archive}`}`);
}
