// What this computer says that it has: AI agents that were asked and answered (O15), and programs that its owner has named.
import { isAgentName } from '../../core/model/orders/agent.ts';
import { toolsFound } from '../../features/agents/system/found-agents.ts';
import { namedTools } from '../fleet/computer.ts';
import { findProgram } from '../process/find-program.ts';

/** `path`: where its runs look for programs. A program is looked for by its name and never started. */
export function toolsHere(home: string, path: string): readonly string[] {
  const named = namedTools(home).filter((name) => !isAgentName(name) && findProgram(name, path) !== null);
  return [...toolsFound(home), ...named];
}
