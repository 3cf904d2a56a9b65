// `coord import` and `coord export`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { NEVER_REACHED, NO_FLEET, REFUSED, USAGE } from '../../../cli/exit-codes.ts';

export const importing: CommandDescriptor = {
  words: 'import <source> <file>',
  isSigned: true,
  summary: 'Draft orders from the file of another program',
  details: 'It prints them, and what it left out and why; --add places them, each held back until it is approved',
  example: 'coord import github issues.json --agent claude',
  arguments: {
    source: {
      summary: 'beads (.beads/*.jsonl), github (gh issue list --json number,title,body,labels,state,url), crontab, makefile',
      choices: ['beads', 'github', 'crontab', 'makefile'],
    },
    file: { summary: 'what to read' },
  },
  options: [
    ['--add', 'place them in ORDERS.json: all of them, or none'],
    ['--agent <name>', 'of issues: the AI agent that does what they ask for, such as claude'],
    ['--for <machine>', 'a number, a name, any, or several; a crontab and a makefile are for this machine by default'],
    ['--type <type>', 'the kind of work'],
    ['--cwd <folder>', 'where they run'],
    ['--repo <address>', 'work in a fresh checkout of this git repo'],
    ['--timezone <zone>', 'of the times in a crontab (default: that of this computer)'],
    ['--prefix <word>', 'what their ids begin with (default: issue-, cron-, make-; beads keep their ids)'],
    AS_JSON,
  ],
  completes: { file: 'files', '--cwd': 'folders', '--prefix': 'nothing', '--timezone': 'nothing' },
  note: 'What ORDERS.json has already is left out, so a file may be imported again.',
  exitCodes: [
    ['0', 'done; a warning says so if it is not on the remote yet'],
    ['1', 'the file cannot be read, or nothing was placed; the message says why'],
    USAGE,
    NO_FLEET,
    NEVER_REACHED,
    REFUSED,
  ],
  run: async (context, source, file, options) => (await import('./import.ts')).run(context, source, file, options),
};

export const exporting: CommandDescriptor = {
  words: 'export [what...]',
  summary: 'Write orders, runs and messages for other programs',
  details: 'As of the last sync',
  example: 'coord export runs --format csv',
  arguments: { what: { summary: 'orders, runs, messages (default: all of them)', choices: ['orders', 'runs', 'messages'] } },
  options: [
    [
      '--format <format>',
      'one JSON object a line, a table for spreadsheets, or a calendar of runs and of the next times of schedules',
      { choices: ['jsonl', 'csv', 'ics'], default: 'jsonl' },
    ],
    ['--since <when>', 'runs and messages since then: 2h, 7d, or a time in UTC such as 2026-11-20'],
  ],
  run: async (context, what, options) => (await import('./export.ts')).run(context, what, options),
};
