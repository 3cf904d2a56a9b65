// Which version of the template an order goes by (O20.3, O20.4), as the judges see it: each run of a step was given its version (the parameter `v` of all
// templates here), and the runs that are known say it.
import { claimName } from '../../src/core/model/orders/claim.ts';
import { laneOf } from './check-lanes.ts';
import type { Entry } from './people.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import type { Execution, Told, Truth } from './truth.ts';

/** Undefined = it is no run of a template's step. */
export function versionIn({ given }: Pick<Execution, 'given'>): string | undefined {
  return given.COORD_WITH_V;
}

export function stepIn(order: string): { readonly id: string; readonly step: string } {
  const at = order.lastIndexOf('.');
  return { id: order.slice(0, Math.max(0, at)), step: order.slice(at + 1) };
}

/** The runs of an order's steps, in the generation that is listed or a later one. */
export function stepRuns({ executions }: Truth, { id, generation }: Pick<Entry, 'id' | 'generation'>): readonly Execution[] {
  return executions.filter((run) => run.generation >= generation && stepIn(run.order).id === id && versionIn(run) !== undefined);
}

/** Of the latest of these runs; where they were begun with two versions at once, the one of the lower digest. Undefined = there are none. */
export function versionBegun({ templates }: Truth, runs: readonly Execution[]): string | undefined {
  const latest = Math.max(...runs.map(({ generation }) => generation));
  const digestOf = (run: Execution) => templates.get(versionIn(run) ?? '')?.digest ?? '';
  const [lowest] = runs.filter(({ generation }) => generation === latest).sort((a, b) => (digestOf(a) < digestOf(b) ? -1 : 1));
  return lowest === undefined ? undefined : versionIn(lowest);
}

/** What these refs say of the run's machine: its lane, and the copy on the board, which may be ahead of it (D2). */
export function toldOf(truth: Truth, hub: SimHub, refs: ReadonlyMap<string, string>, { machine }: Execution): readonly Told[] {
  const board = hub.filesOf(refs.get(MAIN) ?? '').get(`coordination/results/${machine}.json`);
  const told = [truth.toldIn.get(refs.get(laneOf(machine)) ?? ''), truth.toldInBlob.get(board?.id ?? '')];
  return told.flatMap((it) => it ?? []);
}

export function isTold(run: Execution, told: readonly Told[]): boolean {
  const name = claimName(run);
  return told.some(({ running, ended }) => running.has(name) || ended.has(name));
}

export function isToldCompleted(run: Execution, told: readonly Told[]): boolean {
  return told.some(({ completed }) => completed.has(claimName(run)));
}
