// The command `coord artifacts`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { DONE, FAILED, NO_FLEET, UNREACHABLE, USAGE } from '../../../cli/exit-codes.ts';

export const artifacts: CommandDescriptor = {
  words: 'artifacts <id>',
  summary: 'List or fetch the files that runs of an order left',
  details: 'As of the last sync. What is fetched has the SHA-256 of its result',
  options: [
    ['--get [folder]', 'fetch them into this folder (default: <id>-files)'],
    ['--force', 'with --get: replace files that are there'],
    AS_JSON,
  ],
  completes: { id: 'orders' },
  exitCodes: [
    DONE,
    FAILED,
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'refused: it is not what its result says, or something is in the way'],
  ],
  run: async (context, id, options) => (await import('./artifacts.ts')).run(context, id, options),
};
