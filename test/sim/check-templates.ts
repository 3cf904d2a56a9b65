// O20: judged by what ran. A machine goes on with the version that the runs say which it was shown or had itself, and else takes the one in force; and a
// step starts once those before it were completed.
import { claimName } from '../../src/core/model/orders/claim.ts';
import type { Computer } from './computer.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import { isTold, isToldCompleted, stepIn, stepRuns, toldOf, versionBegun, versionIn } from './template-runs.ts';
import { type Execution, judged, type Truth } from './truth.ts';
import { type Template, versionOf } from './versions.ts';

export interface TemplateChecks {
  onStart(computer: Computer, execution: Execution): void;
}

export function createTemplateChecks(truth: Truth, hub: SimHub): TemplateChecks {
  const violated = (text: string) => truth.violations.push({ clause: 'O20', text });
  return {
    onStart(computer, execution) {
      const version = versionIn(execution);
      if (version === undefined) return;
      judged(truth, 'steps of a template');
      const { order, generation, machine } = execution;
      const what = `${claimName(execution)} of version ${version} on ${computer.name}`;
      const { id, step } = stepIn(order);
      const others = stepRuns(truth, { id, generation }).filter((it) => it !== execution);
      dropLosers(truth, [execution, ...others.filter((it) => it.generation === generation)]);
      // What a lost disk knew, or a main that is gone, nobody else can know.
      if (truth.cloned.has(machine) || truth.takenOver.size > 0 || truth.rewritten) return;
      const told = (run: Execution) => toldOf(truth, hub, computer.shown, run);
      const isHere = (run: Execution) => run.computer === computer.name;
      const begun = versionBegun(
        truth,
        others.filter((run) => isHere(run) || isTold(run, told(run))),
      );
      if (begun === undefined) {
        judged(truth, 'orders that begin with a template');
        const mains = [computer.shown.get(MAIN), truth.pushedMain.get(computer.name)?.commit];
        const inForce = mains.map((main) => versionOf(truth, main).template?.v);
        if (!inForce.includes(version)) violated(`${what} was started, and ${inForce.join(', ')} was in force`);
      } else {
        judged(truth, 'steps after another of their order');
        if (begun !== version) violated(`${what} was started, and the order began with ${begun}`);
      }
      const { steps = [] } = truth.templates.get(version) ?? {};
      const at = steps.findIndex((it) => it.id === step);
      if (at < 0) return void violated(`${what} was started, and there is no such step`);
      for (const before of steps.slice(0, at).reverse()) {
        const ran = others.filter((it) => it.order === `${id}.${before.id}` && it.exitCode === 0);
        if (!ran.some((run) => isHere(run) || isToldCompleted(run, told(run))))
          violated(`${what} was started before ${before.id}, which comes first, was completed`);
        // O13, O8b: a step comes after the one before it, whose result stands. What another version completed says nothing of those before it here.
        else if (ran.every((run) => versionIn(run) !== version)) break;
      }
    },
  };
}

/** O20.4: they began at once with several versions. Runs of steps that one of a lower digest does not have are stopped, as those of no order. */
function dropLosers({ templates, removed }: Truth, runs: readonly Execution[]): void {
  const begun = [...new Set(runs.map(versionIn))].flatMap((version = '') => templates.get(version) ?? []);
  for (const run of begun.length < 2 ? [] : runs) {
    const { digest = '' } = templates.get(versionIn(run) ?? '') ?? {};
    const lacks = ({ steps }: Template) => steps.every(({ id }) => id !== stepIn(run.order).step);
    if (begun.some((other) => other.digest < digest && lacks(other))) removed.add(run.order);
  }
}
