// coord timeline
import { counted } from '../../../core/base/counted.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { fetchWholeHistory, readTimeline } from '../../../operations/timeline/timeline.ts';
import { untoldWords } from '../../../operations/timeline/untold-words.ts';
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
  const { events, machines, more, isCut, bad } = timeline;
  if (options.json) context.out(visibleJson(JSON.stringify({ events, machines, more, cut: isCut, unreadable: bad }, null, 2)));
  else if (events.length === 0) context.out('nothing of that kind has happened, as far as the last sync shows');
  else for (const line of timelineLines(events, machines, context)) context.out(line);
  noteDoubted(context, folder, { tellsMain: true });
  for (const words of untoldWords(timeline, options.whole === true)) context.note(words);
  if (bad > 0) context.note(context.paint.yellow(`! ${counted(bad, 'line')} of the history cannot be read`));
  return EXIT.done;
}
