// Reads YAML safely: one document of the core schema, without aliases, tags, directives or repeated keys, into null-prototype mappings. A
// flat 4 KB file of brackets makes the yaml package abort the process, so its lexer and parser are driven step by step and stopped at the
// first level that is too deep. All YAML is read here.
import {
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml';
import type { Fault } from '../../core/model/status/fault.ts';
import { FORBIDDEN_KEYS } from '../json/json-node.ts';
import { asTyped, type TypedPath } from '../text/as-typed.ts';
import { visibleText } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import type { Position } from '../text/text-position.ts';

export interface YamlText {
  /** Null when the text cannot be read; an empty document is null too, without faults. */
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Where the value of a top-level key stands, or what stands there under a key, or at a place of a list, and so on inwards. */
  readonly positionOf: (key: string, ...inner: readonly (string | number | undefined)[]) => Position | null;
}

/** A fault on its way up: never leaves this file. */
class Refusal extends Error {
  readonly offset: number | null;
  readonly expected: string;
  readonly found: string;
  /** The same without a word of the text. */
  readonly kind: string;
  constructor(offset: number | null, expected: string, found: string, kind = found) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
    this.found = found;
    this.kind = kind;
  }
}

/**
 * Reads one YAML document; `document` is its path below `coordination/`, for the faults. `typed`: what in it is a text, however it is typed.
 * `isPrivate`: values of it may be secret, so no fault repeats anything that stands in it.
 */
