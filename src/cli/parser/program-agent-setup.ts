// The inbox in an agent's context: words and options only; what they do is in commands/.
import { Argument, type Command } from 'commander';
import { SETUP_AGENTS } from '../../features/hooks/documents/agent-setup/agents.ts';
import { HOOK_AGENTS } from '../../features/hooks/documents/hook-dialects.ts';
import type { Run } from '../context.ts';

/** `group`: the commands of `coord agent`, where there are more of them. */
export function addAgentSetupCommands(program: Command, choose: (run: Run) => void, group?: Command): void {
  const agent = group ?? program.command('agent').description('AI coding agents that work on this computer');
  agent
    .command('setup')
    .description(
      'Let an agent see the messages for this machine: sets up hooks, a short note in its instructions, and its MCP entry',
    )
    .addArgument(new Argument('<agent>', 'whose settings').choices(SETUP_AGENTS))
    .option('--project', 'only in the folder where you are, instead of for all your projects')
    .option('--check', 'show what is set up, and whether the agent ever called')
    .option('--remove', 'remove what coord has put there, and nothing else')
    .option('--print', 'show the change, and do nothing')
    .action((name, opts) =>
      choose(async (context) =>
        (await import('../../features/hooks/commands/agent-setup.ts')).run(context, name, opts, hasMcp(program)),
      ),
    );

  // Answered before any word is parsed (quick-words.ts).
  program
    .command('hook <agent>')
    .description(`Called by ${HOOK_AGENTS.join(', ')} at their events: prints unread messages as data, always with exit code 0`)
    .action(() => {});
}

function hasMcp(program: Command): boolean {
  return program.commands.some((command) => command.name() === 'mcp');
}
