// Which orders of a list are asked for: by state, by machine, and by when they ended. A word that means nothing is an error that names
// what there is.
import { parseTime } from '../../core/base/time.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import { END_STATES, type EndState, ORDER_STATES, type OrderState } from '../../core/model/orders/run.ts';
import { assignWords, type StatusOrder } from '../../core/model/status/status.ts';
import { endedAt } from '../../core/orders/order-end.ts';
import { CoordError } from '../../errors.ts';
import { listedMachines, machineNamed, type NamedMachine } from '../machine/machine-named.ts';
import type { View } from '../sync/view.ts';

/** Null = any. */
export interface OrderFilter {
  readonly states: readonly OrderState[] | null;
  readonly machine: NamedMachine | null;
  /** ISO 8601 UTC: not those that ended before. */
  readonly since: string | null;
}

/** `failed,blocked`, in upper or lower case, `in-progress` too. */
export function statesOf(words: string, command: string): readonly OrderState[] {
  return statesAmong(ORDER_STATES, words, command);
}

/** Of orders that have ended. */
export function endStatesOf(words: string, command: string): readonly EndState[] {
  return statesAmong(END_STATES, words, command);
}

function statesAmong<S extends OrderState>(states: readonly S[], words: string, command: string): readonly S[] {
  return words.split(',').map((word) => {
    const wanted = word.trim().toUpperCase().replaceAll('-', '_');
    const state = states.find((it) => it === wanted);
    if (state !== undefined) return state;
    const there = states.join(', ').toLowerCase();
    throw new CoordError(
      'USAGE',
      `--state: no state ${JSON.stringify(word.trim())}; expected one of ${there}`,
      `${command} --help`,
    );
  });
}

/** Throws USAGE. */
export function machineFor(word: string, { machines }: Pick<View, 'machines'>): NamedMachine {
  const all = listedMachines(machines);
  try {
    return machineNamed(word, all);
  } catch (error) {
    if (!(error instanceof CoordError) || error.code !== 'NOT_FOUND') throw error;
    const there = all.map(({ number, name }) => numberedName(number, name)).join(', ');
    throw new CoordError('USAGE', `--for: ${error.message}; expected one of ${there}`, 'coord machines', { cause: error });
  }
}

export function isWanted(order: StatusOrder, { states, machine, since }: OrderFilter): boolean {
  if (states !== null && !states.includes(order.state)) return false;
  if (machine !== null && !isFor(order, machine)) return false;
  const ended = endedAt(order);
  return since === null || ended === null || parseTime(ended) >= parseTime(since);
}

/** It has or had it, or the order is for it by its number or name, or for all. What any may take is nobody's yet. */
function isFor(order: StatusOrder, { number, name }: NamedMachine): boolean {
  if (order.machine === number || order.machines?.[String(number)] !== undefined) return true;
  if (order.lastRuns?.some((run) => run.machine === number)) return true;
  const meant = [String(number), name, `${number} ${name}`, 'all'].map((word) => word.toLowerCase());
  return assignWords(order.assign).some((word) => meant.includes(word.toLowerCase()));
}
