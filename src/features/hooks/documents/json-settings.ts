// Edits JSON settings of other programs that people edit too: single values change, and comments, order and layout stay.
import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Json } from '../../../core/model/ledger/intention.ts';
import { faultPlace, faultText } from '../../../core/model/status/fault.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { indentUnit, inlineJson, lineEndOf } from '../../../documents/json/json-layout.ts';
import { appendItem, type Container, cutItem, type Place } from '../../../documents/json/json-list-edit.ts';
import { readJson } from '../../../documents/json/json-text.ts';
import { applySplices, type Splice } from '../../../documents/text/text-splice.ts';

export type JsonPath = readonly (string | number)[];

export type SettingsText =
  /** `loose`: the place of a comment or an extra comma, which strict JSON does not allow; null = there is none. */
  | { readonly kind: 'read'; readonly value: Readonly<Record<string, unknown>>; readonly loose: string | null }
  /** `why` names the place. */
  | { readonly kind: 'refused'; readonly why: string };

/** A missing file and an empty one are settings that say nothing. */
export function readSettings(text: string | null, path: string): SettingsText {
  if (isBlank(text)) return { kind: 'read', value: {}, loose: null };
  const { faults } = readJson(text, path);
  const fault = faults.find(({ level }) => level === 'fault') ?? faults.find(({ found }) => found === 'smart quotes');
  if (fault !== undefined) return { kind: 'refused', why: faultText(fault) };
  const errors: ParseError[] = [];
  const tree = parseTree(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  const value: unknown = tree === undefined || errors.length > 0 ? null : getNodeValue(tree);
  if (!isRecord(value)) return { kind: 'refused', why: `${path}: expected an object in braces` };
  const loose = faults.find(({ expected }) => expected !== 'no byte order mark');
  return { kind: 'read', value, loose: loose === undefined ? null : faultPlace(loose) };
}

/** Sets, adds or, with `undefined`, takes out one value; of a list, what lies beyond its end is appended. Nothing else is touched. */
export function setIn(text: string | null, path: JsonPath, value: Json | undefined): string {
  const start = isBlank(text) ? '{}\n' : text;
  const mark = start.startsWith('\ufeff') ? '\ufeff' : '';
  const body = start.slice(mark.length);
  const tree = parseTree(body, [], { allowTrailingComma: true });
  if (tree === undefined) throw new Error('settings that were not read are not changed');
  return mark + applySplices(body, splicesFor(body, tree, path, value));
}

function splicesFor(text: string, tree: Node, path: JsonPath, value: Json | undefined): readonly Splice[] {
  const there = findNodeAtLocation(tree, [...path]);
  const key = path.at(-1);
  if (key === undefined) throw new Error('the settings as a whole are not replaced');
  if (there !== undefined && value === undefined) {
    const item = there.parent?.type === 'property' ? there.parent : there;
    const parent = item.parent;
    if (parent === undefined) throw new Error('the settings as a whole are not taken out');
    return cutItem(text, containerOf(parent), (parent.children ?? []).indexOf(item));
  }
  if (value === undefined) return [];
  if (there !== undefined) {
    const place = { indent: indentOfLine(text, there.offset), unit: indentUnit(text), lineEnd: lineEndOf(text) };
    return [{ offset: there.offset, length: there.length, text: written(value, place) }];
  }
  const parent = path.length === 1 ? tree : findNodeAtLocation(tree, path.slice(0, -1));
  if (parent === undefined) return splicesFor(text, tree, path.slice(0, -1), { [String(key)]: value });
  const name = parent.type === 'array' ? '' : `${JSON.stringify(key)}: `;
  return appendItem(text, containerOf(parent), (place) => name + written(value, place));
}

function containerOf({ offset, length, children = [] }: Node): Container {
  return { open: offset, close: offset + length - 1, items: children };
}

/** As the programs themselves write their settings: each value on a line of its own. */
function written(value: Json, place: Place): string {
  if (place === null) return inlineJson(value, true);
  return JSON.stringify(value, null, place.unit).replaceAll('\n', `${place.lineEnd}${place.indent}`);
}

function indentOfLine(text: string, offset: number): string {
  return /[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
}

function isBlank(text: string | null): text is null {
  return text === null || text.replace('\ufeff', '').trim() === '';
}
