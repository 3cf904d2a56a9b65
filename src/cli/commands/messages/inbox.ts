// coord inbox, coord sent
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { listSent, takeInbox } from '../../../operations/messages/inbox.ts';
import { readInbox } from '../../../operations/messages/mail-files.ts';
import { waitForMessage } from '../../../operations/messages/wait-for-message.ts';
import type { Context } from '../../context.ts';
import { sentLines } from '../../output/show-messages.ts';
import { timeoutMsIn, troubleNote } from '../orders/wait.ts';
import { type InboxOptions, run as list, showInbox } from './inbox-list.ts';

interface Options extends InboxOptions {
  readonly take?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
}

export async function run(context: Context, options: Options): Promise<number> {
  if (options.wait) {
    const timeoutMs = timeoutMsIn(options.timeout, '--timeout', 'coord inbox --help');
    const wait = waitForMessage(await context.world(), context.fleet(), {
      timeoutMs,
      onTrouble: troubleNote(context, 'this waits until it is back'),
    });
    await context.busy('waiting for a message', wait);
  } else if (options.timeout !== undefined)
    throw new CoordError('USAGE', '--timeout: expected --wait beside it, found none', 'coord inbox --wait --timeout 10m');
  if (!options.take) return list(context, options);
  const folder = context.fleet();
  const world = await context.world();
  const earlier = options.all ? (await readInbox(folder, await context.journal(folder))).filter((message) => message.taken) : [];
  const report = await context.busy(
    'syncing',
    takeInbox(world, folder, (unread, older) => showInbox([...earlier, ...unread], context, options, older)),
  );
  if (report !== null && report.trouble !== null) {
    const { message } = report.trouble;
    context.note(context.paint.yellow(`! marked as read here; the senders are told with the next coord sync: ${message}`));
  }
  return EXIT.done;
}

export async function sent(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const messages = await listSent(await context.world(), context.fleet());
  if (options.json) context.out(visibleJson(JSON.stringify(messages, null, 2)));
  else if (messages.length === 0) context.out('nothing sent from this machine yet');
  else for (const line of sentLines(messages, context)) context.out(line);
  return EXIT.done;
}
