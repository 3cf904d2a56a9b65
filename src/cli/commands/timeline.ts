// coord timeline
import { isoTime, parseTime } from '../../core/time.ts';
import { parseDuration } from '../../documents/duration.ts';
import { visibleJson } from '../../documents/escape-text.ts';
import { isIsoTime } from '../../documents/iso-time.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { COMMITS_MAX, readTimeline } from '../../operations/timeline/timeline.ts';
import type { Context } from '../context.ts';
import { timelineLines } from '../show-timeline.ts';

interface Options {
  readonly order?: string;
  readonly machine?: string;
  readonly since?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const folder = context.fleet();
  const { order = null, machine = null, limit } = options;
  const since = options.since === undefined ? null : sinceOf(options.since, context.nowMs());
  const timeline = await context.busy('reading', readTimeline(await context.world(), folder, { order, machine, since, limit }));
  const { events, machines, more, isCut, bad } = timeline;
  if (options.json) context.out(visibleJson(JSON.stringify({ events, machines, more, cut: isCut, unreadable: bad }, null, 2)));
  else if (events.length === 0) context.out('nothing of that kind has happened, as far as the last sync shows');
  else for (const line of timelineLines(events, machines, context)) context.out(line);
  // Where the limit left out newer ones already, that is no news.
  if (isCut && !more)
    context.note(
      `only the newest ${COMMITS_MAX.toLocaleString('en')} changes of main and 200 documents of the history were looked at`,
    );
  if (bad > 0) context.note(context.paint.yellow(`! ${bad} line${bad === 1 ? '' : 's'} of the history cannot be read`));
  return EXIT.done;
}

/** `2h`, or a moment as coord writes it: `2026-11-20`, `2026-11-20 22:00`, all UTC. */
function sinceOf(word: string, nowMs: number): string {
  const ms = parseDuration(word);
  if (ms !== null) return isoTime(Math.max(0, nowMs - ms));
  const [, day, time = '00:00', seconds = ':00'] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?Z?)?$/.exec(word.trim()) ?? [];
  const iso = `${day}T${time}${seconds}Z`;
  // The 31st of February is another day.
  if (day !== undefined && isIsoTime(iso) && isoTime(parseTime(iso)).startsWith(day)) return iso;
  throw new CoordError(
    'USAGE',
    `--since: expected a length of time such as 2h, or a time in UTC such as 2026-11-20 or 2026-11-20T22:00Z, found ${JSON.stringify(word)}`,
    'coord timeline --help',
  );
}
