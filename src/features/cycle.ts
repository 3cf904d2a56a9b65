// The one list of what features add to the pure part of a cycle. Pure.
import type { CycleRules } from '../core/cycle/cycle-rules.ts';
import { handOffRules } from './handoff/rules/hand-offs.ts';
import { hubRules } from './hub/rules/hub-says.ts';
import { trustRules } from './trust/rules/trust-says.ts';
import { wakeRules } from './wake/rules/wake.ts';

export const CYCLE_RULES: readonly CycleRules[] = [handOffRules, wakeRules, hubRules, trustRules];

/** What all of them say by one rule, as one. */
export function together<T extends object>(say: (rules: CycleRules) => T | undefined): Partial<T> {
  return Object.assign({}, ...CYCLE_RULES.map(say));
}
