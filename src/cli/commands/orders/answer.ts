// coord answer
import { shellWord } from '../../../core/base/shell-word.ts';
import { listedName } from '../../../core/model/machines/machine-label.ts';
import { quotedLines } from '../../../documents/messages/message-quote.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { answerQuestion, openQuestions } from '../../../operations/orders/answer-question.ts';
import { readView } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { standardInput } from '../../input/standard-input.ts';
import { consequence, editJson, warnUnsent } from '../../output/consequence.ts';

export async function run(
  context: Context,
  id: string | null,
  words: readonly string[],
  { json }: { readonly json?: boolean },
): Promise<number> {
  const folder = context.fleet();
  if (id === null) return list(context, json === true);
  if (words.length === 0)
    throw new CoordError('USAGE', `${id} waits for an answer, and none was given`, `coord answer ${shellWord(id)} "yes"`);
  const text = words.length === 1 && words[0] === '-' ? standardInput('the answer') : words.join(' ');
  const report = await context.busy('syncing', answerQuestion(await context.world(), folder, id, text));
  if (json) context.out(editJson(report, id));
  else context.out(consequence(context, report.view, id, 'answered'));
  warnUnsent(context, report);
  return EXIT.done;
}

/** What waits for an answer; reads local files. */
function list(context: Context, asJson: boolean): number {
  const view = readView(context.fleet());
  const questions = view === null ? [] : openQuestions(view);
  if (asJson) context.out(visibleJson(JSON.stringify(questions, null, 2)));
  else if (questions.length === 0) context.out('no question waits for an answer');
  for (const { order, machine, to, at, text } of asJson ? [] : questions) {
    const on = machine === undefined ? [] : [`on ${listedName(machine, view?.machines)}`];
    const head = [order, ...on, ...(to === 0 ? [] : [`to machine ${to}`]), ...(at === undefined ? [] : [readableTime(at)])];
    context.out(context.paint.bold(visibleText(head.join(' · '))));
    for (const line of quotedLines(text)) context.out(line);
  }
  return EXIT.done;
}
