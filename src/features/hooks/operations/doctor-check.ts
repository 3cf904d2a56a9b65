// Checks the settings of the agents that are set up for this user: whether the node that they start coord with is there. No agent is started.
import { shellWord } from '../../../core/base/shell-word.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { SETUP_AGENTS } from '../documents/agent-setup/agents.ts';
import { namedNodes } from './gone-node.ts';

export const setupCheck = (world: World): CheckOf<CheckedPlace> => ({
  id: 'agent-setup',
  title: 'settings of agents',
  async look() {
    const all = SETUP_AGENTS.map((agent) => ({ agent, ...namedNodes(world, agent, false) })).filter(({ isSetUp }) => isSetUp);
    const bad = all.filter(({ gone }) => gone.length > 0);
    if (all.length === 0) return ok('none is set up here');
    if (bad.length === 0) return ok(`${all.map(({ agent }) => agent).join(', ')}: its settings name a node that is there`);
    const found = bad.flatMap(({ gone }) => gone).join(' · ');
    return warning(found, bad.map(({ agent }) => `coord agent setup ${shellWord(agent)}`).join(' && '));
  },
});
