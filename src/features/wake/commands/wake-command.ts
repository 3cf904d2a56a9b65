// `coord wake`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { NEVER_REACHED, NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

export const wake: CommandDescriptor = {
  words: 'wake <machine>',
  summary: 'Wake a sleeping machine',
  details: 'From here, or through another one in its network; see coord allow wake',
  options: [AS_JSON],
  exitCodes: [
    ['0', 'sent or requested, or it is awake; a warning says so if a request is not on the remote yet'],
    ['1', 'there is no such machine, nobody can wake it, or nothing could be sent'],
    USAGE,
    NO_FLEET,
    NEVER_REACHED,
    ['5', 'refused: its owner has not allowed it, or this machine has left'],
  ],
  run: async (context, machine, options) => (await import('./wake.ts')).run(context, machine, options),
};
