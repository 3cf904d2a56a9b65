// What agents hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { lookAgainWhenDue } from './operations/agents.ts';

export const agents = (world: World): Feature => ({
  name: 'agents',
  afterSync: (folder, { allows, waiting }) => lookAgainWhenDue(world, folder, allows, waiting),
});
