// The commands for one order that is listed, and for one run: words and options only.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addOrderActCommands(program: Command, choose: (run: Run) => void): void {
  const add = (words: string, text: string) => program.command(words).description(text);

  add('approve <id>', 'Approve an order that waits for a person').action((id: string) =>
    choose(async (context) => (await import('../commands/orders/approve-resolve.ts')).approve(context, id)),
  );
  add('cancel <id>', 'Stop an order, or keep it from starting').action((id: string) =>
    choose(async (context) => (await import('../commands/orders/order-change.ts')).cancel(context, id)),
  );
  add(
    'answer [id] [answer...]',
    'Answer the question of an order, so that its agent goes on; without arguments, list open questions',
  )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nAn answer of - is read from standard input.')
    .action((id: string | undefined, answer: string[], opts) =>
      choose(async (context) => (await import('../commands/orders/answer.ts')).run(context, id ?? null, answer, opts)),
    );
  add('retry <id>', 'Run a finished order again')
    .option('--edit', 'change its entry first, in your editor (VISUAL, EDITOR)')
    .option('--resume [words]', 'its agent goes on in its earlier session, with these words')
    .action((id: string, opts) =>
      choose(async (context) => (await import('../commands/orders/order-change.ts')).retry(context, id, opts)),
    );

  add('run <machine> <command...>', 'Run a command there, wait, and exit with its code: coord run 2 ls -la')
    .option('--cwd <folder>', 'where it runs (default: the home folder)')
    .option('--timeout <duration>', 'of the run (default: 1h)')
    .option('--wait-timeout <duration>', 'give up waiting after this; the order stays')
    .action((machine: string, command: string[], opts) =>
      choose(async (context) => (await import('../commands/orders/run.ts')).run(context, machine, command, opts)),
    );

  add('wait <id>', 'Wait until an order has ended; exits 0 only if it completed')
    .option('--timeout <duration>', 'give up after this, with exit code 124')
    .action((id: string, opts) => choose(async (context) => (await import('../commands/orders/wait.ts')).run(context, id, opts)));

  add('logs <id>', 'Show the output of an order: the full log if it ran here, else the reported tail')
    .option('-f, --follow', 'keep printing until the run has ended')
    .action((id: string, opts) => choose(async (context) => (await import('../commands/orders/logs.ts')).run(context, id, opts)));
}
