// The commands that show the machines of the fleet and look after them.
import { AS_JSON, type CommandDescriptor } from '../../command.ts';
import { EDITS, type ExitCode, FAILED, NO_FLEET, REFUSED, UNREACHABLE, USAGE } from '../../exit-codes.ts';

export const machines: CommandDescriptor = {
  words: 'machines',
  summary: 'List the machines of the fleet, also those that left',
  options: [AS_JSON],
  quickFlags: ['--json'],
  run: async (context, options) => (await import('./machines.ts')).run(context, options),
};

export const update: CommandDescriptor = {
  words: 'update',
  isSigned: true,
  summary: 'Say which machines have an older coord, and how they get it',
  details: 'A daemon goes on with the version that it was started with until it is restarted',
  options: [
    ['--from <package>', 'what npm installs there: the address of a .tgz, or its path there'],
    ['--order', 'place an order for each machine that allows shell orders'],
    AS_JSON,
  ],
  exitCodes: EDITS,
  run: async (context, options) => (await import('./update.ts')).run(context, options),
};

export const machinesRemove: CommandDescriptor = {
  words: 'machines remove <machine>',
  summary: 'Remove a machine that is gone for good; its results stay on the board',
  options: [['--again', 'also a machine that was heard of within its lease; it halts, and its runs count as interrupted']],
  exitCodes: [
    ['0', 'removed, or it had left already'],
    FAILED,
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'refused: it is this machine or was just heard of, or this one may not push'],
  ],
  run: async (context, machine, options) => (await import('./membership.ts')).remove(context, machine, options),
};

export const compact: CommandDescriptor = {
  words: 'compact',
  summary: 'Shorten the history of the repo, announced a day before',
  details: 'The old history goes into a bundle first. Machines go on; in clones of people: git pull --rebase',
  example: 'coord compact --keep 90d',
  options: [
    ['--keep <duration>', 'how much history stays (default: keep_history of fleet.yaml)'],
    ['--at-least <size>', 'only if so much would go, such as 50MB; for an order that comes each day'],
    ['--now', 'without a day’s notice, if every machine has seen the announcement'],
    ['--bundle <path>', 'where the old history goes (default: in coord’s home)'],
    ['--archive <url>', 'a git repo that gets the old history too, as a branch of its own'],
    ['--cancel', 'take the announcement back'],
    AS_JSON,
  ],
  exitCodes: [
    ['0', 'announced, shortened, or there is nothing to do yet'],
    FAILED,
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'refused: a machine has not seen it, or the host lets nobody do it'],
  ],
  run: async (context, options) => (await import('./compact.ts')).run(context, options),
};

export const rename: CommandDescriptor = {
  words: 'rename <name>',
  summary: 'Give this machine another name',
  exitCodes: [['0', 'renamed; a warning says so if it is not on the remote yet'], FAILED, USAGE, NO_FLEET, REFUSED],
  run: async (context, name) => (await import('./membership.ts')).rename(context, name),
};

export const pause: CommandDescriptor = {
  words: 'pause [machine]',
  summary: 'Start nothing new on a machine, or in the whole fleet',
  details: 'On this machine where none is named; runs continue',
  options: [
    ['--fleet', 'all machines; another fleet is named before the command: coord --fleet work pause'],
    ['--for <duration>', 'such as 30m or 2h (default: until resumed)'],
    ['--note <text>', 'why, for people'],
  ],
  exitCodes: EDITS,
  run: async (context, machine, options) => (await import('./pause.ts')).pause(context, machine ?? null, options),
};

export const resume: CommandDescriptor = {
  words: 'resume [machine]',
  summary: 'End a pause of a machine, or of the whole fleet',
  details: 'Of this machine where none is named; those of others stand in fleet.yaml',
  options: [['--fleet', 'all machines; another fleet is named before the command: coord --fleet work resume']],
  exitCodes: EDITS,
  run: async (context, machine, options) => (await import('./pause.ts')).resume(context, machine ?? null, options),
};

const EMERGENCY: readonly ExitCode[] = [
  ['0', 'shown, or recorded; a warning says so if it is not on the remote yet'],
  FAILED,
  USAGE,
  NO_FLEET,
  REFUSED,
];

export const emergency: CommandDescriptor = {
  words: 'emergency [message...]',
  summary: 'Announce an emergency of this machine to all',
  details: 'Without a message, it shows the emergencies of the fleet',
  example: 'coord emergency "The disk is failing"',
  options: [['--over', 'end the emergency of this machine'], AS_JSON],
  note: 'It is an urgent message to all. The machine keeps working and shows EMERGENCY until you run: coord emergency --over',
  exitCodes: EMERGENCY,
  run: async (context, message, options) => (await import('./emergency.ts')).run(context, message, options),
};

/** The old word for `coord emergency --over`, which scripts and fingers know. */
export const resolve: CommandDescriptor = {
  words: 'resolve',
  summary: 'End the emergency of this machine',
  details: 'The same as coord emergency --over',
  options: [AS_JSON],
  isHidden: true,
  noteOnError: '(how an order ended: coord order resolve <id>)',
  run: async (context, { json }: { readonly json?: boolean }) => {
    context.note('coord resolve is now: coord emergency --over');
    return (await import('./emergency.ts')).run(context, [], { ...(json ? { json } : {}), over: true });
  },
};

export const doctor: CommandDescriptor = {
  words: 'doctor',
  summary: 'Examine this computer, the fleet folder and the remote',
  details: 'It pushes a probe and deletes it again',
  options: [
    ['--fix', 'fix what can be fixed; a main that was rewritten is taken as it is, one that is gone is put back'],
    ['--verbose', 'also show checks that passed'],
    ['--json', 'the list of checks as JSON'],
  ],
  exitCodes: [
    ['0', 'no problem found'],
    ['1', 'a problem was found'],
    USAGE,
    ['3', '--dir, --fleet or COORD_DIR names no fleet'],
  ],
  run: async (context, options) => (await import('./doctor.ts')).run(context, options),
};
