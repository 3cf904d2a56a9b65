// The answer to a request that failed: a status, and the same words as on the command line.
import type { ErrorCode } from '../../errors.ts';
import { answerTo } from '../../operations/sync/reply-words.ts';

/** Of HTTP alone; all others are those of a CoordError. */
type HttpCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'METHOD_NOT_ALLOWED'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_TYPE'
  | 'MISDIRECTED'
  | 'UPGRADE_REQUIRED'
  | 'TOO_MANY'
  | 'BUG';

export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode | HttpCode;
  readonly message: string;
  readonly hint: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by routes; the app answers with it. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  USAGE: 400,
  NO_FLEET: 503,
  UNREACHABLE: 502,
  REFUSED: 403,
  DUPLICATE_ID: 409,
  ANOTHER_MACHINE: 409,
  NOT_FOUND: 404,
  FAILED: 409,
  BUSY: 503,
  LOCAL_STATE: 503,
  GIT: 502,
  TOO_SLOW: 503,
  TIMEOUT: 504,
};

/** `isBug`: nobody foresaw it, and the log should have it. */
export function refusalOf(error: unknown): Refusal & { readonly isBug: boolean } {
  if (error instanceof Refused) return { ...error.refusal, isBug: false };
  const { whose, code, message, hint } = answerTo(error);
  if (whose === 'bug' || code === 'BUG') return { status: 500, code, message, hint: 'coord daemon logs', isBug: true };
  if (whose === 'computer') return { status: 500, code, message, hint, isBug: false };
  const headers = code === 'BUSY' ? { 'Retry-After': '2' } : {};
  return { status: STATUS_OF[code], code, message, hint, headers, isBug: false };
}

/** `{"error":{"code":…,"message":…,"hint":…}}` */
export function refusalBody({ code, message, hint }: Refusal): string {
  return JSON.stringify({ error: { code, message, hint } });
}

export function badRequest(message: string): Refused {
  return new Refused({ status: 400, code: 'BAD_REQUEST', message, hint: null });
}

export function tooOften(waitMs: number): Refusal {
  const headers = { 'Retry-After': String(Math.ceil(waitMs / 1000)) };
  return { status: 429, code: 'TOO_MANY', message: 'too many requests a second', hint: null, headers };
}
