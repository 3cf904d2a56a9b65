// A fingerprint as words that two people can read to each other (T4): proquints, two bytes a word, as arXiv 0901.4016 has them. Pure.

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';
const WORDS_MAX = 8;

/** `fingerprint`: `SHA256:` and base64. Eight words: half of its bits. */
export function fingerprintWords(fingerprint: string): string {
  const bits = bitsOf(fingerprint.replace(/^SHA256:/, ''));
  const words = Array.from({ length: WORDS_MAX }, (_, at) => proquint(bits.slice(16 * at, 16 * at + 16)));
  return words.join(' ');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function bitsOf(base64: string): string {
  return [...base64].map((it) => Math.max(0, BASE64.indexOf(it)).toString(2).padStart(6, '0')).join('');
}

function proquint(bits: string): string {
  const consonant = (at: number) => CONSONANTS[Number.parseInt(bits.slice(at, at + 4) || '0', 2)] ?? '';
  const vowel = (at: number) => VOWELS[Number.parseInt(bits.slice(at, at + 2) || '0', 2)] ?? '';
  return [consonant(0), vowel(4), consonant(6), vowel(10), consonant(12)].join('');
}
