// What a run says for its result and its dependents: the `key=value` lines of COORD_OUTPUT (O7). A line that does not count is
// reported, never skipped in silence; of a key given twice the last value counts.
import { closeSync, readFileSync } from 'node:fs';
import { FORBIDDEN_KEYS } from '../documents/json/json-node.ts';
import { errorCode } from '../errors.ts';
import { NO_PLAIN_FILE, openUntrusted } from '../system/files/open-file.ts';

export interface Outputs {
  readonly values: Readonly<Record<string, string>>;
  /** Sentences for the log. */
  readonly problems: readonly string[];
}

/** Results travel through git with every change: these keep an order's outputs below some 50 KiB. */
const LIMITS = Object.freeze({ fileBytesMax: 64 * 1024, keysMax: 50, valueBytesMax: 1024, problemsMax: 10 });

export function readOutputs(path: string): Outputs {
  const found = readPlainFile(path);
  return 'problem' in found ? { values: {}, problems: [`COORD_OUTPUT ${found.problem}`] } : parseOutputs(found.text);
}

export function parseOutputs(text: string): Outputs {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') continue;
    const problem = take(line, values);
    if (problem !== null) problems.push(`COORD_OUTPUT line ${index + 1} ${problem}`);
  }
  const more = problems.length - LIMITS.problemsMax;
  if (more > 0) problems.splice(LIMITS.problemsMax, more, `COORD_OUTPUT has ${more} more such lines`);
  return { values: Object.fromEntries(values), problems };
}

function take(line: string, values: Map<string, string>): string | null {
  const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]{0,63})=(.*)$/s.exec(line) ?? [];
  // No document has such a key: it would be gone from the result without a word.
  if (key === undefined || value === undefined || FORBIDDEN_KEYS.has(key)) return 'is not key=value';
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > LIMITS.valueBytesMax) return `is too long: ${key} has ${sizeBytes} bytes, ${LIMITS.valueBytesMax} are allowed`;
  if (values.size >= LIMITS.keysMax && !values.has(key)) return `is one too many: ${LIMITS.keysMax} keys are allowed`;
  values.set(key, value);
  return null;
}

function readPlainFile(path: string): { text: string } | { problem: string } {
  let opened: ReturnType<typeof openUntrusted>;
  try {
    opened = openUntrusted(path);
  } catch (error) {
    const code = errorCode(error);
    if (NO_PLAIN_FILE.has(code)) return { problem: 'is not a plain file any more' };
    return code === 'ENOENT' ? { text: '' } : { problem: `cannot be read: ${code}` };
  }
  const { file, about } = opened;
  try {
    if (about.size > LIMITS.fileBytesMax) return { problem: `has ${about.size} bytes, ${LIMITS.fileBytesMax} are allowed` };
    return { text: readFileSync(file, 'utf8') };
  } finally {
    closeSync(file);
  }
}
