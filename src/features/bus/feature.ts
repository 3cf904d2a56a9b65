// What the bus hands in.
import { shellWord } from '../../core/base/shell-word.ts';
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { createProgramBoxes } from './operations/program-boxes.ts';

export const bus = (world: World): Feature => ({
  name: 'bus',
  checks: async () => [(await import('./operations/doctor-check.ts')).busCheck],
  boxes: (folder, machine) => createProgramBoxes(folder, machine, () => world.clock.now().wallMs),
  send: async (...asked) => (await import('./operations/send-to.ts')).sendTo(world, ...asked),
  async keeps(folder) {
    const boxes = await (await import('./operations/bus.ts')).boxesHere(folder);
    const bad = boxes.find(({ trouble }) => trouble !== null);
    if (bad !== undefined) return { why: `the box of ${bad.program} cannot be looked into: ${bad.trouble}`, hint: 'coord bus' };
    const full = boxes.find(({ waiting, handed }) => waiting + handed > 0);
    if (full === undefined) return null;
    return { why: `messages wait in the box of ${full.program}`, hint: `coord bus take ${shellWord(full.program)}` };
  },
});
