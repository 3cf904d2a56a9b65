// An operating error is a CoordError: a code grouped by who must act, a message "what failed, on which thing, expected and
// found", and a hint that names one command. Anything else that is thrown is a bug.

/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noFleet: 3,
  unreachable: 4,
  refused: 5,
  timeout: 124,
  bug: 70,
} as const;

export type ErrorCode =
  | 'USAGE'
  | 'NO_FLEET'
  | 'UNREACHABLE'
  | 'REFUSED'
  | 'DUPLICATE_ID'
  | 'ANOTHER_MACHINE'
  | 'NOT_FOUND'
  | 'FAILED'
  | 'BUSY'
  | 'LOCAL_STATE'
  | 'GIT'
  | 'TOO_SLOW'
  | 'TIMEOUT';

const EXIT_OF: Readonly<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  NO_FLEET: EXIT.noFleet,
  UNREACHABLE: EXIT.unreachable,
  REFUSED: EXIT.refused,
  DUPLICATE_ID: EXIT.refused,
  ANOTHER_MACHINE: EXIT.refused,
  NOT_FOUND: EXIT.failed,
  FAILED: EXIT.failed,
  BUSY: EXIT.failed,
  LOCAL_STATE: EXIT.failed,
  GIT: EXIT.failed,
  TOO_SLOW: EXIT.failed,
  TIMEOUT: EXIT.timeout,
};

export class CoordError extends Error {
  readonly code: ErrorCode;
  /** One command that helps, or null. */
  readonly hint: string | null;

  constructor(code: ErrorCode, message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CoordError';
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return EXIT_OF[this.code];
  }
}

/** The code of an error of the system, of git or of coord, such as ENOENT; empty = it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Git on this computer took too long: nothing is damaged, and what rests on the answer waits (C5). */
export function isTooSlow(error: unknown): error is CoordError {
  return error instanceof CoordError && error.code === 'TOO_SLOW';
}

const DISK_FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];

/** The disk, or what this person may have of it, takes nothing more. */
export const isDiskFull = (error: unknown): boolean => DISK_FULL.includes(errorCode(error));

const SHORTAGES: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN', 'EINTR'];

/** Too much is open, or in use, on this computer, or it was interrupted: that says nothing of what was to be looked at. */
export function isShortage(error: unknown): boolean {
  return SHORTAGES.includes(errorCode(error));
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
