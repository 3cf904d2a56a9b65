// O8: an order that was taken out of the list and stands there again is shown as a question, with how it had ended. Judges look at that end.
import type { StatusOrder, StatusRun } from '../../src/core/model/status/status.ts';

const RAN_BEFORE = /^\S+ has run before \((COMPLETED|FAILED|CANCELLED) on \d+, /;

/** True where it waits for a person's word: no attempt follows. */
export interface CameBack {
  readonly cameBack?: true;
}

export function asItRan(
  shown: StatusOrder,
): StatusOrder & CameBack & { readonly machines?: Readonly<Record<string, StatusRun & CameBack>> } {
  const machines = Object.entries(shown.machines ?? {}).map(([machine, run]) => [machine, endOf(run)] as const);
  const all = shown.machines === undefined ? {} : { machines: Object.fromEntries(machines) };
  const states = machines.map(([, { state }]) => state);
  // Where every machine that is meant had ended, so had the order.
  const isOver = states.length > 0 && states.every((state) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(state));
  const folded = ['FAILED', 'CANCELLED', 'COMPLETED'].find((state) => states.some((it) => it === state));
  const state = isOver && shown.state === 'BLOCKED' ? (folded as StatusRun['state']) : endOf(shown).state;
  return { ...endOf(shown), ...all, state };
}

function endOf<T extends StatusRun>(run: T): T & CameBack {
  const ended = run.state === 'BLOCKED' ? RAN_BEFORE.exec(run.reason ?? '')?.[1] : undefined;
  return ended === undefined ? run : { ...run, state: ended as StatusRun['state'], cameBack: true };
}
