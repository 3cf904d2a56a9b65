// Every command's words and options: what is parsed, what --help says, and what completion and docs/cli.md are made from.
// What a command does is loaded when it is called.
import { Argument, Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { explainExitCodes } from '../exit-codes.ts';
import { listOf, wholeNumber } from '../input/option-values.ts';
import { addAgentSetupCommands } from './program-agent-setup.ts';
import { addAgentCommands } from './program-agents.ts';
import { addApiCommands } from './program-api.ts';
import { addDaemonCommands } from './program-daemon.ts';
import { addInstanceCommands } from './program-instances.ts';
import { addMcpCommand } from './program-mcp.ts';
import { addMessageCommands } from './program-messages.ts';
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

  for (const [verb, text] of [
    ['init', 'Set up a fleet in a repo, with this computer as its first machine; joins if the repo has a fleet'],
    ['join', 'Add this computer to a fleet'],
  ] as const) {
    const command = add(`${verb} ${verb === 'init' ? '[url]' : '<url>'} [folder]`, text)
      .option('--name <name>', 'what people call this machine (default: the host name)')
      .addOption(new Option('--tags <tags>', 'what this machine is good for: gpu,linux (default: none)').argParser(listOf))
      .option('--slots <count>', 'runs at once (default: 1)', wholeNumber(1, 1000))
      .option('--again', 'add it once more, although this computer is in this fleet already')
      .option('--json', 'the result as JSON')
      .action((url: string | undefined, folder: string | undefined, opts) =>
        choose(async (context) =>
          (await import('../commands/machines/join.ts')).run(context, verb, url ?? null, folder ?? null, opts),
        ),
      );
    if (verb === 'join')
      command.option('--as <number>', 'be this machine again in a new folder: takes over its results', wholeNumber(1, 9999));
  }

  add('leave', 'Leave the fleet: start nothing new, wait for runs to end, and report them')
    .option('--stop', 'stop what runs here instead of waiting for it')
    .option('--purge', 'then remove what coord keeps in and about this folder')
    .action((opts) => choose(async (context) => (await import('../commands/machines/leave.ts')).run(context, opts)));

  add('adopt', 'Keep this folder as the machine when another folder writes as it: takes over what that one wrote').action(() =>
    choose(async (context) => (await import('../commands/machines/adopt.ts')).run(context)),
  );

  for (const [verb, text] of [
    [
      'allow',
      'Allow orders something on this computer: shell, call, agent, folder <path>, repo <address>, env <name>, tool <agent: tool>, wake; or AI agents: mcp send, mcp orders; without arguments, show what is allowed',
    ],
    ['deny', 'Take back what was allowed'],
  ] as const) {
    add(`${verb} ${verb === 'allow' ? '[what] [value]' : '<what> [value]'}`, text).action(
      (what: string | undefined, value: string | undefined) =>
        choose(async (context) =>
          (await import('../commands/machines/policy.ts')).run(context, verb, what ?? null, value ?? null),
        ),
    );
  }

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

  add('status', 'Show the fleet as of the last sync; reads local files')
    .option('--json', 'as JSON: the shape of STATUS.json with self, sync and alerts')
    .option('--watch', 'keep showing what changes, until q or Ctrl-C; still only what the last sync left')
    .action((opts) => choose(async (context) => (await import('../commands/look/status.ts')).run(context, opts)));

  add('top', 'Show the fleet live on the whole terminal: what runs and waits, with keys to look closer and to act').action(() =>
    choose(async (context) => (await import('../commands/look/top.ts')).run(context)),
  );

  const machines = add('machines', 'List the machines of the fleet, also those that left')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/machines/machines.ts')).run(context, opts)));
  machines
    .command('remove <machine>')
    .description('Remove a machine that is gone for good; its results stay on the board')
    .action((machine: string) =>
      choose(async (context) => (await import('../commands/machines/machines-remove.ts')).run(context, machine)),
    );

  add('wake <machine>', 'Wake a sleeping machine, from here or through another one in its network; see coord allow wake')
    .option('--json', 'as JSON')
    .action((machine: string, opts) =>
      choose(async (context) => (await import('../../features/wake/commands/wake.ts')).run(context, machine, opts)),
    );

  add('rename <name>', 'Give this machine another name').action((name: string) =>
    choose(async (context) => (await import('../commands/machines/rename.ts')).run(context, name)),
  );

  for (const [verb, text] of [
    ['pause', 'Start and claim nothing new on this machine, on another one, or in the whole fleet; what runs goes on'],
    ['resume', 'End a pause: of this machine, or one in fleet.yaml of another machine or of the fleet'],
  ] as const) {
    const command = add(`${verb} [machine]`, text).option('--fleet', 'all machines');
    if (verb === 'pause')
      command.option('--for <duration>', 'such as 30m or 2h (default: until resumed)').option('--note <text>', 'why, for people');
    command.action((machine: string | undefined, opts) =>
      choose(async (context) => (await import('../commands/machines/pause.ts'))[verb](context, machine ?? null, opts)),
    );
  }

  addPeopleCommands(program, choose);

  addOrderCommands(program, choose);
  addPlanCommand(program, choose);

  add('approve <id>', 'Approve an order that waits for a person').action((id: string) =>
    choose(async (context) => (await import('../commands/orders/approve-resolve.ts')).approve(context, id)),
  );
  add('cancel <id>', 'Stop an order, or keep it from starting').action((id: string) =>
    choose(async (context) => (await import('../commands/orders/order-change.ts')).cancel(context, id)),
  );
  add(
    'answer [id] [answer...]',
    'Answer the question of an order, so that its agent goes on; without arguments, list open questions',
  )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nAn answer of - is read from standard input.')
    .action((id: string | undefined, answer: string[], opts) =>
      choose(async (context) => (await import('../commands/orders/answer.ts')).run(context, id ?? null, answer, opts)),
    );
  add('retry <id>', 'Run a finished order again')
    .option('--edit', 'change its entry first, in your editor (VISUAL, EDITOR)')
    .option('--resume [words]', 'its agent goes on in its earlier session, with these words')
    .action((id: string, opts) =>
      choose(async (context) => (await import('../commands/orders/order-change.ts')).retry(context, id, opts)),
    );

  add('run <machine> <command...>', 'Run a command there, wait, and exit with its code: coord run 2 ls -la')
    .option('--cwd <folder>', 'where it runs (default: the home folder)')
    .option('--timeout <duration>', 'of the run (default: 1h)')
    .option('--wait-timeout <duration>', 'give up waiting after this; the order stays')
    .action((machine: string, command: string[], opts) =>
      choose(async (context) => (await import('../commands/orders/run.ts')).run(context, machine, command, opts)),
    );

  add('wait <id>', 'Wait until an order has ended; exits 0 only if it completed')
    .option('--timeout <duration>', 'give up after this, with exit code 124')
    .action((id: string, opts) => choose(async (context) => (await import('../commands/orders/wait.ts')).run(context, id, opts)));

  add('logs <id>', 'Show the output of an order: the full log if it ran here, else the reported tail')
    .option('-f, --follow', 'keep printing until the run has ended')
    .action((id: string, opts) => choose(async (context) => (await import('../commands/orders/logs.ts')).run(context, id, opts)));

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

  add('inbox', 'List unread messages for this machine; reads local files')
    .option('--take', 'mark them as read, and tell the senders')
    .option('--all', 'also those that were read')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/messages/inbox.ts')).run(context, opts)));

  add('sent', 'List messages sent from this machine, and who has read them')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/orders/sent.ts')).run(context, opts)));

  add('timeline', 'Show what happened in the fleet, newest last: orders, runs, messages, machines; as of the last sync')
    .option('--order <id>', 'of one order only')
    .option('--machine <machine>', 'of one machine only, by number or name')
    .option('--since <time>', 'a length of time such as 2h, or a time in UTC such as 2026-11-20')
    .addOption(new Option('--limit <count>', 'how many, the newest ones').argParser(wholeNumber(1, 100_000)).default(50))
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/look/timeline.ts')).run(context, opts)));

  add('stats', 'Summarise the results by machine and by type: success, times, waits, retries, losses; as of the last sync')
    .option('--since <time>', 'a length of time such as 30d, or a time in UTC such as 2026-11-20')
    .option('--machine <machine>', 'of one machine only, by number or name')
    .option('--type <type>', 'of one type of orders only')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/look/stats.ts')).run(context, opts)));

  add('demo', 'Try coord on this one computer: three machines, an embedded hub, real orders')
    .option('--keep <folder>', 'where to play (default: a new folder below the temporary one)')
    .action((opts) => choose(async (context) => (await import('../commands/look/demo.ts')).run(context, opts)));

  explainExitCodes(program);
  return program;
}
