// O12: judged by what ran, by the clock of the computer that ran it, and by plain arithmetic. Each run belongs to a slot that some
// version of the schedule has; none is ahead of the clock; the newest is made and none after it that is older; two occurrences do not
// run at once on one computer.
import { claimName } from '../../src/core/model/orders/claim.ts';
import type { Computer } from './computer.ts';
import { dueOf, lineOf, listedOf, slotAt } from './slots.ts';
import { type Execution, judged, type Truth } from './truth.ts';

/** What a clock that is ahead made counts up to here. */
export const CLOCKS_DIFFER_MS = 15 * 60_000;

export interface ScheduleChecks {
  onFetch(computer: Computer): void;
  onStart(computer: Computer, execution: Execution): void;
}

export function createScheduleChecks(truth: Truth): ScheduleChecks {
  /** By computer: how its wall clock stood as it was shown something last. */
  const lookedMs = new Map<string, number>();
  const violated = (text: string) => truth.violations.push({ clause: 'O12', text });
  return {
    onFetch: ({ name, clock }) => void lookedMs.set(name, clock.now().wallMs),
    onStart(computer, execution) {
      const { order, generation, attempt, machine } = execution;
      const dueMs = dueOf(order);
      const meant = truth.meant.get(`${listedOf(order)}@${generation}`);
      if (meant === undefined) return;
      const what = `${claimName(execution)} on ${computer.name}`;
      if (dueMs === null) {
        if (meant.isAlwaysScheduled) violated(`${what} was started, and is a schedule`);
        return;
      }
      judged(truth, 'runs of a schedule');
      const lines = [...meant.schedules].flatMap((line) => lineOf(line) ?? []);
      // A raised generation runs the newest occurrence that there is, also of an earlier line.
      const ever = Array.from({ length: generation }, (_, index) => truth.meant.get(`${listedOf(order)}@${index + 1}`));
      const slots = ever.flatMap((it) => [...(it?.schedules ?? [])]).flatMap((line) => lineOf(line) ?? []);
      if (!slots.some((line) => slotAt(line, dueMs) === dueMs)) violated(`${what} is no slot of ${[...meant.schedules]}`);
      const { clock } = computer;
      const isOwn = meant.assigns.size === 1 && /^("all"|[0-9]+|"m[0-9]+")$/.test([...meant.assigns][0] ?? '');
      const isFirst = !truth.takenOver.has(machine) && !truth.cloned.has(machine) && !truth.left.has(machine);
      const others = truth.executions.filter(
        (it) => it !== execution && it.computer === computer.name && listedOf(it.order) === listedOf(order) && it.order !== order,
      );
      // What a clock that was ahead has made may be tried again, and once be asked for anew; nothing else comes before its time because of it.
      const isAgain = attempt > 1 || (generation > 1 && others.every((it) => it.generation !== generation));
      const isByOwn = isOwn && isFirst;
      const clockMs = isAgain || !isByOwn ? clock.highestMs() : Math.max(clock.now().wallMs, lookedMs.get(computer.name) ?? 0);
      const ahead = dueMs - clockMs;
      if (ahead > (isByOwn ? 0 : CLOCKS_DIFFER_MS)) violated(`${what} was started ${ahead} ms before its time`);
      for (const other of others) if (other.endedMs === null) violated(`${what} was started while ${claimName(other)} ran there`);
      // What was asked for anew may be old, and a clock that is set makes its own order.
      if (generation > 1 || attempt > 1 || clock.touched() > 0 || !isFirst || !isOwn) return;
      for (const other of others) {
        if (other.generation === generation && (dueOf(other.order) ?? 0) > dueMs)
          violated(`${what} was started after ${claimName(other)}`);
      }
      const newestMs = Math.min(...lines.map((line) => slotAt(line, lookedMs.get(computer.name) ?? 0)));
      if (dueMs < newestMs) violated(`${what} was started, and a newer one was due at ${new Date(newestMs).toISOString()}`);
    },
  };
}
