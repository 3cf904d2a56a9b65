// The caps of D8. A document beyond one of them is a fault, found before anything expensive is done with it.
import { utf8Bytes } from '../../core/base/utf8.ts';

export const DOCUMENT_LIMITS = Object.freeze({
  /** UTF-8 bytes of one document: more than 1 MiB no person edits, and every machine parses it on every change. */
  sizeBytesMax: 1_048_576,
  /** Characters of settings, all in YAML: each costs a parser as much as fifty of JSON, and people write some thousands. */
  settingsLengthMax: 65_536,
  /** Nesting: people write 4 levels; both parsers overflow the stack at some thousands. */
  levelsMax: 64,
  /** Members of one list or mapping: a parser's search for duplicate keys may be quadratic in it. */
  entriesMax: 10_000,
});

/** The words of a fault. */
export const TOO_LARGE = { expected: 'at most 1 MiB of text', found: 'more' } as const;

/** True if the text takes more than `sizeBytesMax` as UTF-8. */
export function isTooLarge(text: string): boolean {
  if (text.length > DOCUMENT_LIMITS.sizeBytesMax) return true;
  if (text.length * 3 <= DOCUMENT_LIMITS.sizeBytesMax) return false;
  return utf8Bytes(text) > DOCUMENT_LIMITS.sizeBytesMax;
}
