// coord send
import { splitAddress } from '../../../core/messages/program-address.ts';
import type { BusReport } from '../../../core/model/messages/bus.ts';
import type { Priority } from '../../../core/model/orders/order.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { sendTo } from '../../../operations/messages/send.ts';
import { said } from '../../../operations/sync/reply-words.ts';
import type { Context } from '../../context.ts';
import { standardInput } from '../../input/standard-input.ts';
import { warnWaiting } from '../../output/consequence.ts';
import { readerWords } from '../../output/show-messages.ts';

interface Options {
  readonly priority: Priority;
  readonly from?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, to: string, words: readonly string[], options: Options): Promise<number> {
  const folder = context.fleet();
  const body = words.length === 1 && words[0] === '-' ? standardInput('the message') : words.join(' ');
  const { priority, from = null, keep = false } = options;
  const report = await context.busy('sending', sendTo(await context.world(), folder, { to, from, body, priority, keep }));
  if (report.kind === 'bus') return showSent(context, report, options.json === true);
  const { id, number, state, isEmergency, sync } = report;
  if (options.json) context.out(JSON.stringify({ id, to: report.to, number, state }, null, 2));
  else {
    const what = number === null ? 'message' : `message ${number}`;
    const program = splitAddress(to)?.program;
    const reader = `${program === undefined ? '' : `${program} on `}${readerWords(report.to, sync.view)}`;
    context.out(visibleText(`${state === 'waiting' ? 'recorded' : state} ${what} to ${reader}`));
  }
  if (isEmergency) context.note(context.paint.yellow('! this machine shows EMERGENCY until you end it: coord emergency --over'));
  if (state === 'waiting') {
    const otherwise = number === null ? 'the log is full of unread messages' : 'the remote refused it';
    warnWaiting(context, sync, said(sync).trouble ?? otherwise);
  }
  return EXIT.done;
}

/** M8: it waits in the box of its reader, or of each. */
function showSent(context: Context, { messages, refused }: BusReport, asJson: boolean): number {
  const sent = messages.map(({ id, to }) => ({ id, to, state: 'waiting' }));
  if (asJson) context.out(JSON.stringify({ sent, refused }, null, 2));
  else for (const { id, to } of sent) context.out(`in the box of ${to} · ${id}`);
  for (const { why } of refused) context.note(context.paint.yellow(`! ${why}`));
  return refused.length === 0 ? EXIT.done : EXIT.failed;
}
