// The commands of `coord agent` that look at agents: words and options only; what they do is in features/agents/commands/agent.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

/** Returns the group, for others that add to it. */
export function addAgentCommands(program: Command, choose: (run: Run) => void): Command {
  const load = () => import('../../features/agents/commands/agent.ts');
  const agent = program.command('agent').description('AI coding agents on this computer, for orders with "agent"');
  agent
    .command('detect')
    .description(
      'Find AI coding agents (claude, codex, gemini …): path, version, logged in or not; the board shows them after the next sync',
    )
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).detect(context, opts)));
  agent
    .command('list')
    .description('List the agents that were found, and when; does not search')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).list(context, opts)));
  program.command('__detect', { hidden: true }).action(() => choose(async (context) => (await load()).lookAgain(context)));
  return agent;
}
