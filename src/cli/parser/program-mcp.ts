// `coord mcp`: words only; what it does is in cli/commands/service/mcp.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addMcpCommand(program: Command, choose: (run: Run) => void): void {
  program
    .command('mcp')
    .description(
      'Run the MCP server for AI agents: an agent starts it and talks to it over standard input and output; see docs/mcp.md',
    )
    .action(() => choose(async (context) => (await import('../commands/service/mcp.ts')).run(context)));
}
