// coord doctor

import { counted } from '../../../core/base/counted.ts';
import type { CheckResult, CheckState } from '../../../core/model/status/check-result.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { examine } from '../../../operations/doctor/doctor.ts';
import { type Context, fleetIfAny } from '../../context.ts';

const MARKS: Readonly<Record<CheckState, string>> = { ok: '✓', warning: '!', problem: '✗', skipped: '–' };

/** What needs somebody comes first. */
const RANKS: readonly CheckState[] = ['problem', 'warning', 'skipped', 'ok'];

interface Options {
  readonly fix?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const world = await context.world();
  const results = await context.busy('examining', examine(world, fleetIfAny(context), options.fix === true));
  if (options.json) context.out(JSON.stringify(results, null, 2));
  else show(context, results, options.verbose === true);
  return results.some(({ state }) => state === 'problem') ? EXIT.failed : EXIT.done;
}

function show(context: Context, results: readonly CheckResult[], verbose: boolean): void {
  const { green, yellow, red, dim } = context.paint;
  const paint = { ok: green, warning: yellow, problem: red, skipped: dim };
  const isShown = ({ state, did }: CheckResult) => verbose || state === 'problem' || state === 'warning' || did !== null;
  const shown = results.filter(isShown).toSorted((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state));
  for (const { state, title, found, fix, did } of shown) {
    context.out(`${paint[state](MARKS[state])} ${title} · ${visibleText(found)}`);
    if (did !== null) context.out(`    did: ${visibleText(did)}`);
    if (fix !== null) context.out(`    fix: ${visibleText(fix)}`);
  }
  const count = (wanted: CheckState) => results.filter(({ state }) => state === wanted).length;
  const hidden = results.length - shown.length;
  const more = hidden === 0 ? '' : ` · ${counted(hidden, 'other check')} passed: coord doctor --verbose`;
  context.out(`${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}${more}`);
}
