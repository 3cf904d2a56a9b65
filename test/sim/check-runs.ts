// S1, S3, S4, O1, O8: judged by what really ran, where and when, and by what ever stood in ORDERS.json. coord's own words count
// for nothing here.
import { claimName } from '../../src/core/model/orders/claim.ts';
import type { StopReason } from '../../src/core/model/orders/run.ts';
import type { RunSpec } from '../../src/ports.ts';
import { laneOf } from './check-lanes.ts';
import { listedOf } from './slots.ts';
import { stepIn, versionIn } from './template-runs.ts';
import { type Execution, judged, type Meant, type Truth } from './truth.ts';

/** S4: two attempts of a shared order may overlap for about a second of the holder's clock. */
const OVERLAP_MS_MAX = 1_200;

export interface RunChecks {
  /** `shown`: the refs of its computer's last fetch. */
  onStart(execution: Execution, shown: ReadonlyMap<string, string>): void;
  onStop(computer: string, spec: RunSpec, reason: StopReason): void;
  /** What can only be said of whole histories. What still runs counts up to now. */
  atEnd(): void;
}

export function createRunChecks(truth: Truth, nameOf: (machine: number) => string | undefined, nowMs: () => number): RunChecks {
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  const isExcused = (one: Execution, other: Execution) => truth.cloned.has(one.machine) || truth.cloned.has(other.machine);
  /** A new folder took the number over: what the lost disk alone knew, it cannot know. */
  const isSuccessor = (one: Execution, other: Execution) => one.machine === other.machine && one.computer !== other.computer;
  const awakeMs = (computer: string, fromMs: number, toMs: number): number => {
    const slept = (truth.slept.get(computer) ?? []).map(([from, to]) => Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs)));
    return toMs - fromMs - slept.reduce((sum, ms) => sum + ms, 0);
  };
  const isMeantFor = (assign: string, machine: number): boolean => {
    const value = JSON.parse(assign) as unknown;
    if (isShared(assign) || value === 'all' || value === machine) return true;
    return typeof value === 'string' && value.toLowerCase() === nameOf(machine)?.toLowerCase();
  };
  /** O20.4: an order that began in a later generation goes on with that version, whose steps main may never have listed in this one. */
  const everMeant = (run: Pick<Execution, 'order' | 'generation' | 'given'>): Meant | undefined => {
    const known = truth.meant.get(`${listedOf(run.order)}@${run.generation}`);
    const { id, step } = stepIn(run.order);
    const begun = truth.templates.get(versionIn(run) ?? '')?.steps.find((it) => it.id === step);
    if (known !== undefined || begun === undefined) return known;
    const [, beside] = [...truth.meant].find(([key]) => key.startsWith(`${id}.`) && key.endsWith(`@${run.generation}`)) ?? [];
    return beside && { ...beside, attemptsMax: begun.attempts };
  };
  /** Of a template's step, what the versions of these runs ask for, and no others. */
  const meantBy = (...runs: readonly [Execution, ...Execution[]]): Meant | undefined => {
    const [{ order }] = runs;
    const meant = everMeant(runs[0]);
    const steps = runs.map((run) => {
      const { steps = [] } = truth.templates.get(versionIn(run) ?? '') ?? {};
      return steps.find(({ id }) => id === stepIn(order).step);
    });
    if (meant === undefined || steps.includes(undefined)) return meant;
    return { ...meant, assigns: new Set(steps.map((step) => JSON.stringify(step?.assign))) };
  };
  return {
    onStart(execution, shown) {
      const { order, generation, attempt, machine, computer } = execution;
      const what = `${order} ${generation}.${attempt} on ${computer}`;
      judged(truth, 'starts');
      const ever = everMeant(execution);
      const meantHere = meantBy(execution);
      if (ever === undefined || meantHere === undefined)
        return void violated('O1', `${what} was started, and nobody ever asked for it`);
      if (![...meantHere.assigns].some((assign) => isMeantFor(assign, machine)))
        violated('O1', `${what} was started, and is meant for ${[...meantHere.assigns]}`);
      // A claim's own terms count (O2), and so do those of a forged one (docs/security.md).
      if (attempt > ever.attemptsMax && !truth.forged.has(order))
        violated('S4', `${what}: only ${ever.attemptsMax} were asked for`);
      const earlier = truth.executions.filter((other) => other !== execution && other.order === order);
      for (const other of earlier) {
        if (isExcused(execution, other)) continue;
        const meant = meantBy(execution, other) ?? ever;
        const isSameRun = other.generation === generation && other.attempt === attempt;
        // Its lane was deleted and main rolled back: nobody but itself knows of it until it speaks again (docs/security.md).
        const isWiped = truth.rewritten && truth.lanesTouched.has(other.machine) && !shown.has(laneOf(other.machine));
        if (isSameRun && isSharedWork(meant) && !isWiped) violated('S1', `${what} was started before, on ${other.computer}`);
        if (isSuccessor(execution, other) && !isSharedWork(meant)) continue;
        if (isSameRun && !isSharedWork(meant) && (other.machine === machine || isOneMachines(meant)))
          violated('S3', `${what} was started before, on ${other.computer}`);
        if (other.computer === computer && other.endedMs === null)
          violated('O8', `${what} was started while ${other.generation}.${other.attempt} ran there`);
        const isAgain = other.generation === generation && other.attempt < attempt;
        const told = ({ machine: teller }: Execution) => truth.toldIn.get(shown.get(laneOf(teller)) ?? '');
        const isKnown = () => told(other)?.completed.has(claimName(other));
        if (isAgain && other.exitCode === 0 && (other.computer === computer || (isSharedWork(meant) && isKnown())))
          violated('S4', `${what} was started though attempt ${other.attempt} had succeeded`);
        const isHere = other.computer === computer;
        // Of an order for all, each machine has attempts of its own.
        const isOneWork = isHere || !meant.assigns.has('"all"');
        if (isAgain && other.endedMs !== null && isOneWork && (isHere || told(other)?.ended.has(claimName(other)))) {
          judged(truth, 'attempts after an end');
          // O15: only a person's word goes on after a question, unless an attempt was under way when it was asked: that one was judged.
          const isOvertaken = earlier.some(
            (it) => it.generation === generation && it.attempt > other.attempt && it.attempt < attempt,
          );
          if (other.asks && !isOvertaken && (isHere || told(other)?.asks.has(claimName(other))))
            violated('O15', `${what} was started though attempt ${other.attempt} ended with a question`);
        }
        // Nobody but a person ends what has no lease (O5): whoever it is shown to leaves it alone.
        if (
          wasShared(meant) &&
          isAgain &&
          other.endedMs === null &&
          !isHere &&
          !other.isLeased &&
          told(other)?.running.has(claimName(other))
        )
          violated('S4', `${what} was started beside attempt ${other.attempt} on ${other.computer}, which has no lease`);
        if (other.generation > generation && other.machine === machine)
          violated('O8', `${what} was started after generation ${other.generation}`);
      }
      const before = earlier.filter((other) => other.generation === generation && other.machine === machine);
      if (
        attempt > 1 &&
        ![...ever.assigns].some(isShared) &&
        !truth.cloned.has(machine) &&
        !truth.takenOver.has(machine) &&
        !truth.forged.has(order) &&
        !before.some((other) => other.attempt === attempt - 1)
      )
        violated('S4', `${what} was started, and attempt ${attempt - 1} never was`);
    },
    onStop(computer, { order: run, generation, attempt }, reason) {
      const order = listedOf(run);
      judged(truth, 'stops');
      const isRaised = (id: string) =>
        [...truth.meant.keys()].some((key) => {
          const at = key.lastIndexOf('@');
          return key.slice(0, at) === id && Number(key.slice(at + 1)) > generation;
        });
      const name = claimName({ order: run, generation, attempt });
      const isLeased = truth.executions.some((it) => it.computer === computer && claimName(it) === name && it.isLeased);
      // O8: what began without a claim ends for a claim of the same attempt.
      const stopped = { order: run, generation, attempt: isLeased ? attempt : attempt - 1 };
      const isSo = {
        // O20.4: raised, an order takes another version of its template, which may not have this step.
        removed: truth.removed.has(order) || isRaised(stepIn(order).id),
        cancelled: truth.cancelled.has(order),
        superseded: isRaised(order),
        takenOver: [...truth.claimed].some((name) => isLater(name, stopped)),
        left: truth.left.size > 0,
        halted: false,
      };
      if (!isSo[reason]) violated('D4', `${computer} stops ${order} ${generation} as ${reason}, and nobody asked for that`);
    },
    atEnd() {
      for (const [index, one] of truth.executions.entries()) {
        const meant = truth.meant.get(`${listedOf(one.order)}@${one.generation}`);
        if (meant === undefined || !wasShared(meant)) continue;
        for (const other of truth.executions.slice(index + 1)) {
          if (other.order !== one.order || other.generation !== one.generation || isExcused(one, other)) continue;
          if (truth.unclocked.has(one.computer) || one.attempt === other.attempt) continue;
          // A forged claim begins a later attempt beside one that lives (docs/security.md).
          if (truth.forged.has(one.order)) continue;
          // Before it was shared, or after: an attempt without a lease was judged as the next one began.
          if (!isSharedWork(meant) && !one.isLeased) continue;
          judged(truth, 'attempts beside each other');
          // O4: who sleeps is lost; past its lease it lives on for as long as its watchdog takes to look.
          const until = Math.min(one.endedMs ?? nowMs(), other.endedMs ?? nowMs());
          const overlapMs = until <= other.startedMs ? 0 : awakeMs(one.computer, other.startedMs, until);
          if (overlapMs > OVERLAP_MS_MAX)
            violated(
              'S4',
              `${one.order} ${one.generation}: attempts ${one.attempt} and ${other.attempt} overlap by ${overlapMs} ms`,
            );
        }
      }
    },
  };
}

function isLater(name: string, { order, generation, attempt }: Pick<Execution, 'order' | 'generation' | 'attempt'>): boolean {
  const before = `${order}/${generation}.`;
  return name.startsWith(before) && Number(name.slice(before.length)) > attempt;
}

/** The (id, generation) is one piece of work: at most one machine may start an attempt of it. */
function isOneMachines(meant: Meant): boolean {
  return isSharedWork(meant) || (meant.assigns.size === 1 && !meant.assigns.has('"all"'));
}

/** Some version asked for it as a shared order, and none for all: people edit `assign`. */
function wasShared(meant: Meant): boolean {
  return [...meant.assigns].some(isShared) && !meant.assigns.has('"all"');
}

function isSharedWork(meant: Meant): boolean {
  return meant.assigns.size > 0 && [...meant.assigns].every(isShared);
}

/** `any`, a list, tags: whoever claims it. */
export function isShared(assign: string): boolean {
  return assign === '"any"' || assign.startsWith('[') || assign.startsWith('{');
}