export function readYaml(text: string, document: string, typed: readonly TypedPath[] = [], isPrivate = false): YamlText {
  const lines = new LineCounter();
  const placeOf = (offset: number | null): Position | null => {
    if (offset === null) return null;
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const composed = compose(text, lines);
    for (const path of typed) keepTyped(composed?.contents, path);
    const value = composed === null ? null : toPlain(composed.contents, 1);
    return {
      value,
      faults: [],
      positionOf: (key, ...inner) => placeOf(composed === null ? null : offsetOf(composed.contents, key, ...inner)),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { line, column } = placeOf(error.offset) ?? { line: null, column: null };
    const found = visibleText(isPrivate ? error.kind : error.found);
    const fault: Fault = { document, line, column, level: 'fault', expected: error.expected, found };
    return { value: null, faults: [fault], positionOf: () => null };
  }
}

function compose(text: string, lines: LineCounter): Document.Parsed | null {
  if (text.length > DOCUMENT_LIMITS.settingsLengthMax) throw new Refusal(null, 'at most 64 KiB of settings', 'more');
  const tokens = tokensOf(text, lines);
  const composer = new Composer({
    schema: 'core',
    version: '1.2',
    merge: false,
    // `toPlain` looks for keys given twice: the package compares each with all before it.
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
  });
  stopAtFirst(composer);
  const [document, second] = [...composer.compose(tokens, false, text.length)];
  if (document === undefined) return null;
  if (second !== undefined) throw new Refusal(second.range[0], 'one document', 'a second one after ---');
  const trouble = document.errors[0] ?? document.warnings[0];
  if (trouble !== undefined) throw new Refusal(trouble.pos[0], 'YAML', troubleIn(trouble.message), 'a mistake');
  return document;
}

/**
 * One mistake is told, and a text of 64 KB can hold 32,000, each an error with a trace of its own: the first ends the reading. What is only
 * a warning does not.
 */
function stopAtFirst(composer: Composer): void {
  const told = composer as unknown as { onError: OnError };
  const collect = told.onError;
  // The package catches some errors that are thrown within it, and throws them as its own.
  let first: Refusal | null = null;
  told.onError = (source, code, message, isWarning) => {
    if (isWarning === true) return collect(source, code, message, isWarning);
    const offset = typeof source === 'number' ? source : Array.isArray(source) ? (source[0] ?? null) : source.offset;
    first ??= new Refusal(offset, 'YAML', troubleIn(message), 'a mistake');
    throw first;
  };
}

type OnError = (
  source: number | [number, number] | { readonly offset: number },
  code: string,
  message: string,
  isWarning?: boolean,
) => void;

function troubleIn(message: string): string {
  const line = (message.split('\n')[0] ?? '').slice(0, 120);
  return `a mistake: ${line.charAt(0).toLowerCase()}${line.slice(1)}`;
}

/** One stack entry a level, and a few for the document and the innermost value; what passes is measured again on the tree. */
const STACK_MAX = DOCUMENT_LIMITS.levelsMax + 8;
const ENTRY_MARKS = new Set(['comma', 'seq-item-ind', 'map-value-ind', 'explicit-key-ind']);
const OPENING_MARKS = new Set(['flow-seq-start', 'flow-map-start']);

function tokensOf(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let [entries, opened] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      // The first mistake is told: what stands behind it is not read.
      if (token.type === 'error') return tokens;
    }
    const kind = CST.tokenType(lexeme);
    if (kind === 'directive-line') throw new Refusal(parser.offset, 'no directive', 'a line that begins with %');
    // The package knows !!timestamp, !!set and !!binary in any schema: objects that a check for a mapping takes for an empty one.
    if (kind === 'tag') throw new Refusal(parser.offset - lexeme.length, 'a value without a tag', lexeme, 'a tag');
    if (kind !== null && ENTRY_MARKS.has(kind)) entries += 1;
    if (kind !== null && OPENING_MARKS.has(kind)) opened += 1;
    if (Math.max(entries, opened) > DOCUMENT_LIMITS.entriesMax)
      throw new Refusal(parser.offset, `at most ${DOCUMENT_LIMITS.entriesMax} entries`, 'more');
    if (parser.stack.length > STACK_MAX) throw tooDeep(parser.offset);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function tooDeep(offset: number | null): Refusal {
  return new Refusal(offset, `at most ${DOCUMENT_LIMITS.levelsMax} levels`, 'more');
}

function keepTyped(node: unknown, [name, ...inner]: TypedPath): void {
  if (name === undefined) {
    if (isScalar(node) && node.source !== undefined) node.value = asTyped(node.value, node.source);
  } else if (isSeq(node) && name === '*') for (const item of node.items) keepTyped(item, inner);
  else if (isMap(node))
    for (const { key, value } of node.items) if (name === '*' || (isScalar(key) && key.value === name)) keepTyped(value, inner);
}

function toPlain(node: unknown, level: number): unknown {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) throw new Refusal(node.range?.[0] ?? null, 'the value itself', `an alias, *${node.source}`, 'an alias');
  if (isScalar(node)) return node.value;
  const offset = isSeq(node) || isMap(node) ? (node.range?.[0] ?? null) : null;
  if (level > DOCUMENT_LIMITS.levelsMax) throw tooDeep(offset);
  if (isSeq(node)) return node.items.map((item) => toPlain(item, level + 1));
  if (!isMap(node)) throw new Refusal(offset, 'a value', 'something else');
  const mapping: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : null;
    const at = isScalar(key) ? (key.range?.[0] ?? offset) : offset;
    if (name === null) throw new Refusal(at, 'a plain word as a key', 'something else');
    if (FORBIDDEN_KEYS.has(name)) throw new Refusal(at, 'a name that is allowed', `"${name}"`);
    if (name in mapping) throw new Refusal(at, 'each name once', `"${name}" a second time`, 'one a second time');
    mapping[name] = toPlain(value, level + 1);
  }
  return mapping;
}

/** By their names, found once: a text of 64 KB has 8,000 of them, and each may be a mistake. */
const PAIRS = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(mapping: YAMLMap): ReadonlyMap<string, Pair> {
  const known = PAIRS.get(mapping);
  if (known !== undefined) return known;
  const pairs = new Map(mapping.items.flatMap((item) => (isScalar(item.key) ? [[String(item.key.value), item] as const] : [])));
  PAIRS.set(mapping, pairs);
  return pairs;
}

function offsetOf(contents: unknown, key: string | number, ...inner: readonly (string | number | undefined)[]): number | null {
  const [next, ...rest] = inner;
  if (isSeq(contents) && typeof key === 'number') {
    const item = contents.items[key];
    if (next !== undefined) return offsetOf(item, next, ...rest);
    return isScalar(item) || isMap(item) || isSeq(item) ? (item.range?.[0] ?? null) : null;
  }
  if (!isMap(contents)) return null;
  const pair = pairsOf(contents).get(String(key));
  if (next !== undefined) return offsetOf(pair?.value, next, ...rest);
  const at =
    isScalar(pair?.value) || isMap(pair?.value) || isSeq(pair?.value)
      ? pair.value.range
      : isScalar(pair?.key)
        ? pair.key.range
        : null;
  return at?.[0] ?? null;
}
