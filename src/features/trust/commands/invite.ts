// coord invite
import type { Context } from '../../../cli/context.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { invite } from '../operations/invite.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS_MAX = 30;

interface Options {
  readonly expires?: string;
  readonly key?: string;
}

/** The line alone stands on standard output, so that it can be piped. */
export async function run(context: Context, name: string, { expires = '1d', key }: Options): Promise<number> {
  const folder = context.fleet();
  const lengthMs = parseDuration(expires);
  if (lengthMs === null || lengthMs <= 0 || lengthMs > DAYS_MAX * DAY_MS)
    throw new CoordError(
      'USAGE',
      `expected --expires as a duration of ${DAYS_MAX}d at most, found ${expires}`,
      'coord invite --help',
    );
  const work = invite(await context.world(), folder, { name, lengthMs, file: key ?? null });
  const { line, until, landed } = await context.busy('syncing', work);
  context.out(visibleText(line));
  context.note(visibleText(`on ${name}: coord join -, and paste this line there; it lets one machine in, until ${until}`));
  context.note(visibleText(`to take it back: coord trust revoke ${shellWord(name)}`));
  if (!landed) context.note('! it is not on the remote yet: coord sync');
  return EXIT.done;
}
