// coord export
import type { Context } from '../../../cli/context.ts';
import { sinceOf } from '../../../cli/input/since.ts';
import { EXIT } from '../../../errors.ts';
import type { Kind } from '../documents/records.ts';
import { exportFleet, type Format } from '../operations/export.ts';

interface Options {
  readonly format: Format;
  readonly since?: string;
}

export async function run(context: Context, kinds: readonly Kind[], { format, since }: Options): Promise<number> {
  const folder = context.fleet();
  const from = since === undefined ? null : sinceOf(since, context.nowMs(), 'export');
  const request = { format, kinds, since: from };
  const { text, isCut } = await context.busy('reading', exportFleet(await context.world(), folder, request));
  // The last line's end is the terminal's.
  if (text !== '') context.out(text.replace(/\n$/, ''));
  if (isCut) context.note('older runs and messages were not looked at; --since says from when on');
  return EXIT.done;
}
