// Finds out how a person laid out a JSON text (line ends, indentation, spaces inside brackets), and writes values in the same way.
import type { Json } from '../../core/model/ledger/intention.ts';
import type { JsonNode } from './json-node.ts';

/** `\r\n` where the text's first line ends so. */
export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** The blanks before an offset if nothing else stands before it in its line; null otherwise. */
export function indentAt(text: string, offset: number): string | null {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const before = text.slice(start, offset).replace('\ufeff', '');
  return /^[ \t]*$/.test(before) ? before : null;
}

/** What one level more is indented by, as the text's own lines show it; two spaces where they do not. */
export function indentUnit(text: string): string {
  const first = /^([ \t]+)\S/m.exec(text)?.[1];
  if (first === undefined) return '  ';
  return first.startsWith('\t') ? '\t' : first.length > 8 ? '  ' : first;
}

/** A value on one line: `{ "id": "x", "run": ["a", "b"] }`, or without the inner spaces where the neighbour has none. */
export function inlineJson(value: Json, spaced: boolean): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => inlineJson(item, spaced)).join(spaced ? ', ' : ',')}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}:${spaced ? ' ' : ''}${inlineJson(item, spaced)}`,
  );
  if (members.length === 0) return '{}';
  return spaced ? `{ ${members.join(', ')} }` : `{${members.join(',')}}`;
}

/** An object with one member a line. */
export function blockJson(value: { readonly [key: string]: Json }, indent: string, unit: string, lineEnd: string): string {
  const members = Object.entries(value).map(([key, item]) => `${indent}${unit}${JSON.stringify(key)}: ${inlineJson(item, true)}`);
  return members.length === 0 ? '{}' : `{${lineEnd}${members.join(`,${lineEnd}`)}${lineEnd}${indent}}`;
}

/** False where the neighbour is written tight: `{"id":"x"}`. */
export function isSpaced(text: string, node: JsonNode): boolean {
  const source = text.slice(node.offset, node.offset + node.length);
  return /^[{[]\s/.test(source) || /["“”„‟]:\s/.test(source);
}
