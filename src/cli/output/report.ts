// What failed and the one command that helps, printed once; and the exit code of it.
import { visibleText } from '../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../errors.ts';

export function reportError(error: unknown): number {
  if (error instanceof CoordError) {
    const hint = error.hint === null ? '' : `\n  try: ${error.hint}`;
    process.stderr.write(visibleText(`coord: ${error.message}${hint}\n`));
    return error.exitCode;
  }
  const trouble = diskTrouble(error);
  if (trouble !== null) {
    process.stderr.write(`coord: ${trouble.what}\n  try: ${trouble.hint}\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`coord: this is a bug in coord\n${stack}\n`);
  return EXIT.bug;
}

/** No room, or no right to write: the computer's trouble and no bug. What was to be written is as it was before (durable-file.ts). */
const DISK_CODES: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'df -h .'],
  EDQUOT: ['the disk quota is used up', 'df -h .'],
  EFBIG: ['the file is larger than this disk or a limit allows', 'df -h .'],
  EROFS: ['the disk is read-only', 'df -h .'],
  EIO: ['the disk fails', 'df -h .'],
  EACCES: ['no right to read or write there', 'ls -ld .'],
  EPERM: ['no right to read or write there', 'ls -ld .'],
};

function diskTrouble(error: unknown): { readonly what: string; readonly hint: string } | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const [what, hint] = DISK_CODES[String(error.code)] ?? [];
  return what === undefined || hint === undefined ? null : { what: `${what}: ${error.message}`, hint };
}
