// Which attempts were taken over by another machine, from the runs that machines report. Claims leave no trace; if the attempt before left none
// either, no take-over is reported. Pure.
import type { ReasonCode } from '../model/orders/reason.ts';
import type { RunEnded, RunStarted, TakenOver, TimelineEvent } from '../model/status/timeline.ts';
import { codeOf } from '../orders/read-reason.ts';

/** Ends that are the machine's fault and not that of the work. */
const GAVE_WAY: readonly (ReasonCode | undefined)[] = ['leaseOver', 'interrupted', 'takenOver'];

/** `isForAll`: each machine makes its own attempts at such an order. */
export function takeOvers(events: Iterable<TimelineEvent>, isForAll: (order: string) => boolean): TakenOver[] {
  const starts: RunStarted[] = [];
  const ends: RunEnded[] = [];
  for (const event of events) {
    if (event.kind === 'started') starts.push(event);
    else if (event.kind === 'ended') ends.push(event);
  }
  const machines = new Map<string, Map<number, RunEnded | null>>();
  for (const run of [...starts, ...ends]) {
    const known = machines.get(nameOf(run, run.attempt)) ?? new Map<number, RunEnded | null>();
    known.set(run.machine, run.kind === 'ended' ? run : (known.get(run.machine) ?? null));
    machines.set(nameOf(run, run.attempt), known);
  }
  return starts.flatMap((run): TakenOver[] => {
    const before = machines.get(nameOf(run, run.attempt - 1));
    // An earlier attempt of the same machine means that it went on by itself.
    if (before === undefined || before.has(run.machine) || isForAll(run.order)) return [];
    const [first, ...others] = before;
    if (first === undefined || others.length > 0) return [];
    const [from, end] = first;
    const { at, machine, order, generation, attempt } = run;
    const failed = end !== null && end.at <= at && !GAVE_WAY.includes(codeOf(end));
    return [{ kind: 'takenOver', at, machine, order, generation, attempt, from, why: failed ? 'failed' : 'lost' }];
  });
}

function nameOf({ order, generation }: RunStarted | RunEnded, attempt: number): string {
  return `${order} ${generation}.${attempt}`;
}
