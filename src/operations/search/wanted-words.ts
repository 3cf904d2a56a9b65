// The words of a search: letters and digits, whatever the case. All else between them stands for nothing, so that no pattern is ever run.
import { CoordError } from '../../errors.ts';

export const QUERY_MAX = 1_000;
const WORDS_MAX = 20;

/** Throws USAGE. */
export function wantedWords(query: string): readonly string[] {
  if (query.length > QUERY_MAX)
    throw new CoordError('USAGE', `expected at most ${QUERY_MAX} characters to look for, found ${query.length}`, null);
  const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])];
  if (words.length === 0) throw new CoordError('USAGE', 'expected a word to look for, found none', 'coord search build');
  return words.slice(0, WORDS_MAX);
}

/** Finds the bytes of the word's letters in a text of bytes (latin1 of UTF-8), whatever their case. */
export function bytesOf(word: string): RegExp {
  const forms = [...word].map((letter) => {
    const cases = [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])];
    const bytes = cases.map((it) => Buffer.from(it, 'utf8').toString('latin1'));
    return bytes.every((it) => it.length === 1) ? `[${bytes.join('')}]` : `(?:${bytes.join('|')})`;
  });
  return new RegExp(forms.join(''), 'g');
}
