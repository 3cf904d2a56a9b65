// `coord sync` in its plain words (cli/quick-words.ts), in one file: cron and agents start it again and again, and looking for some
// eighty files and loading the parser of all commands took it longer than the work.
import { run } from './cli/commands/look/sync.ts';
import { createContext } from './cli/context.ts';
import { reportError } from './cli/output/report.ts';
import type { SyncWords } from './cli/quick-words.ts';
import { makeWorld, openJournal, pathBeside } from './compose.ts';

/** Returns the exit code. */
export async function runSync({ dir, fleet, options }: SyncWords): Promise<number> {
  const entry = import.meta.url;
  const world = () => makeWorld({ env: process.env, cwd: process.cwd(), entry });
  try {
    const mainPath = await pathBeside(entry, 'main.js');
    const isForProgram = options.json === true;
    const context = await createContext({ dir, fleet, isForProgram, makeWorld: world, journal: openJournal, mainPath });
    return await run(context, options);
  } catch (error) {
    return reportError(error);
  }
}
