// The commands of `coord order`: words and options only; what they do is in commands/.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { collect, listOf, wholeNumber } from '../input/option-values.ts';

export function addOrderCommands(program: Command, choose: (run: Run) => void): void {
  const order = program.command('order').description('Place, show, change and remove orders');
  addOrderAdd(order, choose);
  order
    .command('list')
    .description('List all orders and their states')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/orders/order-list.ts')).run(context, opts)));
  order
    .command('show <id>')
    .description('Show all that is known of one order')
    .option('--json', 'as JSON')
    .action((id: string, opts) =>
      choose(async (context) => (await import('../commands/orders/order-show.ts')).run(context, id, opts)),
    );
  order
    .command('set <id>')
    .description('Change an order that has not ended: coord order set build --priority urgent')
    .addOption(new Option('--priority <level>', 'what starts first').choices(['low', 'normal', 'high', 'urgent']))
    .option('--title <text>', 'for people')
    .option('--timeout <duration>', 'such as 90s or 2h; counts for runs that start after it')
    .option('--attempts <count>', 'tries in all', wholeNumber(1, 100))
    .action((id: string, opts) =>
      choose(async (context) => (await import('../commands/orders/order-change.ts')).set(context, id, opts)),
    );
  order
    .command('remove <id>')
    .description('Remove an order from ORDERS.json, and stop it where it runs')
    .action((id: string) => choose(async (context) => (await import('../commands/orders/order-change.ts')).remove(context, id)));

  order
    .command('resolve <id>')
    .description('Settle an order that was lost with its machine; it does not run again')
    .option('--completed', 'it did its work: orders after it can start')
    .option('--failed', 'it did not')
    .option('--note <text>', 'how you know, for people')
    .action((id: string, opts) =>
      choose(async (context) => (await import('../commands/orders/approve-resolve.ts')).resolve(context, id, opts)),
    );
}

function addOrderAdd(order: Command, choose: (run: Run) => void): void {
  order
    .command('add <id> [command...]')
    .description('Place an order: coord order add build --for 2 -- npm run build')
    .option('--for <machine>', 'a number, a name, all, any (the default), or several in order of preference: 2,mac')
    .addOption(new Option('--tags <tags>', 'for any machine that has all of these').argParser(listOf).default([], 'none'))
    .option('--tool <tool>', 'for any machine that has this tool')
    .option('--type <type>', 'the kind of work; without --for, --tags and --tool it goes where routing in fleet.yaml says')
    .option('--title <text>', 'for people')
    .option('--cwd <folder>', 'where it runs (default: the home folder)')
    .addOption(new Option('--env <NAME=value>', 'a variable; may be given again').argParser(collect).default([], 'none'))
    .option('--timeout <duration>', 'such as 90s or 2h (default: 1h)')
    .option('--attempts <count>', 'tries in all', wholeNumber(1, 100))
    .option('--check <command>', 'a command that must pass for COMPLETED')
    .addOption(new Option('--priority <level>', 'what starts first').choices(['low', 'normal', 'high', 'urgent']))
    .addOption(
      new Option('--after <ids>', 'orders that must be COMPLETED first: build,test').argParser(listOf).default([], 'none'),
    )
    .addOption(
      new Option('--step <line>', 'a step of a chain, in place of a command: "3: echo hi"; may be given again')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--call <instance>', 'a request to this local program there, in place of a command; with --path')
    .option('--specialty <word>', 'the same, to any local program that has this specialty')
    .option('--path <path>', 'of the request, such as /api/build')
    .option('--method <method>', 'of the request (default: GET, with a body POST)')
    .addOption(
      new Option('--header <header>', 'of the request: "Name: value"; may be given again').argParser(collect).default([], 'none'),
    )
    .option('--body <json>', 'of the request; - reads standard input')
    .addOption(
      new Option('--expect <statuses>', 'what counts as success (default: 200 to 299)').argParser(listOf).default([], 'none'),
    )
    .option('--spec <path>', 'the document that says what is wanted, such as specs/login.md')
    .option('--agent <name>', 'an AI agent does it, in place of a command, such as claude; with --prompt')
    .option('--prompt <text>', 'what the agent is asked to do; - reads standard input')
    .option('--model <model>', 'the model that the agent uses')
    .option('--budget <dollars>', 'what one run of the agent may cost at most')
    .option('--max-turns <count>', 'turns that the agent may take at most')
    .addOption(
      new Option('--allowed-tool <tool>', 'a tool that the agent may use without asking; may be given again')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--silence <duration>', 'an agent that says nothing for so long is ended (default: 10m)')
    .option('--repo <address>', 'it works in a fresh checkout of this git repo; what it changes is pushed as a branch of its own')
    .option('--branch <branch>', 'of --repo, where the work begins (default: its default branch)')
    .option('--expect-changes', 'with --repo: a run that changed nothing FAILED')
    .option('--approval', 'it waits until a person says: coord approve <id>')
    .option('--wake', 'wake the machine that is to do it, if it sleeps and its owner allows that')
    .option('--schedule <line>', 'run repeatedly: minute, hour, day, month, weekday, such as "0 3 * * *"')
    .option('--timezone <zone>', 'of the schedule, such as Europe/Berlin (default: UTC)')
    .addOption(new Option('--overlap <what>', 'if an earlier one still runs: leave it out, or wait').choices(['skip', 'queue']))
    .option('--json', 'the result as JSON')
    .action((id: string, command: string[], opts) =>
      choose(async (context) => (await import('../commands/orders/order-add.ts')).run(context, id, command, opts)),
    );
}
