// JSON as people type it: comments, trailing commas, a byte order mark and smart quotes as delimiters are forgiven, each kind
// with one warning. Everything else that is wrong is one fault with its place; keys given twice and prototype names are faults.
import { type Node, type ParseError, parseTree, printParseErrorCode, visit } from 'jsonc-parser';
import type { Fault } from '../../core/model/status/fault.ts';
import { asTyped, type TypedPath } from '../text/as-typed.ts';
import { visibleText } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS, isTooLarge } from '../text/limits.ts';
import { type Position, positionsOf } from '../text/text-position.ts';
import { type BadKey, badKeysIn, type JsonNode, toJsonNode } from './json-node.ts';
import { type Forgiven, type JsonScan, scanJson } from './json-scan.ts';

export interface JsonText {
  /** Null when the text as a whole is no JSON. Offsets are those of the text as given. */
  readonly root: JsonNode | null;
  readonly faults: readonly Fault[];
  readonly positionAt: (offset: number) => Position;
}

const FORGIVEN: Record<Forgiven, readonly [expected: string, found: string]> = {
  byteOrderMark: ['no byte order mark', 'one'],
  comment: ['no comment in JSON', 'one (it is kept)'],
  trailingComma: ['no comma before a closing bracket', 'one'],
  smartQuote: ['straight quotes (")', 'smart quotes'],
};

/** Reads a JSON document; `document` is its path below `coordination/`, `typed`: what in it is a text, however it is typed. */
export function readJson(text: string, document: string, typed: readonly TypedPath[] = []): JsonText {
  const positionAt = positionsOf(text);
  const place = (offset: number | null) => (offset === null ? { line: null, column: null } : positionAt(offset));
  const fault = (offset: number | null, expected: string, found: string, level: Fault['level'] = 'fault'): Fault => {
    return { document, ...place(offset), level, expected, found };
  };
  const none = (only: Fault): JsonText => ({ root: null, faults: [only], positionAt });
  if (isTooLarge(text)) return none(fault(null, 'at most 1 MiB of text', 'more'));
  if (text.replace('\ufeff', '').trim() === '') return none(fault(null, 'JSON', 'an empty document'));
  const scan = scanJson(text, DOCUMENT_LIMITS.levelsMax);
  if (scan.tooDeepAt !== null) {
    return none(fault(scan.tooDeepAt, `at most ${DOCUMENT_LIMITS.levelsMax} levels of brackets`, 'more'));
  }
  const errors: ParseError[] = [];
  const tree = parseTree(scan.straight, errors, { allowTrailingComma: true });
  const error = errors[0];
  if (error !== undefined || tree === undefined) return none(syntaxFault(text, scan, error, fault));
  for (const path of typed) keepTyped(tree, path, text);
  const root = toJsonNode(tree);
  const crowd = tooManyIn(root);
  if (crowd !== null) return none(fault(crowd.offset, `at most ${DOCUMENT_LIMITS.entriesMax} entries`, `${crowd.count}`));
  const warnings = [...scan.forgiven].map(([kind, offset]) => fault(offset, ...FORGIVEN[kind], 'warning'));
  return { root, faults: [...warnings, ...badKeysIn(root).map((bad) => fault(bad.offset, ...badKeySentence(bad)))], positionAt };
}

function keepTyped(node: Node, [name, ...inner]: TypedPath, text: string): void {
  if (name === undefined) {
    Object.assign(node, { value: asTyped(node.value, text.slice(node.offset, node.offset + node.length)) });
    return;
  }
  for (const child of node.children ?? []) {
    const [key, value] = child.type === 'property' ? (child.children ?? []) : [null, child];
    if (value !== undefined && (name === '*' || key?.value === name)) keepTyped(value, inner, text);
  }
}

/** The comments of a JSON text, without the blanks around them. */
export function commentsIn(text: string): readonly string[] {
  const comments: string[] = [];
  visit(text, { onComment: (offset, length) => comments.push(text.slice(offset, offset + length).trim()) });
  return comments;
}

/** What a refused key's fault says. */
export function badKeySentence({ key, why }: BadKey): readonly [expected: string, found: string] {
  const name = visibleText(JSON.stringify(key));
  return why === 'twice' ? ['each name once', `${name} a second time`] : ['a name that is allowed', name];
}

type MakeFault = (offset: number | null, expected: string, found: string) => Fault;

function syntaxFault(text: string, scan: JsonScan, error: ParseError | undefined, fault: MakeFault): Fault {
  const marker = /^(?:<{7}|={7}|>{7})(?!.*["{}[\]])/m.exec(text);
  if (marker !== null) return fault(marker.index, 'JSON', 'a git conflict marker');
  if (error === undefined) return fault(null, 'JSON', 'something else');
  const offset = Math.min(error.offset, text.length);
  return fault(offset, expectedAfter(printParseErrorCode(error.error)), tokenAt(text, scan.straight, error));
}

function expectedAfter(code: ReturnType<typeof printParseErrorCode>): string {
  switch (code) {
    case 'PropertyNameExpected':
      return 'a name in double quotes';
    case 'ColonExpected':
      return 'a colon';
    case 'CommaExpected':
    case 'CloseBraceExpected':
    case 'CloseBracketExpected':
      return 'a comma or a closing bracket';
    case 'EndOfFileExpected':
      return 'the end of the document';
    case 'UnexpectedEndOfString':
      return 'a closing quote in the same line';
    case 'UnexpectedEndOfComment':
      return '*/ at the end of the comment';
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
      return 'an escape such as \\n, \\" or \\u0041 (a backslash itself is \\\\)';
    case 'InvalidCharacter':
      return 'control characters in a string written as escapes such as \\n';
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return 'a number';
    case 'InvalidSymbol':
      return 'text in double quotes, a number or a bracket';
    default:
      return 'a value';
  }
}

/** What stands at an error, as the reader sees it in the text: at most one token of one line. */
function tokenAt(text: string, straight: string, { offset, length }: ParseError): string {
  const blank = /^[ \t\r\n]*/.exec(straight.slice(offset))?.[0].length ?? 0;
  if (offset + blank >= straight.length) return 'the end of the text';
  const from = length > 0 ? offset : offset + blank;
  const token =
    length > 0 ? text.slice(from, from + length) : (/^(?:"[^"\r\n]*"?|[\w.+-]+|[\s\S])/.exec(straight.slice(from))?.[0] ?? '');
  const line = token.split(/[\r\n]/)[0] ?? '';
  const shown = line.length > 40 ? `${line.slice(0, 39)}…` : line;
  return visibleText(shown).replace(/[^\S ]/g, (space) => `\\u{${space.charCodeAt(0).toString(16)}}`);
}

function tooManyIn(node: JsonNode): { offset: number; count: number } | null {
  if (node.kind === 'scalar') return null;
  const children = node.kind === 'array' ? node.items : node.members.map((member) => member.value);
  if (children.length > DOCUMENT_LIMITS.entriesMax) return { offset: node.offset, count: children.length };
  for (const child of children) {
    const crowd = tooManyIn(child);
    if (crowd !== null) return crowd;
  }
  return null;
}
