// What failed and the one command that helps; and the exit code of it.
import { shellWord } from '../../core/base/shell-word.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { afterFleet } from '../fleet-words.ts';

/** Prints it once; returns the exit code. */
export function reportError(error: unknown): number {
  const { code, text } = errorWords(error, process.argv.slice(2));
  process.stderr.write(text);
  return code;
}

/** `words`: those that this program was called with. `text`: whole lines. */
export function errorWords(error: unknown, words: readonly string[]): { readonly code: number; readonly text: string } {
  if (error instanceof CoordError) {
    const hint = error.hint === null ? '' : `\n  try: ${wholeHint(error.hint, words)}`;
    return { code: error.exitCode, text: visibleText(`coord: ${error.message}${hint}\n`) };
  }
  const trouble = diskTrouble(error);
  if (trouble !== null) return { code: EXIT.failed, text: `coord: ${trouble.what}\n  try: ${trouble.hint}\n` };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: EXIT.bug, text: `coord: this is a bug in coord\n${stack}\n` };
}

/** Longer words are not said again. */
const WORDS_MAX = 120;

/**
 * A hint that only names the fleet anew goes on with the command as it was typed; one with ` … --name <another>` is that command with another value
 * of that option.
 */
function wholeHint(hint: string, words: readonly string[]): string {
  const [, shorter = '', option = '', value = ''] = /^(.*) … (--\S+) (<[^>]+>)$/.exec(hint) ?? [];
  if (option !== '') return withAnother(words, option, value) ?? `${shorter} ${option} ${value}`;
  if (!hint.endsWith(' …') || holdLogin(words)) return hint;
  // What ends the flags says nothing where nothing follows.
  const { rest } = afterFleet(words.at(-1) === '--' ? words.slice(0, -1) : words);
  const typed = rest.map(shellWord).join(' ');
  return typed.length > WORDS_MAX ? hint : `${hint.slice(0, -2)} ${typed}`.trimEnd();
}

const holdLogin = (words: readonly string[]) => words.some((word) => withoutCredentials(word) !== word);

/** Null = it would be too long, or show a login. */
function withAnother(words: readonly string[], option: string, value: string): string | null {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at < 0 || holdLogin(words)) return null;
  const [before, after] = [words.slice(0, at), words.slice(at + (words[at] === option ? 2 : 1))];
  const typed = ['coord', ...before.map(shellWord), option, value, ...after.map(shellWord)].join(' ');
  return typed.length > WORDS_MAX ? null : typed;
}

/** No room, or no right to write: the computer's trouble and no bug. What was to be written is as it was before (durable-file.ts). */
const DISK_CODES: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'df -h .'],
  EDQUOT: ['the disk quota is used up', 'df -h .'],
  EFBIG: ['the file is larger than this disk or a limit allows', 'df -h .'],
  EROFS: ['the disk is read-only', 'df -h .'],
  EIO: ['the disk fails', 'df -h .'],
  EACCES: ['no permission to read or write there', 'ls -ld .'],
  EPERM: ['no permission to read or write there', 'ls -ld .'],
};

/** A file, a folder, a link or a pipe in the place of something else of coord's. */
const IN_THE_WAY: ReadonlySet<string> = new Set(['ENOTDIR', 'EISDIR', 'ELOOP', 'EINVAL', 'ENXIO']);

function diskTrouble(error: unknown): { readonly what: string; readonly hint: string } | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const [what, hint] = DISK_CODES[String(error.code)] ?? [];
  if (what !== undefined && hint !== undefined) return { what: `${what}: ${error.message}`, hint };
  const { path, syscall } = error as NodeJS.ErrnoException;
  const isInTheWay = IN_THE_WAY.has(String(error.code)) || (error.code === 'EEXIST' && syscall === 'mkdir');
  if (!isInTheWay || path === undefined) return null;
  return {
    what: `something else stands in the place of a file or folder of coord's: ${error.message}`,
    hint: `ls -ld ${shellWord(path)}`,
  };
}
