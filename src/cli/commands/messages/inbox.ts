// coord inbox
import { EXIT } from '../../../errors.ts';
import { takeInbox } from '../../../operations/messages/inbox.ts';
import { readInbox } from '../../../operations/messages/mail-files.ts';
import type { Context } from '../../context.ts';
import { type InboxOptions, run as list, showInbox } from './inbox-list.ts';

interface Options extends InboxOptions {
  readonly take?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  if (!options.take) return list(context, options);
  const folder = context.fleet();
  const world = await context.world();
  const earlier = options.all ? (await readInbox(folder, await context.journal(folder))).filter((message) => message.taken) : [];
  const report = await context.busy(
    'syncing',
    takeInbox(world, folder, (unread) => showInbox([...earlier, ...unread], context, options)),
  );
  if (report !== null && report.trouble !== null) {
    const { message } = report.trouble;
    context.note(
      context.paint.yellow(`! marked as read here, the senders do not know it yet: ${message}; the next coord sync tells them`),
    );
  }
  return EXIT.done;
}
