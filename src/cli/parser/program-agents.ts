// The commands of `coord agent` that look at agents: words and options only; what they do is in commands/agent.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

/** Returns the group, for others that add to it. */
export function addAgentCommands(program: Command, choose: (run: Run) => void): Command {
  const load = () => import('../../features/agents/commands/agent.ts');
  const agent = program
    .command('agent')
    .description('AI coding agents of this computer: which there are, for orders with "agent"');
  agent
    .command('detect')
    .description(
      'Look for AI coding agents (claude, codex, gemini …): where, of which version, logged in or not; the board names them from the next sync on',
    )
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).detect(context, opts)));
  agent
    .command('list')
    .description('The agents that were found, and when; looks for nothing')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).list(context, opts)));
  program.command('__detect', { hidden: true }).action(() => choose(async (context) => (await load()).lookAgain(context)));
  return agent;
}
