// O4a, O4b, O7: nothing starts before what it comes after was completed where its machine could see it, nor without the approval that
// it needs, nor once a person has said what became of it; and what those before it put out reaches it. Judged by what ran, and by
// what the last fetch showed.
import { claimName } from '../../src/core/model/orders/claim.ts';

import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import { listedOf } from './slots.ts';
import { isTold, isToldCompleted, stepRuns, toldOf, versionBegun } from './template-runs.ts';
import { count, type Execution, judged, type Truth } from './truth.ts';
import { assignIn, stepEntries, versionOf } from './versions.ts';

export interface HoldChecks {
  onStart(computer: Computer, execution: Execution): void;
}

export function createHoldChecks(truth: Truth, hub: SimHub): HoldChecks {
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  const isShownDone = (run: Execution, shown: ReadonlyMap<string, string>): boolean =>
    isToldCompleted(run, toldOf(truth, hub, shown, run));
  /** O13.4: to wait for an order that takes a template is to wait for all of its steps. */
  const stepsOf = (computer: Computer, entry: Entry): readonly Entry[] => {
    const known = stepRuns(truth, entry).filter(
      (run) => run.computer === computer.name || isTold(run, toldOf(truth, hub, computer.shown, run)),
    );
    const begun = truth.templates.get(versionBegun(truth, known) ?? '');
    const template = begun ?? versionOf(truth, computer.shown.get(MAIN)).template;
    return template === null ? [] : stepEntries(entry, template.steps);
  };
  const dependency = (computer: Computer, execution: Execution, id: string, entry: Entry | null | undefined) => {
    const what = `${claimName(execution)} on ${computer.name}`;
    if (entry === undefined) return void violated('O4a', `${what} was started, and ${id}, which comes first, is not listed`);
    if (entry === null) return void violated('O4a', `${what} was started, and ${id}, which comes first, cannot be read`);
    if (entry.use === undefined) return void completed(computer, execution, entry, id);
    const steps = stepsOf(computer, entry);
    if (steps.length === 0) violated('O4a', `${what} was started, and the template of ${id}, which comes first, cannot be read`);
    // O7: a chain puts out what its last step does.
    for (const step of steps) completed(computer, execution, step, step === steps.at(-1) ? id : null);
  };
  /** `as`: by this name its outputs are given; null = they are not. */
  const completed = (computer: Computer, execution: Execution, entry: Entry, as: string | null) => {
    const { id } = entry;
    const what = `${claimName(execution)} on ${computer.name}`;
    const { shown, number } = computer;
    const done = truth.executions.filter(
      (run) =>
        listedOf(run.order) === id &&
        run.generation >= entry.generation &&
        run.exitCode === 0 &&
        (run.machine === number || run.computer === computer.name || isShownDone(run, shown)),
    );
    const isResolved = entry.resolved?.generation === entry.generation && entry.resolved.as === 'completed';
    if (done.length === 0 && !isResolved) return void violated('O4a', `${what} was started before ${id} was completed`);
    judged(truth, 'runs after another order');
    if (as !== id) count(truth, 'steps that an order came after');
    if (as === null) return;
    const given = execution.given[`COORD_FROM_${as.toUpperCase()}_KEY`];
    const isForAll = [...(truth.meant.get(`${id}@${entry.generation}`)?.assigns ?? [])].includes('"all"');
    // Of one that a person called completed, what it had put out until then.
    if (given === undefined ? !isResolved && !isForAll : !isResolved && done.every(({ key }) => key !== given))
      violated('O7', `${what} was given ${given} of ${id}, which put out ${done.map(({ key }) => key).join(' or ')}`);
  };
  return {
    onStart(computer, execution) {
      const { order, generation, attempt, machine } = execution;
      // Who is copied knows what nobody else was shown.
      if (truth.cloned.has(machine)) return;
      const what = `${claimName(execution)} on ${computer.name}`;
      const version = versionOf(truth, computer.shown.get(MAIN));
      const { entries } = version;
      const entry = entries.get(listedOf(order));
      if (entry == null) return;
      const { resolved } = entry;
      if (resolved?.generation === generation && entry.generation === generation && assignIn(version, entry) !== 'all')
        violated('O4b', `${what} was started, and a person had said what became of it`);
      // What has started goes on, whatever becomes of what it waited for.
      if (attempt > 1 || entry.generation !== generation) return;
      if (!(truth.meant.get(`${listedOf(order)}@${generation}`)?.isFree ?? true))
        violated('O4a', `${what} was started, and nobody ever approved it`);
      // C4a: what it pushed itself since, it knows.
      const pushed = versionOf(truth, truth.pushedMain.get(computer.name)?.commit).entries.get(listedOf(order));
      if (entry.approval && !entry.approved && !pushed?.approved) violated('O4a', `${what} was started, and is not approved`);
      if (entry.approval) count(truth, 'runs that were approved');
      for (const id of new Set(entry.after ?? [])) dependency(computer, execution, id, entries.get(id));
    },
  };
}
