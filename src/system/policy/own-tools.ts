// Lists the tools that this computer offers: AI agents that were asked and answered (O15), and executables that its owner has named.
import { type FoundAgent, isAgentName } from '../../core/model/orders/agent.ts';
import { namedTools } from '../fleet/computer.ts';
import { findExecutable } from '../process/find-executable.ts';

/** `found`: agents that were looked for. `path`: where its runs look for programs. A program is looked for by its name and never started. */
export function toolsHere(home: string, path: string, found: readonly FoundAgent[]): readonly string[] {
  const answering = found.filter(({ problem }) => problem === null).map(({ name }) => name);
  const named = namedTools(home).filter((name) => !isAgentName(name) && findExecutable(name, path) !== null);
  return [...new Set([...answering, ...named])];
}
