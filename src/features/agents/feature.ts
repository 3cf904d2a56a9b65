// What agents hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { knownAgents, lookAgainWhenDue } from './operations/agents.ts';

export const agents = (world: World): Feature => ({
  name: 'agents',
  agents: {
    found: () => knownAgents(world)?.agents ?? [],
    detect: async (...asked) => (await import('./adapters/detect.ts')).detectAgents(...asked),
    ask: async (question) => (await import('./adapters/ask-agent.ts')).askAgent(world.caller[1] ?? '', question),
  },
  afterSync: (folder, { allows, waiting }) => lookAgainWhenDue(world, folder, allows, waiting),
});
