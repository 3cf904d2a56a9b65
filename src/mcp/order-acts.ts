// What an agent does with orders: the same edits as the commands, with what becomes of them as the answer.
import { answerQuestion } from '../operations/orders/answer-question.ts';
import { approveOrders } from '../operations/orders/approve-resolve.ts';
import { cancelOrders, type EditReport } from '../operations/orders/edit-orders.ts';
import { placeOrder } from '../operations/orders/place-order.ts';
import { retryOrders } from '../operations/orders/retry-order.ts';
import { cancelledWords } from '../operations/orders/taken-back.ts';
import type { World } from '../operations/sync/dependencies.ts';
import { edited } from '../operations/sync/reply-words.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { orderAnswer } from './status-answer.ts';
import type { Answer, ToolArgs } from './tool-answers.ts';

export async function placedAnswer(world: World, folder: FleetFolder, args: ToolArgs<'place_order'>): Promise<Answer> {
  // What is not said is not there.
  const order = JSON.parse(JSON.stringify({ assign: 'any', ...args }));
  return actAnswer(args.id, null, await placeOrder(world, folder, order));
}

type Act = ToolArgs<'act_on_order'>;

export async function actedAnswer(world: World, folder: FleetFolder, args: Act): Promise<Answer> {
  const { report, done } = await acted(world, folder, args);
  return actAnswer(args.order, done, report);
}

async function acted(world: World, folder: FleetFolder, { order: id, act, answer = '' }: Act) {
  switch (act) {
    case 'cancel': {
      const report = await cancelOrders(world, folder, [id]);
      return { report, done: report.orders.map(({ before }) => cancelledWords(report, id, before)).join('\n') };
    }
    case 'retry': {
      const report = await retryOrders(world, folder, [id], { edit: false, resume: null });
      return { report, done: `${id} runs again, as generation ${report.orders[0]?.generation}` };
    }
    // O4a: for the work that the last sync here had shown before the call.
    case 'approve': {
      const report = await approveOrders(world, folder, [id]);
      const had = report.orders.some(({ before }) => before.approval === 'given');
      return { report, done: had ? `${id} was approved already` : `approved ${id}` };
    }
    case 'answer':
      return { report: await answerQuestion(world, folder, id, answer), done: `answered ${id}` };
  }
}

/** `done`: what was done, before what has become of the order; null = that says it. */
function actAnswer(id: string, done: string | null, report: EditReport): Answer {
  const { landed, trouble, order } = edited(id, report);
  const shown = order === null ? { text: id, structured: {} } : orderAnswer(id, order);
  const waits = landed ? [] : [`saved here, not pushed yet${trouble === null ? '' : ` (${trouble})`}; a later sync pushes it`];
  return {
    text: [...(done === null ? [] : [done]), shown.text, ...waits, ...report.unsigned].join('\n'),
    structured: { id, landed, trouble, ...shown.structured },
  };
}
