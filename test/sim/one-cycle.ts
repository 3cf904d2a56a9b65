// A sync whose process ends after its first cycle, whatever it had to do.
import { runCycle } from '../../src/machine/cycle.ts';
import type { runCycles } from '../../src/machine/sync-cycles.ts';

export const oneCycle: typeof runCycles = async (machine, options, { onCycle }) => {
  const outcome = await runCycle(machine, options);
  onCycle(outcome);
  return outcome;
};
