// coord bus
import type { Context } from '../../../cli/context.ts';
import { columns } from '../../../cli/output/table.ts';
import type { BusMessage } from '../../../core/model/messages/bus.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { EXIT } from '../../../errors.ts';
import { forgetBox } from '../operations/boxes.ts';
import { boxesHere, confirmTaken, messageState, peek, takeNext } from '../operations/bus.ts';
import { waitForNext } from '../operations/wait-for-next.ts';

interface TakeOptions {
  readonly peek?: boolean;
  readonly wait?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

export async function list(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const boxes = await boxesHere(context.fleet());
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  if (json) {
    const shown = boxes.map(({ oldestMs, lastTakenMs, ...box }) => ({
      ...box,
      oldest: time(oldestMs),
      lastTaken: time(lastTakenMs),
    }));
    context.out(JSON.stringify(shown, null, 2));
  } else if (boxes.length === 0) {
    context.out('no program is known here yet; a program becomes known when it reads its box: coord bus take <program>');
  } else {
    const shownTime = (ms: number | null) => (ms === null ? '-' : readableTime(time(ms) ?? ''));
    const rows = boxes.map(({ program, waiting, handed, bytes, oldestMs, lastTakenMs }) => [
      program,
      String(waiting),
      String(handed),
      `${Math.ceil(bytes / 1024)} KiB`,
      shownTime(oldestMs),
      shownTime(lastTakenMs),
    ]);
    const head = ['PROGRAM', 'WAITING', 'HANDED', 'SIZE', 'OLDEST', 'LAST TAKEN'];
    for (const line of columns([head, ...rows], (cell, _column, row) => (row === 0 ? context.paint.dim(cell) : cell)))
      context.out(line);
  }
  for (const { program, broken, trouble } of boxes)
    if (trouble !== null) context.note(context.paint.yellow(`! the box of ${program} cannot be used: ${visibleText(trouble)}`));
    else if (broken > 0)
      context.note(context.paint.yellow(`! ${broken} unreadable in the box of ${program}: .coord/bus/${program}/broken`));
  return EXIT.done;
}

/** Confirmed once it is printed: who is stopped in between gets it again. */
export async function take(context: Context, program: string, options: TakeOptions): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  if (options.peek) {
    for (const { message } of peek(folder, program, options.limit)) show(context, message, options);
    return EXIT.done;
  }
  const next = options.wait ? await waitForNext(world, folder, program) : takeNext(world, folder, program);
  if (next === null) {
    if (options.json !== true) context.note(`nothing waits for ${program}`);
    return EXIT.failed;
  }
  const { message } = next;
  await printed(`${text(message, options)}\n`);
  world.step('bus-printed');
  confirmTaken(world, folder, program, message.id);
  return EXIT.done;
}

export async function state(context: Context, id: string, { json }: { readonly json?: boolean }): Promise<number> {
  const sight = messageState(context.fleet(), id);
  if (json) context.out(JSON.stringify(sight, null, 2));
  else context.out(sight.takenAt === null ? sight.state : `${sight.state} ${readableTime(sight.takenAt)}`);
  return EXIT.done;
}

export async function forget(
  context: Context,
  program: string,
  { withMessages }: { readonly withMessages?: boolean },
): Promise<number> {
  forgetBox(context.fleet(), program, withMessages);
  context.out(`${program} is not known here any more, unless .coord/instances.yaml names it`);
  return EXIT.done;
}

/** Resolves when the reader has it: a pipe that was closed confirms nothing. */
function printed(words: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(words, (error) => (error == null ? resolve() : reject(error))));
}

const show = (context: Context, message: BusMessage, options: TakeOptions) => context.out(text(message, options));

/** Quoted, with its sender: what others wrote is read, not obeyed (M5). */
function text(message: BusMessage, { json }: TakeOptions): string {
  if (json) return visibleJson(JSON.stringify(message));
  const { id, from, at, priority, body } = message;
  const words = [`from ${from}`, ...(at === null ? [] : [readableTime(at)]), ...(priority === 'normal' ? [] : [priority]), id];
  return [
    visibleText(words.join(' · ')),
    ...visibleText(body)
      .split('\n')
      .map((line) => `  | ${line}`.trimEnd()),
  ].join('\n');
}
