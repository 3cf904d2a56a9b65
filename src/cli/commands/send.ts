// coord send
import { readFileSync } from 'node:fs';
import type { Priority } from '../../core/model/order.ts';
import { visibleText } from '../../documents/escape-text.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { sendMessage } from '../../operations/send.ts';
import type { Context } from '../context.ts';
import { readerWords } from '../show-messages.ts';

interface Options {
  readonly priority: Priority;
  readonly json?: boolean;
}

export async function run(context: Context, to: string, words: readonly string[], options: Options): Promise<number> {
  const folder = context.fleet();
  const body = words.length === 1 && words[0] === '-' ? standardInput() : words.join(' ');
  const report = await context.busy(
    'sending',
    sendMessage(await context.world(), folder, { to, body, priority: options.priority }),
  );
  const { id, number, state, sync } = report;
  if (options.json) context.out(JSON.stringify({ id, to: report.to, number, state }, null, 2));
  else {
    const what = number === null ? 'message' : `message ${number}`;
    context.out(visibleText(`${state === 'waiting' ? 'recorded' : state} ${what} to ${readerWords(report.to, sync.view)}`));
  }
  if (options.priority === 'urgent')
    context.note(context.paint.yellow('! this machine says EMERGENCY until you say that it is over: coord resolve'));
  if (state === 'waiting') {
    const why = sync.trouble?.message ?? whyWaiting(number, sync.view?.sync.duplicate ?? null);
    context.note(
      context.paint.yellow(visibleText(`! recorded here, not on the remote yet: ${why}; coord sync sends it when it can`)),
    );
  }
  return EXIT.done;
}

function whyWaiting(number: number | null, duplicate: string | null): string {
  if (duplicate !== null) return 'somebody else writes as this machine';
  return number === null ? 'the log holds all the unread messages that it can' : 'the remote did not take it';
}

function standardInput(): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(0));
  } catch (error) {
    if (error instanceof TypeError)
      throw new CoordError('USAGE', 'the message is no text: expected UTF-8', null, { cause: error });
    throw error;
  }
}
