// A file of a run that comes over the bell in pieces (B9): the words of who wants it and of the machine that holds it. Pure.

/** Of a file, in one word: with base64 and JSON around it less than a frame holds. */
export const PIECE_BYTES = 48_000;
/** Asked for at once: what a line of 300 ms carries at the speed at which files are said. */
export const AHEAD_BYTES_MAX = 16 * PIECE_BYTES;

/** On `say/<N>`: who says the same word with a larger `until` wants more of it. */
export interface WantWord {
  /** Of this getting: 32 hexadecimal digits, by chance. */
  readonly want: string;
  /** Larger each time that it begins anew, because something was lost. */
  readonly turn: number;
  readonly sha256: string;
  /** The first byte that is wanted, from 0. */
  readonly at: number;
  /** Bytes before this one may be said. */
  readonly until: number;
}

/** On `file/<N>`, to the machine that wants it: the bytes from `at` on, or why there are none. */
export type PieceWord =
  | { readonly want: string; readonly turn: number; readonly at: number; readonly base64: string }
  | { readonly want: string; readonly none: (typeof NONE)[number] };

/** `busy`: not now. */
const NONE = ['gone', 'not allowed', 'busy'] as const;

export function parseWant(value: unknown): WantWord | null {
  const { want, turn, sha256, at, until } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!isHex(want, 32) || !isCount(turn) || !isHex(sha256, 64) || !isCount(at) || !isCount(until)) return null;
  return { want, turn, sha256, at, until };
}

export function parsePiece(value: unknown): PieceWord | null {
  const { want, turn, at, base64, none } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!isHex(want, 32)) return null;
  const why = NONE.find((it) => it === none);
  if (why !== undefined) return { want, none: why };
  return isCount(turn) && isCount(at) && typeof base64 === 'string' ? { want, turn, at, base64 } : null;
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
