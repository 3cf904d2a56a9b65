// `coord status` and its like (cli/quick-words.ts), in one file of their own: what is asked for every minute must not wait for
// the rest of the program. Reads local files, and writes none but the note of what a person was told; the only adapter that it makes is the journal.
import * as overview from './cli/commands/look/overview.ts';
import * as status from './cli/commands/look/status.ts';
import * as machines from './cli/commands/machines/machines.ts';
import * as inbox from './cli/commands/messages/inbox-list.ts';
import * as orderList from './cli/commands/orders/order-list.ts';
import { createReading, type Reading } from './cli/context.ts';
import { reportError } from './cli/output/report.ts';
import type { QuickWords } from './cli/quick-words.ts';
import { createFileJournal } from './journal/file-journal.ts';

const COMMANDS = { overview, status, machines, 'order list': orderList, inbox } as const;

const openJournal: Reading['journal'] = async ({ journal, outbox }) => createFileJournal(journal, outbox);

/** Returns the exit code. */
export async function runQuick({ command, dir, fleet, options }: QuickWords): Promise<number> {
  try {
    const reading = await createReading({ dir, fleet, isForProgram: options.json === true, journal: openJournal });
    return await COMMANDS[command].run(reading, options);
  } catch (error) {
    return reportError(error);
  }
}
