// Settings of other programs, in JSON that people edit too: changed by single values, so that comments, order and layout of all else stay.
import { applyEdits, getNodeValue, modify, type ParseError, parseTree } from 'jsonc-parser';
import { faultPlace, faultSentence } from '../core/model/fault.ts';
import { indentUnit, lineEndOf } from './json-layout.ts';
import { readJson } from './json-text.ts';

export type JsonPath = readonly (string | number)[];

export type SettingsText =
  | { readonly kind: 'read'; readonly value: Readonly<Record<string, unknown>> }
  /** `why` names the place. */
  | { readonly kind: 'refused'; readonly why: string };

/** A missing file and an empty one are settings that say nothing. */
export function readSettings(text: string | null, path: string): SettingsText {
  if (isBlank(text)) return { kind: 'read', value: {} };
  const { faults } = readJson(text, path);
  const fault = faults.find(({ level }) => level === 'fault') ?? faults.find(({ found }) => found === 'smart quotes');
  if (fault !== undefined) return { kind: 'refused', why: `${faultPlace(fault)}: ${faultSentence(fault)}` };
  const errors: ParseError[] = [];
  const tree = parseTree(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  const value: unknown = tree === undefined || errors.length > 0 ? null : getNodeValue(tree);
  return isRecord(value) ? { kind: 'read', value } : { kind: 'refused', why: `${path}: expected an object in braces` };
}

/** Null stays for what would be an empty file. `undefined` takes the value out. */
export function setIn(text: string | null, path: JsonPath, value: unknown, options?: { readonly append: boolean }): string {
  const start = isBlank(text) ? '{}\n' : text;
  const mark = start.startsWith('\ufeff') ? '\ufeff' : '';
  const body = start.slice(mark.length);
  const unit = indentUnit(body);
  const edits = modify(body, [...path], value, {
    isArrayInsertion: options?.append === true,
    formattingOptions: { insertSpaces: !unit.includes('\t'), tabSize: unit.length, eol: lineEndOf(body) },
  });
  return mark + applyEdits(body, edits);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBlank(text: string | null): text is null {
  return text === null || text.replace('\ufeff', '').trim() === '';
}
