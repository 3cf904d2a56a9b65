// `coord order add`: an option for each thing that an order can say.
import { type CommandDescriptor, type OptionValue, PRIORITIES, RESULT_AS_JSON } from '../../command.ts';
import { EDITS } from '../../exit-codes.ts';

const LIST: OptionValue = { is: 'list', default: [] };
const REPEATED: OptionValue = { is: 'repeated', default: [] };

export const orderAdd: CommandDescriptor = {
  words: 'order add <id> [command...]',
  summary: 'Place an order',
  example: 'coord order add build --for 2 -- npm run build',
  options: [
    ['--for <machine>', 'a number, a name, all, any (the default), or several in order of preference: 2,mac'],
    ['--tags <tags>', 'for any machine that has all of these', LIST],
    ['--tool <tool>', 'for any machine that has this tool'],
    ['--type <type>', 'the kind of work; without --for, --tags and --tool it goes where routing in fleet.yaml says'],
    ['--title <text>', 'for people'],
    ['--cwd <folder>', 'where it runs (default: the home folder)'],
    ['--env <NAME=value>', 'a variable; may be given again', REPEATED],
    ['--timeout <duration>', 'such as 90s or 2h (default: 1h)'],
    ['--attempts <count>', 'tries in all', { is: [1, 100] }],
    ['--check <command>', 'a command that must pass for COMPLETED'],
    ['--priority <level>', 'what starts first', { choices: PRIORITIES }],
    ['--after <ids>', 'orders that must be COMPLETED first: build,test', LIST],
    ['--step <line>', 'a step of a chain, in place of a command: "3: echo hi"; may be given again', REPEATED],
    ['--call <instance>', 'a request to this local program there, in place of a command; with --path'],
    ['--specialty <word>', 'the same, to any local program that has this specialty'],
    ['--path <path>', 'of the request, such as /api/build'],
    ['--method <method>', 'of the request (default: GET, with a body POST)'],
    ['--header <header>', 'of the request: "Name: value"; may be given again', REPEATED],
    ['--body <json>', 'of the request; - reads standard input'],
    ['--expect <statuses>', 'what counts as success (default: 200 to 299)', LIST],
    ['--spec <path>', 'the document that says what is wanted, such as specs/login.md'],
    ['--agent <name>', 'an AI agent does it, in place of a command, such as claude; with --prompt'],
    ['--prompt <text>', 'what the agent is asked to do; - reads standard input'],
    ['--model <model>', 'the model that the agent uses'],
    ['--budget <dollars>', 'what one run of the agent may cost at most'],
    ['--max-turns <count>', 'turns that the agent may take at most'],
    ['--allowed-tool <tool>', 'a tool that the agent may use without asking; may be given again', REPEATED],
    ['--silence <duration>', 'an agent that says nothing for so long is ended (default: 10m)'],
    ['--repo <address>', 'it works in a fresh checkout of this git repo; what it changes is pushed as a branch of its own'],
    ['--branch <branch>', 'of --repo, where the work begins (default: its default branch)'],
    ['--expect-changes', 'with --repo: a run that changed nothing FAILED'],
    ['--approval', 'it waits until a person says: coord approve <id>'],
    ['--wake', 'wake the machine that is to do it, if it sleeps and its owner allows that'],
    ['--schedule <line>', 'run repeatedly: minute, hour, day, month, weekday, such as "0 3 * * *"'],
    ['--timezone <zone>', 'of the schedule, such as Europe/Berlin (default: UTC)'],
    ['--overlap <what>', 'if an earlier one still runs: leave it out, or wait', { choices: ['skip', 'queue'] }],
    RESULT_AS_JSON,
  ],
  completes: { id: 'nothing', '--check': 'nothing', '--after': 'orders', '--path': 'nothing' },
  exitCodes: EDITS,
  run: async (context, id, command, options) => (await import('./order-add.ts')).run(context, id, command, options),
};
