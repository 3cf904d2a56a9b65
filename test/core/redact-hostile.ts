// Text whose beginning looks like a secret again and again: what a scanner that looks back is slow at.
import { plainText, redact } from '../../src/core/base/redact.ts';

export const HOSTILE_UNITS = [
  'a',
  ' ',
  '"',
  "'",
  '=',
  ':',
  '/',
  '-',
  '.',
  '@',
  '\\',
  '\n',
  '\x1b[',
  '\x1b]',
  '\x1b[0;',
  '\x1b ',
  '\x1bP',
  '\r',
  '\b',
  'a\b',
  'a\r',
  'ghp_',
  'github_pat_',
  'glpat-',
  'AKIA',
  'sk-',
  'sk-a-',
  'xoxb-',
  'AIza',
  'eyJ',
  'eyJ-',
  'eyJaaaaaa.',
  '-eyJaaaaaaaa',
  '.eyJaaaaaaaa',
  'Authorization: ',
  'authorization:"',
  'bearer ',
  '://',
  '://a:',
  '://a@',
  '://a:b@',
  'password',
  'password=',
  'password="',
  "token='",
  'token-',
  'token_',
  'secret: ',
  '--',
  '--a-',
  '--a-token ',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  '-----END PRIVATE KEY-----\n',
  '-----BEGIN PRIVATE KEY-----\nProc-Type: ',
  'aaaaaaaaaaaaaaaaa\n',
  'aaaaaaaaaaaa\n-----END PRIVATE KEY-----\n',
  '\u202e',
  '\ud800',
  '😀',
];

/** What this process takes for that much of it, in microseconds, however busy the computer is. */
export function microsecondsOf(unit: string, size: number): number {
  const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  const before = process.cpuUsage();
  redact(plainText(text), ['known-secret']);
  redact(text, ['known-secret']);
  redact(`eyJaaaaa.${text}`, []);
  redact(`token="${text}`, []);
  return process.cpuUsage(before).user;
}
