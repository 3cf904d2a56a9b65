// The words of a search: letters and digits, whatever the case. All else between them stands for nothing, so that no pattern is ever run.
import { CoordError } from '../../errors.ts';

const QUERY_MAX = 1_000;
const WORDS_MAX = 50;

/** Throws USAGE. */
export function wantedWords(query: string): readonly string[] {
  if (query.length > QUERY_MAX)
    throw new CoordError('USAGE', `expected at most ${QUERY_MAX} characters to look for, found ${query.length}`, null);
  const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])];
  if (words.length === 0) throw new CoordError('USAGE', 'expected a word to look for, found none', 'coord search build');
  if (words.length > WORDS_MAX)
    throw new CoordError('USAGE', `expected at most ${WORDS_MAX} words to look for, found ${words.length}`, null);
  return words;
}

/** Whether a word of the text, in lower case, begins so. */
export function beginsWord(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}])${word}`, 'u');
}

/** Finds the bytes of the word's letters in a text of bytes (latin1 of UTF-8), whatever their case, also inside other words. */
export function bytesOf(word: string): RegExp {
  const forms = [...word].map((letter) => {
    const cases = [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])];
    const bytes = cases.map((it) => Buffer.from(it, 'utf8').toString('latin1'));
    return bytes.every((it) => it.length === 1) ? `[${bytes.join('')}]` : `(?:${bytes.join('|')})`;
  });
  return new RegExp(forms.join(''), 'g');
}

const BEFORE_A_WORD = /(?:^|[^A-Za-z0-9]|\\[bfnrt]|\\u[0-9A-Fa-f]{4})$/;

/**
 * This place of such a text where a word may begin there, or a later one before which none begins. Behind an escape of JSON a letter or a digit stands
 * too, and a byte beyond ASCII may be of a letter or of a sign: `beginsWord` tells.
 */
export function nextBegin(text: string, at: number): number {
  const before = text.slice(Math.max(0, at - 6), at);
  if (BEFORE_A_WORD.test(before)) return at;
  if (before.includes('\\')) return at + 1;
  const wordEnd = /[^A-Za-z0-9]/g;
  wordEnd.lastIndex = at;
  return wordEnd.exec(text)?.index ?? text.length;
}
