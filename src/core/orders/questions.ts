// A question (O18): a run of an agent that ended because it needs an answer. It stands in the outputs of that run, and is open until the
// order's generation is raised. Pure.

import { cutLine } from '../base/cut-text.ts';
import { shellWord } from '../base/shell-word.ts';
import type { WithWays } from '../model/orders/reason.ts';
import type { StatusOrder, StatusRun } from '../model/status/status.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { withWays } from '../status/ways.ts';

export interface Question {
  readonly text: string;
  /** 0 = people; else the machine whose answer counts as well as theirs. */
  readonly to: number;
}

type Outputs = Readonly<Record<string, string>>;

export function questionIn({ question, question_to: to }: Outputs): Question | null {
  return question === undefined ? null : { text: question, to: /^[1-9][0-9]{0,3}$/.test(to ?? '') ? Number(to) : 0 };
}

/** Why an order stands still, and how it goes on. */
export function questionWords(order: string, { text, to }: Question): WithWays {
  return withWays(listedId(order), `waits for an answer${to === 0 ? '' : ` from machine ${to}`}: ${text}`, 'answer');
}

/** The same of an order for all machines, which cannot be answered. */
export function questionWordsForAll(order: string, { text }: Question): string {
  return `asks: ${text}; an order for all machines cannot be answered; to run it again on each: coord retry ${shellWord(listedId(order))}`;
}

const CUT_QUESTION_MAX = 300;

/** The reason of a run that was cut off (O18): its question, and how to go on with an answer. */
export function cutQuestion(text: string, order: string): string {
  return `“${cutLine(text, CUT_QUESTION_MAX)}”; to go on with an answer: coord retry ${shellWord(order)} --resume "…"`;
}

/** An order for all machines has one generation for all of them: an answer to one machine would make the others run again. */
export function isForAll({ machines }: Pick<StatusOrder, 'machines'>): boolean {
  return machines !== undefined;
}

/** What an order waits for; of one for all machines, the first that asks. */
export function openQuestion({ machines, ...order }: Pick<StatusOrder, 'state' | 'outputs' | 'machines'>): Question | null {
  const asking = [order, ...Object.values(machines ?? {})].find(isAsking);
  return asking === undefined ? null : questionIn(asking.outputs ?? {});
}

function isAsking({ state, outputs }: Pick<StatusRun, 'state' | 'outputs'>): boolean {
  return state === 'BLOCKED' && outputs?.question !== undefined;
}

/** People can always answer; a machine only if the question was put to it. */
export function mayAnswer({ to }: Question, from: number): boolean {
  return from === 0 || from === to;
}
