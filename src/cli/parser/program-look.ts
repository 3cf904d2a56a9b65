// The commands that look back: words and options only.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { wholeNumber } from '../input/option-values.ts';

export function addLookCommands(program: Command, choose: (run: Run) => void): void {
  const add = (words: string, text: string) => program.command(words).description(text);

  add('timeline', 'Show what happened in the fleet, newest last: orders, runs, messages, machines; as of the last sync')
    .option('--order <id>', 'of one order only')
    .option('--machine <machine>', 'of one machine only, by number or name')
    .option('--since <time>', 'a length of time such as 2h, or a time in UTC such as 2026-11-20')
    .addOption(new Option('--limit <count>', 'how many, the newest ones').argParser(wholeNumber(1, 100_000)).default(50))
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/look/timeline.ts')).run(context, opts)));

  add('stats', 'Summarise the results by machine and by type: success, times, waits, retries, losses; as of the last sync')
    .option('--since <time>', 'a length of time such as 30d, or a time in UTC such as 2026-11-20')
    .option('--machine <machine>', 'of one machine only, by number or name')
    .option('--type <type>', 'of one type of orders only')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/look/stats.ts')).run(context, opts)));

  add('demo', 'Try coord on this one computer: three machines, an embedded hub, real orders')
    .option('--keep <folder>', 'where to play (default: a new folder below the temporary one)')
    .action((opts) => choose(async (context) => (await import('../commands/look/demo.ts')).run(context, opts)));
}
