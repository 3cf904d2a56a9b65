// What failed and the one command that helps, printed once; and the exit code of it.
import { CoordError, EXIT } from '../errors.ts';

export function reportError(error: unknown): number {
  if (error instanceof CoordError) {
    const hint = error.hint === null ? '' : `\n  try: ${error.hint}`;
    process.stderr.write(`coord: ${error.message}${hint}\n`);
    return error.exitCode;
  }
  const disk = diskTrouble(error);
  if (disk !== null) {
    process.stderr.write(`coord: ${disk}\n  try: df -h .\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`coord: this is a bug in coord\n${stack}\n`);
  return EXIT.bug;
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
