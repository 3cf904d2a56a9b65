// The commands that make this computer a machine of a fleet, end that, and say what runs on it.
import { WORK_KINDS } from '../../../features/rules.ts';
import { AS_JSON, type CommandDescriptor, type CommandOption, RESULT_AS_JSON } from '../../command.ts';
import { DONE, type ExitCode, FAILED, NO_FLEET, UNREACHABLE, USAGE } from '../../exit-codes.ts';

const JOINS: readonly CommandOption[] = [
  ['--name <name>', 'what people call this machine (default: the host name)'],
  ['--tags <tags>', 'what this machine is good for: gpu,linux (default: none)', { is: 'list' }],
  ['--slots <count>', 'runs at once (default: 1)', { is: [1, 1000] }],
];
const AGAIN = 'join again as a new machine, though this computer is in the fleet already';
const FOLDER = 'the fleet folder (default: one here that is called as the repo';
const REFUSED: ExitCode = ['5', 'refused: by the host, or because of the folder'];

export const init: CommandDescriptor = {
  words: 'init [url] [folder]',
  summary: 'Set up a fleet in a repo; this computer is its first machine',
  details: 'It joins the fleet that the repo has, if there is one. An empty repo gets a README.md that links to the board',
  arguments: {
    url: { summary: 'the git repo; without one, coord makes a repo in the folder itself, which no other computer reaches' },
    folder: { summary: `${FOLDER}; without a url, this one)` },
  },
  options: [...JOINS, ['--again', AGAIN], RESULT_AS_JSON, ['--no-readme', 'leave out that README.md']],
  exitCodes: [DONE, FAILED, USAGE, UNREACHABLE, REFUSED],
  run: async (context, url, folder, options) =>
    (await import('./join.ts')).run(context, 'init', url ?? null, folder ?? null, options),
};

export const join: CommandDescriptor = {
  words: 'join <url> [folder]',
  summary: 'Add this computer to a fleet',
  details:
    'Instead of the URL you can give the line from coord invite. With -, coord asks for it or reads it from standard input',
  arguments: { url: { summary: 'the git repo of the fleet' }, folder: { summary: `${FOLDER})` } },
  options: [
    ...JOINS,
    ['--again', `${AGAIN}; with --as: take over that number even if the machine was heard from recently`],
    RESULT_AS_JSON,
    ['--trust <fingerprint>', 'fingerprint of a root key (SHA256:…); this machine then runs only signed orders'],
    ['--as <number>', 'be this machine again in a new folder: takes over its results', { is: [1, 9999] }],
  ],
  exitCodes: [DONE, FAILED, USAGE, ['3', 'there is no fleet in that repo'], UNREACHABLE, REFUSED],
  run: async (context, url, folder, options) => (await import('./join.ts')).run(context, 'join', url, folder ?? null, options),
};

export const leave: CommandDescriptor = {
  words: 'leave',
  summary: 'Leave the fleet',
  details: 'It starts nothing new, waits for runs to end, and reports them',
  options: [
    ['--stop', 'stop what runs here instead of waiting for it'],
    ['--purge', 'then remove the files that coord keeps in this folder and for it, and those of its runs in the repo'],
    RESULT_AS_JSON,
  ],
  exitCodes: [
    ['0', 'left; with --purge also removed'],
    ['1', 'not left, or not purged: something would be lost, and the message names it'],
    USAGE,
    NO_FLEET,
    ['4', 'leaving, and the remote does not know yet: coord sync finishes it'],
    [
      '5',
      'refused: another folder writes as this machine, or this folder has the repo of the fleet or coord’s own files of all fleets',
    ],
  ],
  run: async (context, options) => (await import('./leave.ts')).run(context, options),
};

export const adopt: CommandDescriptor = {
  words: 'adopt',
  summary: 'Keep this folder as the machine when another uses its number',
  details: 'It takes over what the other one wrote',
  exitCodes: [
    ['0', 'adopted and synced, or there was nothing to adopt'],
    FAILED,
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'refused: what the other folder wrote cannot be read, or it pushed first'],
  ],
  run: async (context) => (await import('./membership.ts')).adoptFolder(context),
};

export const use: CommandDescriptor = {
  words: 'use [fleet]',
  summary: 'Make a fleet the default of this computer, or list its fleets',
  details: 'Commands outside a fleet folder use this fleet. With only one fleet you need no default',
  options: [['--none', 'clear the default'], AS_JSON],
  exitCodes: [DONE, FAILED, USAGE, ['3', 'this computer has no such fleet']],
  run: async (context, fleet, options) => (await import('./use.ts')).run(context, fleet ?? null, options),
};

const POLICY = {
  exitCodes: [DONE, USAGE, NO_FLEET, ['5', 'refused: the policy file cannot be read']],
  completes: { what: [...WORK_KINDS, 'folder', 'env', 'tool', 'artifacts', 'wake', 'mcp'], value: 'folders' },
} as const;

/** `all`: every command; one of them may run after a kind of work was allowed. */
export const allowing = (all: () => readonly CommandDescriptor[]): readonly CommandDescriptor[] => [
  {
    words: 'allow [what] [value]',
    summary: 'Allow orders something here, or show what is allowed',
    details:
      'Orders: shell, call, agent, folder <path>, repo <address>, env <name>, tool <agent: tool>, artifacts, wake; AI agents: mcp send, orders, cancel, retry, approve, answer',
    ...POLICY,
    run: async (context, what, value) => (await import('./policy.ts')).run(context, all(), 'allow', what ?? null, value ?? null),
  },
  {
    words: 'deny <what> [value]',
    summary: 'Take back what was allowed',
    ...POLICY,
    exitCodes: [DONE, ['1', 'a wider rule still allows it, and the message names it'], ...POLICY.exitCodes.slice(1)],
    run: async (context, what, value) => (await import('./policy.ts')).run(context, all(), 'deny', what, value ?? null),
  },
];

export const tool: readonly CommandDescriptor[] = [
  {
    words: 'tool',
    summary: 'Executables here that orders can ask for by name',
    details: 'Such as coord order add x --tool docker -- …',
  },
  {
    words: 'tool add <programs...>',
    summary: 'Offer them to orders: coord tool add docker ffmpeg; each counts while it is on the PATH',
    run: async (context, names) => (await import('./tool.ts')).change(context, names, true),
  },
  {
    words: 'tool remove <programs...>',
    summary: 'Stop offering them',
    run: async (context, names) => (await import('./tool.ts')).change(context, names, false),
  },
  {
    words: 'tool list',
    summary: 'List what was added here, and where it is; starts nothing',
    options: [AS_JSON],
    run: async (context, options) => (await import('./tool.ts')).list(context, options),
  },
];
