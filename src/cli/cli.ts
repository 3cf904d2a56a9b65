// Runs the command that the words ask for. Errors are printed once, here.
import { CommanderError } from 'commander';
import { CoordError, EXIT } from '../errors.ts';
import type { World } from '../operations/world.ts';
import { createContext } from './context.ts';
import { buildProgram, type Run } from './program.ts';

interface CliOptions {
  makeWorld(): Promise<World>;
  readonly mainPath: string;
  readonly version: string;
}

/** Returns the exit code. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  let chosen: Run | null = null;
  const program = buildProgram(options.version, (run) => {
    chosen = run;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    const run = chosen as Run | null;
    if (run === null) return EXIT.done;
    const dir = program.opts<{ dir?: string }>().dir;
    return await run(createContext({ makeWorld: options.makeWorld, mainPath: options.mainPath, dir }));
  } catch (error) {
    return report(error, argv);
  }
}

/** Prints what failed and the one command that helps; returns the exit code. */
function report(error: unknown, argv: readonly string[]): number {
  // `coord run` passes on the codes of runs, so that everything of its own is 255.
  const failed = (code: number) => (commandOf(argv) === 'run' ? 255 : code);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : failed(EXIT.usage);
  if (error instanceof CoordError) {
    const hint = error.hint === null ? '' : `\n  try: ${error.hint}`;
    process.stderr.write(`coord: ${error.message}${hint}\n`);
    return failed(error.exitCode);
  }
  const disk = diskTrouble(error);
  if (disk !== null) {
    process.stderr.write(`coord: ${disk}\n  try: df -h .\n`);
    return failed(EXIT.failed);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`coord: this is a bug in coord\n${stack}\n`);
  return failed(EXIT.bug);
}

/** No room, or no right to write: the computer's trouble and no bug. What was to be written is as it was before (durable-file.ts). */
const DISK_CODES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than this disk or a limit allows',
  EROFS: 'the disk is read-only',
  EIO: 'the disk fails',
};

function diskTrouble(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const what = DISK_CODES[String(error.code)];
  return what === undefined ? null : `${what}: ${error.message}`;
}

/** The first word that is neither an option of all commands nor its value. */
function commandOf(argv: readonly string[]): string | undefined {
  const at = argv[0] === '--dir' ? 2 : argv[0]?.startsWith('--dir=') ? 1 : 0;
  return argv[at];
}
