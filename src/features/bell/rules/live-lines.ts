// Lines of a run as they come (B8): the words of those who want them and of the machine that runs, and what no line may show. Pure.

/** On `watch/<N>`: somebody wants the lines of this order, for half a minute from now. */
export interface WatchWord {
  readonly order: string;
}

/** On `log/<N>`. */
export interface LogWord {
  readonly order: string;
  /** Of its run, from 1: where one is missing, lines are. */
  readonly seq: number;
  /** Bytes before it that were too many to be said. */
  readonly lost: number;
  /** Whole lines, cleaned as a reported tail is. */
  readonly text: string;
}

const ORDER_MAX = 300;

export function parseWatch(value: unknown): WatchWord | null {
  const { order } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isOrder(order) ? { order } : null;
}

export function parseLog(value: unknown): LogWord | null {
  const { order, seq, lost, text } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!isOrder(order) || !isCount(seq) || !isCount(lost) || typeof text !== 'string') return null;
  return { order, seq, lost, text };
}

function isOrder(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= ORDER_MAX;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export interface KeyGuard {
  /** Whole lines. */
  hidden(lines: readonly string[]): readonly string[];
  /** Lines were left out before those that come next. */
  cut(): void;
}

const BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const ENDS = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const HEADER = /^(?:Proc-Type|DEK-Info)/;
const BASE64 = /^\s*[A-Za-z0-9+/=]+\s*$/;
/** Of a line of a key, and of few other lines. */
const BASE64_MIN = 60;
const HIDDEN = '[redacted]';

/**
 * Hides private keys that come in parts: `redact` knows one by its first and last lines, and sees a part of a log at a time. After a cut, and after a
 * long line of base64, whatever may be the rest of one is hidden too: rather too much than too little.
 */
export function createKeyGuard(): KeyGuard {
  let isKey = false;
  let mayBeKey = false;
  const isHidden = (line: string): boolean => {
    const isPlain = line.trim() === '' || BASE64.test(line) || HEADER.test(line);
    if (BEGINS.test(line)) isKey = !ENDS.test(line);
    else if (ENDS.test(line)) [isKey, mayBeKey] = [false, false];
    else {
      isKey &&= isPlain;
      mayBeKey = BASE64.test(line) && (mayBeKey || line.trim().length >= BASE64_MIN);
      return (isKey || mayBeKey) && line.trim() !== '';
    }
    return true;
  };
  return {
    hidden: (lines) => lines.map((line) => (isHidden(line) ? HIDDEN : line)),
    cut() {
      mayBeKey = true;
    },
  };
}
