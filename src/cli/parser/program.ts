// Every command's words and options: what is parsed, what --help says, and what completion and docs/cli.md are made from.
// What a command does is loaded when it is called.
import { Argument, Command } from 'commander';
import type { Run } from '../context.ts';
import { explainExitCodes } from '../exit-codes.ts';
import { addAgentSetupCommands } from './program-agent-setup.ts';
import { addAgentCommands } from './program-agents.ts';
import { addApiCommands } from './program-api.ts';
import { addBusCommands } from './program-bus.ts';
import { addDaemonCommands } from './program-daemon.ts';
import { addHandOffCommands } from './program-handoff.ts';
import { addInstanceCommands } from './program-instances.ts';
import { addLookCommands } from './program-look.ts';
import { addMachineCommands } from './program-machines.ts';
import { addMcpCommand } from './program-mcp.ts';
import { addMembershipCommands } from './program-membership.ts';
import { addMailCommands, addMessageCommands } from './program-messages.ts';
import { addOrderActCommands } from './program-order-acts.ts';
import { addOrderCommands } from './program-orders.ts';
import { addPeopleCommands } from './program-people.ts';
import { addPlanCommand } from './program-plan.ts';
import { addServiceCommands } from './program-service.ts';
import { addToolCommands } from './program-tools.ts';
import { addWorkspaceCommands } from './program-workspaces.ts';

/** Parsing calls `choose` with the command that was asked for; nothing is done before the caller does it. */
export function buildProgram(version: string, choose: (run: Run) => void): Command {
  const program = new Command('coord');
  program.exitOverride().configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'coord: ')) });
  program
    .description('Coordinate a fleet of computers with nothing but a git repository.')
    .version(version, '-V, --version')
    .option('--dir <folder>', 'the fleet folder (default: COORD_DIR, or found upwards from here)')
    .showHelpAfterError('(coord --help lists the commands)');

  const add = (words: string, text: string) => program.command(words).description(text);

  addMembershipCommands(program, choose);

  add('sync', 'Sync once: fetch, start and stop runs, report, push')
    .option('--wait', 'wait until what started here has ended and is reported')
    .option('--dry-run', 'show what it would do, and do nothing')
    .option('--json', 'what it saw and did, as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/look/sync.ts')).run(context, opts)));

  addDaemonCommands(program, choose);
  addInstanceCommands(program, choose);
  addApiCommands(program, choose);
  addMcpCommand(program, choose);
  addAgentSetupCommands(program, choose, addAgentCommands(program, choose));
  addWorkspaceCommands(program, choose);
  addToolCommands(program, choose);

  addMachineCommands(program, choose);
  addPeopleCommands(program, choose);

  addOrderCommands(program, choose);
  addPlanCommand(program, choose);
  addOrderActCommands(program, choose);

  add('doctor', 'Examine this computer, the fleet folder and the remote; pushes a probe and deletes it again')
    .option('--fix', 'fix what can be fixed automatically')
    .option('--verbose', 'also show checks that passed')
    .option('--json', 'the list of checks as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/machines/doctor.ts')).run(context, opts)));

  addServiceCommands(program, choose);

  program
    .command('completion')
    .description('Print the completion script of a shell; in bash and zsh: eval "$(coord completion bash)"')
    .addArgument(new Argument('<shell>', 'whose script').choices(['bash', 'zsh', 'fish']))
    .action((shell: string) =>
      choose(async (context) => (await import('../commands/look/completion.ts')).run(context, program, shell)),
    );
  program
    .command('__complete', { hidden: true })
    .addArgument(new Argument('<what>').choices(['orders', 'machines', 'instances']))
    .action((what: string) => choose(async (context) => (await import('../commands/look/completion.ts')).names(context, what)));

  addMessageCommands(program, choose);
  addHandOffCommands(program, choose);
  addBusCommands(program, choose);
  addMailCommands(program, choose);
  addLookCommands(program, choose);

  explainExitCodes(program);
  return program;
}
