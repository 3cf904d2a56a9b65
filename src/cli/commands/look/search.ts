// coord search
import { UNSIGNED } from '../../../core/messages/sender-label.ts';
import type { SearchHit } from '../../../core/model/status/search-hit.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { EXIT } from '../../../errors.ts';
import { search } from '../../../operations/search/search.ts';
import type { Context } from '../../context.ts';
import { noteDoubted } from '../../output/doubt-notes.ts';

interface Options {
  readonly limit: number;
  readonly json?: boolean;
}

export async function run(context: Context, words: readonly string[], { limit, json }: Options): Promise<number> {
  const folder = context.fleet();
  const found = await search(await context.world(), folder, words.join(' '), limit);
  if (json) context.out(visibleJson(JSON.stringify(found, null, 2)));
  else if (found.hits.length === 0) context.out('nothing of that is known here, as of the last sync');
  else for (const hit of found.hits) context.out(lineOf(hit, context));
  noteDoubted(context, folder, { tellsMain: true });
  if (found.more && !json) context.note('there are more: say more words, or --limit');
  return EXIT.done;
}

function lineOf({ kind, id, machine, at, title, excerpt, signed }: SearchHit, { paint }: Context): string {
  const where = machine === null ? '' : ` on ${machine}`;
  const more = [...(at === null ? [] : [readableTime(at)]), ...(signed === false ? [UNSIGNED] : [])];
  const head = [`${kind} ${visibleText(id)}${where}`, ...more].join(' · ');
  const said = [visibleText(title).replace(/\s+/g, ' ').slice(0, 120), excerpt].filter((it) => it !== '').join(' · ');
  return `${paint.bold(head)}${said === '' ? '' : `\n  ${said}`}`;
}
