// The commands of `coord bell`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { EDITS, NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

export const bell: readonly CommandDescriptor[] = [
  { words: 'bell', summary: 'Tell the other machines at once that there is news, over MQTT' },
  {
    words: 'bell show',
    summary: 'Show whether it is connected, and who is online now; reads local files',
    options: [AS_JSON],
    exitCodes: [['0', 'connected, or this fleet has none'], ['1', 'not connected'], USAGE, NO_FLEET],
    isDefault: true,
    run: async (context, options) => (await import('./bell.ts')).show(context, options),
  },
  {
    words: 'bell on [address]',
    summary: 'Switch it on for the fleet, or change its broker',
    details: 'A user and a password in the address stay on this computer',
    example: 'coord bell on mqtts://broker.example.com',
    exitCodes: EDITS,
    run: async (context, address) => (await import('./bell.ts')).on(context, address),
  },
  {
    words: 'bell off',
    summary: 'Switch it off for the fleet',
    exitCodes: EDITS,
    run: async (context) => (await import('./bell.ts')).off(context),
  },
  {
    words: 'bell rotate',
    summary: 'Give it a new key; the old one is read for a day',
    exitCodes: EDITS,
    run: async (context) => (await import('./bell.ts')).rotate(context),
  },
  {
    words: 'bell login <address>',
    summary: 'Keep a user and a password for a broker on this computer',
    example: 'coord bell login mqtts://me:secret@broker.example.com',
    run: async (context, address) => (await import('./bell.ts')).login(context, address),
  },
];
