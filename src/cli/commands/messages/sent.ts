// coord sent
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { listSent } from '../../../operations/messages/inbox.ts';
import type { Context } from '../../context.ts';
import { sentLines } from '../../output/show-messages.ts';

export async function run(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const messages = await listSent(await context.world(), context.fleet());
  if (options.json) context.out(visibleJson(JSON.stringify(messages, null, 2)));
  else if (messages.length === 0) context.out('nothing sent from this machine yet');
  else for (const line of sentLines(messages, context)) context.out(line);
  return EXIT.done;
}
