// The command `coord dash`.
import type { CommandDescriptor } from '../../../cli/command.ts';
import { FAILED, NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

export const dash: CommandDescriptor = {
  words: 'dash',
  summary: 'Open the page of this fleet in the browser',
  details: 'The daemon of this folder serves it, to this computer alone; see docs/page.md',
  note: 'Off a terminal, over ssh, and where there is no browser, it prints the address.',
  options: [
    ['--no-open', 'print the address, and open nothing'],
    ['--read-only', 'a page that shows everything and changes nothing'],
  ],
  exitCodes: [['0', 'opened, or printed'], FAILED, USAGE, NO_FLEET],
  run: async (context, options) => (await import('./dash.ts')).run(context, options),
};
