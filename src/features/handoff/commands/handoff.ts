// coord handoff and coord handoffs
import type { Context } from '../../../cli/context.ts';
import { standardInput } from '../../../cli/input/standard-input.ts';
import { warnWaiting } from '../../../cli/output/consequence.ts';
import { noteDoubted } from '../../../cli/output/doubt-notes.ts';
import { plainCell } from '../../../cli/output/table.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { quotedLines } from '../../../documents/messages/message-quote.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { said } from '../../../operations/sync/reply-words.ts';
import { readView } from '../../../operations/sync/view.ts';
import { isProject, listHandOffs } from '../operations/newest.ts';
import { handOff } from '../operations/record.ts';
import type { PlacedHandOff } from '../rules/hand-offs.ts';

interface Options {
  readonly open?: string;
  readonly where?: string;
  readonly next?: string;
  readonly project?: string;
  readonly json?: boolean;
}

/** All machines would read it. */
const LIKELY_MEANT = ['list', 'show', 'help'];

export async function run(context: Context, words: readonly string[], { json, ...parts }: Options): Promise<number> {
  const folder = context.fleet();
  const [only = '', ...more] = words;
  if (more.length === 0 && LIKELY_MEANT.includes(only.toLowerCase()))
    throw new CoordError('USAGE', `expected what was done, found the one word "${only}"`, 'coord handoffs');
  const done = words.length === 1 && words[0] === '-' ? standardInput('the hand-off') : words.join(' ');
  const request = { ...parts, done, folder: process.cwd() };
  const { handOff: written, sync } = await context.busy('handing off', handOff(await context.world(), folder, request));
  const { landed, trouble } = said(sync);
  if (json) context.out(visibleJson(JSON.stringify({ ...written, landed }, null, 2)));
  else
    context.out(
      `${landed ? 'left' : 'recorded'} a hand-off for project ${plainCell(written.project, 100)}: "${plainCell(written.done, 80)}"`,
    );
  if (trouble !== null) warnWaiting(context, sync, trouble);
  return EXIT.done;
}

/** Reads local files. */
export async function list(
  context: Context,
  { project, limit, json }: { readonly project?: string; readonly limit: number; readonly json?: boolean },
): Promise<number> {
  const folder = context.fleet();
  const all = listHandOffs(folder).filter((it) => project === undefined || isProject(it.project, project));
  const shown = all.slice(0, limit);
  if (json) context.out(visibleJson(JSON.stringify(shown, null, 2)));
  else if (shown.length === 0)
    context.out(project === undefined ? 'no hand-offs yet' : visibleText(`no hand-offs of ${project}`));
  const machines = readView(folder)?.machines ?? {};
  if (!json) for (const it of shown) for (const line of lines(it, machines[it.machine]?.name ?? '', context)) context.out(line);
  noteDoubted(context, folder);
  if (!json && all.length > shown.length) context.out(`${all.length - shown.length} more: --limit ${all.length}`);
  return EXIT.done;
}

/** Quoted: it was written by somebody (M5). */
function lines(it: PlacedHandOff, name: string, { paint }: Context): string[] {
  const head = [
    numberedName(it.machine, name),
    it.project,
    ...(it.order === null ? [] : [`order ${it.order}`]),
    readableTime(it.at),
  ];
  const part = (word: string, text: string | null) => (text === null ? [] : [`  ${word}:`, ...quotedLines(text)]);
  const parts = [...part('open', it.open), ...part('where', it.where), ...part('next', it.next)];
  return [paint.bold(visibleText(head.join(' · '))), ...quotedLines(it.done), ...parts, ''];
}
