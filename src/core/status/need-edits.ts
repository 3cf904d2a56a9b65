// What a person without a terminal does about an entry of needs-you: an edit of a document on main, which the host's page makes as well. The
// sentence of the entry says which ways there are, so each edit belongs to one command in it. Pure.
import { shellWord } from '../base/shell-word.ts';
import { PEOPLE } from '../model/messages/message.ts';
import type { NeedsYou, StatusDocument, StatusOrder } from '../model/status/status.ts';

export interface NeedEdit {
  /** The document of people's that is edited, or made. */
  readonly document: string;
  /** What is changed there. */
  readonly words: string;
  /** The part of the sentence that names the command. Without it there is no such way out now. */
  readonly clause: string;
  /** What does the same at a terminal. */
  readonly command: string;
  /** It does so on that machine alone. */
  readonly isThere?: true;
}

const ORDERS = 'ORDERS.json';

/** As retries number them: what ran under a higher generation than is listed stands. */
function nextGeneration({ generation = 1, reached = 0 }: StatusOrder): number {
  return Math.max(generation, reached) + 1;
}

/** Retries that have to take more out of the entry than a number, or say by themselves what to write. */
const NOT_BY_NUMBER: readonly StatusOrder['code'][] = ['sessionGone', 'noSession', 'returned'];

export function orderEdits({ order: id = '' }: NeedsYou, { orders }: StatusDocument): readonly NeedEdit[] {
  const order = Object.hasOwn(orders, id) ? orders[id] : undefined;
  if (order === undefined) return [];
  const place = entryName(id, order);
  const word = shellWord(id);
  const edit = (words: string, command: string, before: string): NeedEdit => ({
    document: ORDERS,
    words,
    command,
    clause: `; ${before}${command}`,
  });
  const again = NOT_BY_NUMBER.includes(order.code)
    ? []
    : ['to run it again: ', 'to go on: ', 'then: '].map((before) =>
        edit(`${before}set "generation": ${nextGeneration(order)} in ${place}`, `coord retry ${word}`, before),
      );
  const known = 'if you know how it ended: ';
  const value = `{ "generation": ${order.generation ?? 1}, "as": "completed" }`;
  return [
    edit(`set "approved": true in ${place}`, `coord approve ${word}`, ''),
    ...again,
    edit(`${known}add "resolved": ${value} (or "failed") to ${place}`, `coord order resolve ${word}`, known),
    ...(order.machine === undefined ? [] : [answerEdit(id, order.machine, word)]),
  ];
}

/** The entry of an order, or the step of a chain that it is: that has the fields then. */
function entryName(id: string, { chain }: StatusOrder): string {
  return chain === undefined ? id : `step ${id.slice(chain.length + 1)} of ${chain}`;
}

function answerEdit(id: string, machine: number, word: string): NeedEdit {
  const document = `messages/${PEOPLE}_TO_${machine}.md`;
  const command = `coord answer ${word} "…"`;
  const words = `write "answer ${id}: …" in ${document}`;
  return { document, words, command, clause: `; ${command}, or ${words}` };
}

export function emergencyEdits({ machine }: NeedsYou): readonly NeedEdit[] {
  const document = `messages/${PEOPLE}_TO_${machine}.md`;
  const command = 'coord emergency --over';
  const over = 'when it is over';
  const words = `${over}, write the heading "## resolved" in ${document}`;
  const clause = `; ${over}: ${command} on that machine, or the heading "## resolved" in ${document}`;
  return [{ document, words, command, clause, isThere: true }];
}

/** Of a pause by `fleet.yaml`; one by its owner ends at the machine alone. */
export function pauseEdits({ machine }: NeedsYou): readonly NeedEdit[] {
  const command = machine === undefined ? 'coord resume --fleet' : `coord resume ${machine}`;
  return [{ document: 'fleet.yaml', words: 'take it out of "paused" in fleet.yaml', command, clause: `: ${command}` }];
}
