// The commands for messages to machines, people and programs, and for what came and went.
import { PRIORITIES } from '../../../core/model/orders/order.ts';
import { AS_JSON, type CommandDescriptor, RESULT_AS_JSON } from '../../command.ts';
import { FAILED, NO_FLEET, RECORDED, USAGE } from '../../exit-codes.ts';

export const send: CommandDescriptor = {
  words: 'send <to> [message...]',
  summary: 'Send a message to a machine, to all, to people or a program',
  details: 'To a machine by its number or name, to people by 0, to a program as builder or 2/builder',
  example: 'coord send 2 "Hello"',
  options: [
    ['--priority <level>', 'how urgent it is', { choices: PRIORITIES, default: 'normal' }],
    ['--from <program>', 'the program that sends it'],
    ['--keep', 'also if that program is not known on this machine yet'],
    RESULT_AS_JSON,
  ],
  note: 'With - as the message, it is read from standard input. A name means a machine before a program; 1/builder always means the program on machine 1.',
  exitCodes: [RECORDED, FAILED, USAGE, NO_FLEET, ['5', 'refused: the box of the program is full, or this machine has left']],
  run: async (context, to, message, options) => (await import('./send.ts')).run(context, to, message, options),
};

export const inbox: CommandDescriptor = {
  words: 'inbox',
  summary: 'List unread messages for this machine; reads local files',
  options: [
    ['--take', 'mark them as read, and tell the senders'],
    ['--all', 'also those that were read'],
    ['--wait', 'wait until there is one'],
    ['--timeout <duration>', 'give up waiting after this, with exit code 124'],
    AS_JSON,
  ],
  quickFlags: ['--json', '--all'],
  exitCodes: [
    ['0', 'shown; a warning says so if the senders do not know yet what was read'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['5', 'with --wait: this machine has left'],
    ['124', 'no message came in time'],
  ],
  run: async (context, options) => (await import('./inbox.ts')).run(context, options),
};

export const sent: CommandDescriptor = {
  words: 'sent',
  summary: 'List messages sent from this machine, and who has read them',
  options: [AS_JSON],
  run: async (context, options) => (await import('./inbox.ts')).sent(context, options),
};
