// What failed and the one command that helps, printed once; and the exit code of it.
import { CoordError, EXIT } from '../errors.ts';

export function reportError(error: unknown): number {
  if (error instanceof CoordError) {
    const hint = error.hint === null ? '' : `\n  try: ${error.hint}`;
    process.stderr.write(`coord: ${error.message}${hint}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`coord: this is a bug in coord\n${stack}\n`);
  return EXIT.bug;
}
