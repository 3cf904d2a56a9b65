// Makes text from others safe to show: every character of it is visible, and it stays inside its cell, label or literal.
import { cutLine } from '../../core/base/cut-text.ts';

/** Letters to a program or a model, and nothing on a screen. Only the selector that makes an emoji of a character stays. */
const UNSEEN =
  '[\\u007f-\\u009f\\p{Cf}\\u2028\\u2029\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\uffa0\\ufe00-\\ufe0e\\u{e0000}-\\u{e0fff}]';
/** Scripts in which a joiner, or a non-joiner, between two letters is spelling and changes their shape. */
const JOINED = [
  ...['Arabic', 'Syriac', 'Nko', 'Adlam', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya'],
  ...['Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Myanmar', 'Tibetan'],
];
const LETTER = `(?=[\\p{L}\\p{M}])[${JOINED.map((script) => `\\p{scx=${script}}`).join('')}]`;
const VIRAMA = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]';
const EMOJI = '(?:\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})';
/** What stands before the end of a joiner that makes one letter or emoji of two: it is seen, and anywhere else it hides. */
const JOINS = [`${LETTER}[\\u200c\\u200d](?=${LETTER})`, `${VIRAMA}\\u200d`, `${EMOJI}\\u200d(?=\\p{Extended_Pictographic})`];
const HIDING = JOINS.map((join) => `(?<!${join})`).join('');
/** Made for the first text that is not plain: the classes of all letters take a tenth of what a short command does. */
const invisible = once(() => new RegExp(`(?:[\\u0000-\\u0008\\u000b-\\u001f]|${UNSEEN})${HIDING}`, 'gu'));
const invisibleInJson = once(() => new RegExp(`${UNSEEN}${HIDING}`, 'gu'));
const PLAIN = /^[\t\n\x20-\x7e]*$/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Makes controls, zero-width and direction characters visible as `\u{…}`; keeps line feeds, tabs, and joiners of letters and emoji. */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  const escaped = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return text.replaceAll('\r\n', '\n').replace(invisible(), escaped).replace(LONE_SURROGATE, escaped);
}

/** One line of Markdown that shows the text as it is, also inside a table, a heading or a list; never markup, HTML or a link target. */
export function markdownCell(text: string): string {
  return visibleText(text)
    .replace(/[\n\t]+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/^([-+=#:])/, '\\$1')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** A Markdown quote that shows the text line by line, each as `markdownCell` shows one. */
export function markdownQuote(text: string): string {
  const lines = visibleText(text).split('\n').map(markdownCell);
  // A backslash at the end of a line breaks it there, where another line of the same paragraph follows.
  return lines.map((line, at) => (line === '' ? '>' : `> ${line}${(lines[at + 1] ?? '') === '' ? '' : '\\'}`)).join('\n');
}

/** One line of at most so many characters. */
export function visibleLine(text: string, charactersMax: number): string {
  return cutLine(visibleText(text), charactersMax);
}

const LABEL_MAX = 40;

/** The inside of a quoted Mermaid label. All but letters, digits and plain punctuation becomes an entity, so no directive or quote can form. */
export function mermaidLabel(text: string): string {
  return [...visibleLine(text, LABEL_MAX)]
    .map((character) => (/[\p{L}\p{N} .,:·_/()…-]/u.test(character) ? character : entity(character)))
    .join('');
}

function entity(character: string): string {
  return `#${character.codePointAt(0) ?? 0};`;
}

/** The same JSON value with every invisible character of its strings written as `\uXXXX`. */
export function visibleJson(json: string): string {
  if (PLAIN.test(json)) return json;
  const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replace(invisibleInJson(), (character) => character.split('').map(unit).join(''));
}
