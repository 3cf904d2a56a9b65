// Messages to machines, people and programs, and what came and went: words and options only; what they do is in commands/.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';

export function addMessageCommands(program: Command, choose: (run: Run) => void): void {
  program
    .command('send <to> [message...]')
    .description(
      'Send a message to a machine (number or name), to all, to people (0), or to a program (builder, 2/builder): coord send 2 "Hello"',
    )
    .addOption(
      new Option('--priority <level>', 'how urgent it is').choices(['low', 'normal', 'high', 'urgent']).default('normal'),
    )
    .option('--from <program>', 'the program that sends it')
    .option('--keep', 'also where that program of this machine is not known yet')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      '\nA message of - is read from standard input. A name means a machine before a program; 1/builder always means the program on machine 1.',
    )
    .action((to: string, message: string[], opts) =>
      choose(async (context) => (await import('../commands/messages/send.ts')).run(context, to, message, opts)),
    );
}

export function addMailCommands(program: Command, choose: (run: Run) => void): void {
  const add = (words: string, text: string) => program.command(words).description(text);

  add('inbox', 'List unread messages for this machine; reads local files')
    .option('--take', 'mark them as read, and tell the senders')
    .option('--all', 'also those that were read')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/messages/inbox.ts')).run(context, opts)));

  add('sent', 'List messages sent from this machine, and who has read them')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/orders/sent.ts')).run(context, opts)));
}
