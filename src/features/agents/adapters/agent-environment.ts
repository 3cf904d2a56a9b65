// The environment of an agent: that of its run (O7), without what is for the order's check alone and without coord's own words to
// itself. COORD_ORDER stays, so that hooks of coord within it keep silent.
import { delimiter, dirname } from 'node:path';
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { CALL } from '../../../core/model/orders/call.ts';

/** What is put out for other orders is told by coord, from the agent's own result. */
const OWN = [CALL, 'COORD_OUTPUT'];

export function agentEnvironment(
  { withheld, program }: Pick<AgentRequest, 'withheld' | 'program'>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const passed = Object.entries(env).filter(([name]) => !withheld.includes(name) && !OWN.includes(name));
  // Agents from npm are scripts that ask for node.
  const path = [env.PATH ?? '', dirname(program), dirname(process.execPath)].filter((folder) => folder !== '').join(delimiter);
  return { ...Object.fromEntries(passed), PATH: path };
}
