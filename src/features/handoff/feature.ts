// What hand-offs hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';

export const handoff = (world: World): Feature => ({
  name: 'handoff',
  handOff: async (...asked) => (await import('./operations/record.ts')).recordHandOff(world, ...asked),
  searchable: async (folder) => (await import('./operations/newest.ts')).searchableHandOffs(folder),
});
