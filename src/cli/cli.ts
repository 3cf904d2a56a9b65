// Runs the command that the words ask for. Errors are printed once, here.
import { CommanderError } from 'commander';
import { EXIT } from '../errors.ts';
import type { World } from '../operations/sync/dependencies.ts';
import { endWithReader } from './broken-pipe.ts';
import { createContext, type Reading, type Run } from './context.ts';
import { afterFleet } from './fleet-words.ts';
import { reportError } from './output/report.ts';
import { buildParser, parseWords } from './parser.ts';

interface CliOptions {
  makeWorld(): Promise<World>;
  readonly journal: Reading['journal'];
  readonly mainPath: string;
  readonly version: string;
}

/** Returns the exit code. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  endWithReader();
  let chosen: Run | null = null;
  const parser = buildParser(options.version, (run) => {
    chosen = run;
  });
  try {
    await parseWords(argv, parser);
    const run = chosen as Run | null;
    if (run === null) return EXIT.done;
    const { dir, fleet } = parser.opts<{ dir?: string; fleet?: string }>();
    return await run(await createContext({ ...options, dir, fleet, isForProgram: run.isForProgram === true }));
  } catch (error) {
    return report(error, argv);
  }
}

/** Prints what failed and the one command that helps; returns the exit code. */
function report(error: unknown, argv: readonly string[]): number {
  // `coord run` passes on the codes of runs, so that everything of its own is 255.
  const failed = (code: number) => (afterFleet(argv).rest[0] === 'run' ? 255 : code);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : failed(EXIT.usage);
  return failed(reportError(error));
}
