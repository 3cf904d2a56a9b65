// What agents hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { lookAgainWhenDue } from './operations/agents.ts';
import { readFoundAgents } from './system/found-agents.ts';

export const agents = (world: World): Feature => ({
  name: 'agents',
  agents: () => readFoundAgents(world.home)?.agents ?? [],
  afterSync: (folder, { allows, waiting }) => lookAgainWhenDue(world, folder, allows, waiting),
});
