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
    [
      '--listen <address>',
      'open it to other devices by TLS, such as 192.168.1.5:8943, or :8943 for all addresses of this computer',
    ],
    ['--cert <file>', 'with --listen: the certificate, as PEM; the names in it are those that it answers to'],
    ['--key <file>', 'with --listen: its key, as PEM'],
    [
      '--proxy <address>',
      'open it to other devices behind a proxy on this computer that has TLS, such as https://box.example.ts.net',
    ],
    ['--close', 'open it to no other device any more'],
    ['--for <device>', 'print an address that lets in one other device, once, within ten minutes, by this name'],
    ['--logins', 'list the devices that are in'],
    ['--sign-out <device>', 'end the login of this device'],
  ],
  completes: {
    '--listen': 'nothing',
    '--cert': 'files',
    '--key': 'files',
    '--proxy': 'nothing',
    '--for': 'nothing',
    '--sign-out': 'nothing',
  },
  exitCodes: [['0', 'opened, printed, or done'], FAILED, USAGE, NO_FLEET],
  run: async (context, options) => (await import('./dash.ts')).run(context, options),
};
