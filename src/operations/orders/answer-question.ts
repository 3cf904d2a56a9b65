// Runs `coord answer`: the answer to a run's question (O18) is a retry in the same session, with the answer as its prompt.
import { shellWord } from '../../core/base/shell-word.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { isForAll, openQuestion, type Question } from '../../core/orders/questions.ts';
import { answerEdit, wordsProblem } from '../../documents/messages/answer.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { withoutSecrets } from '../sync/open-machine.ts';
import { readView, type View } from '../sync/view.ts';
import { asSeen, shownHere } from './as-seen.ts';
import { stepAt } from './chain-edits.ts';
import { type EditReport, editOrders, findOrderNow, freshView, ordersHere } from './edit-orders.ts';

export interface OpenQuestion extends Question {
  readonly order: string;
  /** Where it was asked. */
  readonly machine?: number;
  /** ISO 8601 UTC; absent = of an older run. */
  readonly at?: string;
}

export async function answerQuestion(world: World, folder: FleetFolder, id: string, given: string): Promise<EditReport> {
  const written = given.trim();
  if (written === '') throw new CoordError('USAGE', 'the answer is empty', `coord answer ${shellWord(id)} "yes"`);
  const text = withoutSecrets(world, folder)(written);
  // As it is given: what stands for a secret may be longer.
  const problem = wordsProblem(text);
  if (problem !== null) throw new CoordError('USAGE', `the answer was not taken: ${problem}`, null);
  const shown = shownHere(folder);
  const view = await freshView(world, folder);
  const target = stepAt(view, id);
  const order = findOrderNow(folder, view, target);
  mustTakeAnswer(view, id, order);
  asSeen(folder, shown, target);
  const edit = answerEdit(ordersHere(folder), target, order, text);
  try {
    return await editOrders(world, folder, [edit]);
  } catch (error) {
    const now = readView(folder);
    if (!(error instanceof CoordError) || error.code !== 'FAILED' || now === null) throw error;
    const later = Object.hasOwn(now.orders, target) ? now.orders[target] : undefined;
    if (later !== undefined && openQuestion(later) !== null) throw error;
    const what = later === undefined ? 'is no longer listed' : 'was answered meanwhile';
    throw new CoordError('FAILED', `order ${id} ${what}: your answer was not taken`, `coord order show ${shellWord(id)}`, {
      cause: error,
    });
  }
}

/** Throws FAILED. */
export function mustTakeAnswer(view: Pick<View, 'orders'>, id: string, order: StatusOrder): void {
  if (openQuestion(order) === null) throw notAsked(view, id, order);
  if (order.changed === true)
    throw new CoordError(
      'FAILED',
      `order ${id} was changed after it asked, so your answer was not used`,
      `coord retry ${shellWord(id)}`,
    );
  if (!isForAll(order)) return;
  const why = `order ${id} is for all machines: an answer would run it again on each, also where it has ended`;
  throw new CoordError('FAILED', `${why}; your answer was not taken`, `coord retry ${shellWord(id)}`);
}

/** Those that can be answered, newest first, as the last sync showed them. */
export function openQuestions({ orders }: Pick<View, 'orders'>): readonly OpenQuestion[] {
  return Object.entries(orders)
    .flatMap(([order, status]): OpenQuestion[] => {
      const question = status.steps === undefined && !isForAll(status) ? openQuestion(status) : null;
      if (question === null) return [];
      const { machine, finishedAt } = status;
      return [
        {
          order,
          ...question,
          ...(machine === undefined ? {} : { machine }),
          ...(finishedAt === undefined ? {} : { at: finishedAt }),
        },
      ];
    })
    .sort((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1));
}

function notAsked(view: Pick<View, 'orders'>, id: string, { state }: StatusOrder): CoordError {
  const [newest] = openQuestions(view);
  const message = `no question of order ${id} waits for an answer: it is ${state}`;
  if (newest === undefined)
    return new CoordError('FAILED', `${message}, and no other question waits`, `coord order show ${shellWord(id)}`);
  return new CoordError(
    'FAILED',
    `${message}; the newest open question is of ${newest.order}: ${newest.text}`,
    `coord answer ${shellWord(newest.order)} "…"`,
  );
}
