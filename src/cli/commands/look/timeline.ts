// coord timeline
import { counted } from '../../../core/base/counted.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { COMMITS_MAX, fetchWholeHistory, readTimeline, type Timeline } from '../../../operations/timeline/timeline.ts';
import type { Context } from '../../context.ts';
import { sinceOf } from '../../input/since.ts';
import { noteDoubted } from '../../output/doubt-notes.ts';
import { timelineLines } from '../../output/show-timeline.ts';

interface Options {
  readonly order?: string;
  readonly machine?: string;
  readonly since?: string;
  readonly limit: number;
  readonly whole?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const folder = context.fleet();
  const { order = null, machine = null, limit } = options;
  const since = options.since === undefined ? null : sinceOf(options.since, context.nowMs(), 'timeline');
  if (options.whole === true) await context.busy('fetching all of the history', fetchWholeHistory(await context.world(), folder));
  const timeline = await context.busy('reading', readTimeline(await context.world(), folder, { order, machine, since, limit }));
  const { events, machines, more, isCut, isPart, shortened, bad } = timeline;
  if (options.json) context.out(visibleJson(JSON.stringify({ events, machines, more, cut: isCut, unreadable: bad }, null, 2)));
  else if (events.length === 0) context.out('nothing of that kind has happened, as far as the last sync shows');
  else for (const line of timelineLines(events, machines, context)) context.out(line);
  noteDoubted(context, folder, { tellsMain: true });
  // Where the limit left out newer ones already, that is no news.
  if (isPart && options.whole === true)
    context.note('the host has no more of the history: what people did before that is not told');
  else if (isPart && !more)
    context.note('what people did before that is not on this machine, which joined later: coord timeline --whole fetches it');
  else if (isCut && !more)
    context.note(
      `only the newest ${COMMITS_MAX.toLocaleString('en')} changes of main and 200 documents of the history were looked at`,
    );
  if (shortened !== null && !more) context.note(shortenedWords(shortened));
  if (bad > 0) context.note(context.paint.yellow(`! ${counted(bad, 'line')} of the history cannot be read`));
  return EXIT.done;
}

/** R3b: runs and messages are in the documents still; what people changed, and who came and went, was in the commits. */
function shortenedWords({ before, bundle, archive }: NonNullable<Timeline['shortened']>): string {
  const what = `what people did before ${before === '' ? 'that' : before.slice(0, 10)} left the history of main`;
  return visibleText(bundle === '' ? what : `${what}, and is in ${bundle}${archive === undefined ? '' : ` and in ${archive}`}`);
}
