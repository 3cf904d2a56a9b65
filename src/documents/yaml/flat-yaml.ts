// Reads settings as coord writes them, one `name: value` a line. A full YAML parser takes a thousand times as long for a line, and every
// sync reads the words of all machines. A text of this form reads as in YAML; another one is a fault.

import { cutText } from '../../core/base/cut-text.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { FORBIDDEN_KEYS } from '../json/json-node.ts';
import { visibleText } from '../text/escape-text.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import type { Position } from '../text/text-position.ts';
import type { YamlText } from './yaml-text.ts';

const SAYS_NOTHING = /^ *(?:#|$)/;
const QUOTED = /^"(?:[^"\\]|\\.)*"/;
const SINGLE = /^'(?:[^']|'')*'/;
/** What may stand behind a value. */
const REST = /^(?:[ \t]+#.*|[ \t]*)$/;
/** Where they begin a word, they make something else of it in YAML. */
const MARKS = new Set('&*!|>%@`#?-,]}');

/** A mistake on its way up: never leaves this file. */
class Slip extends Error {
  readonly column: number;
  readonly expected: string;
  readonly found: string;
  constructor(column: number, expected: string, found: string) {
    super(expected);
    this.column = column;
    this.expected = expected;
    this.found = found;
  }
}

/** As `readYaml` reads it. A list or a mapping is kept as its lines and not parsed; only its name is known. */
export function readFlatYaml(text: string, document: string): YamlText {
  const value: Record<string, unknown> = Object.create(null);
  const places = new Map<string, Position>();
  const lines = text.split('\n');
  let last: string | null = null;
  for (const [at, line] of lines.entries()) {
    try {
      if (SAYS_NOTHING.test(line)) continue;
      if (/^(?:[ \t]|-[ \t]|-$)/.test(line)) {
        // Below a name alone: a list or a mapping, over any number of lines.
        if (last === null || (value[last] !== null && !Array.isArray(value[last])))
          throw new Slip(1, FORM, 'a line of another form');
        value[last] = ['…'];
        continue;
      }
      const { key, rest, column } = keyIn(line);
      if (FORBIDDEN_KEYS.has(key)) throw new Slip(1, 'a name that is allowed', `"${key}"`);
      if (key in value) throw new Slip(1, 'each name once', `"${key}" a second time`);
      if (places.size === DOCUMENT_LIMITS.entriesMax) throw new Slip(1, `at most ${DOCUMENT_LIMITS.entriesMax} entries`, 'more');
      value[key] = valueIn(rest, column);
      places.set(key, { line: at + 1, column });
      last = rest === '' ? key : null;
    } catch (error) {
      if (!(error instanceof Slip)) throw error;
      const { column, expected, found } = error;
      const fault: Fault = { document, line: at + 1, column, level: 'fault', expected, found: visibleText(found) };
      return { value: null, faults: [fault], positionOf: () => null };
    }
  }
  return { value, faults: [], positionOf: (key) => places.get(key) ?? null };
}

const FORM = 'a line of the form "name: value"';

function keyIn(line: string): { readonly key: string; readonly rest: string; readonly column: number } {
  const quoted = QUOTED.exec(line)?.[0];
  const end =
    quoted === undefined ? line.search(/:(?:[ \t]|$)/) : quoted.length + line.slice(quoted.length).search(/:(?:[ \t]|$)/);
  const between = quoted === undefined ? '' : line.slice(quoted.length, end);
  const first = line.charAt(0);
  const isNone =
    end <= 0 || (quoted === undefined && (MARKS.has(first) || '"\'[{'.includes(first) || /[ \t]#/.test(line.slice(0, end))));
  if (isNone || between.trim() !== '' || (quoted !== undefined && end < quoted.length))
    throw new Slip(1, FORM, cutText(line, 60));
  const rest = line.slice(end + 1).replace(/^[ \t]+/, '');
  const column = rest === '' ? 1 : line.length - rest.length + 1;
  return {
    key: quoted === undefined ? String(scalarOf(line.slice(0, end).trimEnd())) : stringIn(quoted, 1),
    rest: SAYS_NOTHING.test(rest) ? '' : rest,
    column,
  };
}

function valueIn(rest: string, column: number): unknown {
  const first = rest.charAt(0);
  if (first === '[' || first === '{') return [rest];
  const quoted = (first === '"' ? QUOTED : SINGLE).exec(rest)?.[0];
  if (quoted !== undefined) {
    if (!REST.test(rest.slice(quoted.length)))
      throw new Slip(column, 'nothing behind a quoted value', cutText(rest.slice(quoted.length), 60));
    return first === '"' ? stringIn(quoted, column) : quoted.slice(1, -1).replaceAll("''", "'");
  }
  const plain = rest.replace(/[ \t]#.*$/, '').trimEnd();
  // A number may begin with a minus.
  const isMarked = MARKS.has(first) && !(first === '-' && /^-[^ \t]/.test(plain)) && !(first === '?' && /^\?[^ \t]/.test(plain));
  if (isMarked || first === '"' || first === "'")
    throw new Slip(column, 'a word, a number or a quoted text in one line', cutText(rest, 60));
  if (/:(?:[ \t]|$)/.test(plain)) throw new Slip(column, 'quotes around a text with a colon in it', cutText(rest, 60));
  return scalarOf(plain);
}

function stringIn(quoted: string, column: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new Slip(column, 'a text as JSON quotes it', cutText(quoted, 60));
  }
}

/** The core schema of YAML 1.2. */
function scalarOf(plain: string): string | number | boolean | null {
  if (/^(?:~|null|Null|NULL|)$/.test(plain)) return null;
  if (/^(?:true|True|TRUE)$/.test(plain)) return true;
  if (/^(?:false|False|FALSE)$/.test(plain)) return false;
  if (/^(?:[-+]?[0-9]+|0x[0-9a-fA-F]+)$/.test(plain)) return Number(plain);
  if (/^0o[0-7]+$/.test(plain)) return Number.parseInt(plain.slice(2), 8);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+|\.[0-9]+[eE][-+]?[0-9]+)$/.test(plain))
    return Number(plain);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(plain)) return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(plain) ? Number.NaN : plain;
}
