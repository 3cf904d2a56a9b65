// Reasons as documents tell them. Results of versions before codes have words alone; only this file reads those words. Pure.
import type { Order } from '../model/orders/order.ts';
import type { ReasonCode, ToldReason } from '../model/orders/reason.ts';
import type { OlderRun } from '../model/orders/run.ts';
import type { StatusRun } from '../model/status/status.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { framed } from '../status/ways.ts';
import { questionIn, questionWords, questionWordsForAll } from './questions.ts';
import { because } from './reason-words.ts';

/** The complete words of those versions. Words of an agent or a service never match one of these. */
const OLD_WORDS: readonly (readonly [ReasonCode, RegExp])[] = [
  ['interrupted', /^(?:interrupted|[a-zA-Z. ]+, then interrupted)(?:; it had asked: .*)?$/],
  ['declined', /^declined; the host does not let claims be deleted$/],
  ['leaseOver', /^the lease was over(?:; .*)?$/],
  ['takenOver', /^another machine has taken it over(?:; .*)?$/],
  ['approval', /^waits for approval[^;]*; coord approve [^;]*(?:; .*)?$/],
  ['lost', /^lost with [^;]*; it may have run$/],
];

export function codeOf({ reason, code }: ToldReason): ReasonCode | undefined {
  return code ?? (reason == null ? undefined : OLD_WORDS.find(([, words]) => words.test(reason))?.[0]);
}

type Shown = Pick<StatusRun, 'reason' | 'code' | 'told'>;

/** The reason fields of a document, for a state; empty if there is none. */
export function toldReason(told: ToldReason): Shown {
  if (told.reason == null) return {};
  const code = codeOf(told);
  return {
    reason: told.reason,
    ...(code === undefined ? {} : { code }),
    ...(told.told === undefined ? {} : { told: told.told }),
  };
}

/** The same with words before it: the machine or the step that it is about. */
export function withHead(head: string, told: ToldReason): Shown & { readonly reason: string } {
  const { reason, ...shown } = toldReason(told);
  return reason === undefined ? { reason: head } : framed({ ...shown, reason }, `${head}: `);
}

/** Why a run ended, for the state of its order. The reason of the run itself does not know for whom its order is. */
export function endReason({ assign }: Pick<Order, 'assign'>, run: OlderRun): Shown {
  const question = assign.kind === 'all' && run.asks === true ? questionIn(run.outputs ?? {}) : null;
  if (question !== null) return because.question(questionWordsForAll(run.order, question));
  const isBare = run.reason == null || (run.code === 'question' && run.told === undefined);
  return isBare ? asksAgain(run) : toldReason(run);
}

/** The reason of an older run's short record, or of an older version's question. */
function asksAgain({ asks, order, outputs = {} }: OlderRun): Shown {
  const question = asks === true ? questionIn(outputs) : null;
  if (question !== null) return because.question(questionWords(order, question));
  return asks === true ? because.needsPerson(listedId(order)) : {};
}
