// Reads what stands below the title of a task (D10): first fields such as `assign: pc`, without quotes and brackets, then prose.
// order-schema.ts checks the values. A misspelt field name is a fault, because as prose nobody would obey it.
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { TaskField } from '../../../core/model/orders/spec.ts';
import type { UnknownField } from '../../../core/model/orders/unknown-field.ts';
import { isOwnName, unknownField } from '../../../documents/json/unknown-field.ts';
import type { TaskValue } from '../../../documents/orders/order-field.ts';
import { FIELDS, fieldsThat } from '../../../documents/orders/order-fields.ts';
import type { TypedPath } from '../../../documents/text/as-typed.ts';
import { DOCUMENT_LIMITS } from '../../../documents/text/limits.ts';
import { readYaml } from '../../../documents/yaml/yaml-text.ts';
import type { ItemLine } from './spec-lines.ts';

export interface TaskBody {
  readonly fields: Readonly<Record<string, TaskField>>;
  /** `id`, apart from them. */
  readonly id: TaskField | null;
  readonly prose: string;
  readonly slips: readonly FieldSlip[];
}

interface FieldSlip {
  readonly line: number;
  readonly column: number;
  readonly level: 'fault' | 'warning';
  readonly expected: string;
  readonly found: string;
  readonly unknown?: UnknownField;
}

/** Of an order, as it stands there. Everything else of one belongs to those who look after it. */
export const TASK_ORDER_FIELDS = fieldsThat(({ task }) => task !== undefined);
/** What a task, or the defaults of a spec, may say: `tags` and `tool` are of `assign`. */
export const TASK_FIELDS: readonly string[] = [...TASK_ORDER_FIELDS, 'tags', 'tool'];
const KNOWN: ReadonlySet<string> = new Set([...TASK_FIELDS, 'id']);
const FIELD = /^((?:[-*+][ \t]+)?[*_`]{0,2})([A-Za-z][A-Za-z_-]{0,30})[*_`]{0,2}[ \t]?:[*_`]{0,2}(?:[ \t]+(.*))?$/;
const YES = /^(?:true|yes|on)$/i;
const NO = /^(?:false|no|off)$/i;
/** What YAML there is in one spec, in its front matter and in the values of all its tasks: a parser of it is slow. */
export class SpecYaml {
  /** Characters that were given to the parser. */
  read = 0;

  /** False = it would be more than one document may hold. */
  take(length: number): boolean {
    if (this.read + length > DOCUMENT_LIMITS.settingsLengthMax) return false;
    this.read += length;
    return true;
  }
}

export function readTaskBody(lines: readonly ItemLine[], yaml: SpecYaml): TaskBody {
  const fields: Record<string, TaskField> = Object.create(null);
  let id: TaskField | null = null;
  const slips: FieldSlip[] = [];
  let at = 0;
  for (; at < lines.length; at += 1) {
    const line = lines[at] as ItemLine;
    if (line.text.trim() === '') continue;
    const read = line.isCode ? null : fieldIn(line);
    if (read === null) break;
    const { name, place, value } = read;
    const slip = (expected: string, found: string) => slips.push({ ...place, level: 'fault', expected, found });
    if (!KNOWN.has(name)) {
      const instead = Object.hasOwn(FIELDS, name) ? FIELDS[name]?.instead : undefined;
      const unknown = unknownField(read.written, KNOWN);
      // What is near to no field is prose.
      if (instead === undefined && unknown?.meant == null) {
        if (isOwnName(read.written)) continue;
        break;
      }
      if (instead !== undefined) slip(instead, `"${read.written}"`);
      else
        slips.push({
          ...place,
          level: 'fault',
          expected: 'a field of a task',
          found: `"${read.written}"`,
          ...(unknown === null ? {} : { unknown }),
        });
    } else if (name in fields || (name === 'id' && id !== null)) slip('each field once', `"${name}" a second time`);
    else if (value === '') slip(`a value for "${name}" in its line`, 'nothing');
    else {
      const json = readValue(name, value, yaml);
      if (json === undefined) slip(`"${name}" to be YAML in one line, such as { NAME: value }`, value.slice(0, 60));
      else if (name === 'id') id = { ...place, value: json };
      else fields[name] = { ...place, value: json };
    }
  }
  const prose = lines.slice(at);
  for (const line of prose) {
    const late = line.isCode ? null : fieldIn(line);
    if (late !== null && KNOWN.has(late.name))
      slips.push({
        ...{ line: line.line, column: line.column, level: 'warning' },
        expected: 'fields above the prose',
        found: `"${late.name}:" below it, which is part of the prose`,
      });
  }
  return { fields, id, prose: proseOf(prose), slips };
}

function proseOf(lines: readonly ItemLine[]): string {
  return lines
    .map(({ text }) => text.trimEnd())
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd();
}

interface FieldLine {
  readonly name: string;
  readonly written: string;
  readonly value: string;
  readonly place: { readonly line: number; readonly column: number };
}

function fieldIn({ text, line, column }: ItemLine): FieldLine | null {
  const trimmed = text.trimStart();
  const [, , written, value = ''] = FIELD.exec(trimmed.trimEnd()) ?? [];
  if (written === undefined) return null;
  const bare = unquoted(value.trim());
  const at = value === '' ? 0 : trimmed.lastIndexOf(value);
  return {
    ...{ written, name: written.toLowerCase().replaceAll('-', '_'), value: bare },
    place: { line, column: column + text.length - trimmed.length + at },
  };
}

/** Between backticks, so that no host makes emphasis of a command's stars. */
function unquoted(value: string): string {
  const bare = value.replace(/\\$/, '').trim();
  const ticks = /^`{1,9}/.exec(bare)?.[0] ?? '';
  const inner = bare.slice(ticks.length, -ticks.length);
  const isWhole = ticks !== '' && bare.endsWith(ticks) && inner !== '' && !inner.includes(ticks);
  return isWhole ? inner.trim() : value;
}

/** Undefined = it cannot be read. */
function readValue(name: string, text: string, yaml: SpecYaml): Json | undefined {
  const as = taskValue(name);
  if (as === 'text') return text;
  if (as === 'number') return /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : text;
  if (as === 'flag') return YES.test(text) ? true : NO.test(text) ? false : text;
  if (/^[[{]/.test(text)) return yaml.take(text.length) ? yamlOf(text, name === 'env' ? [['*']] : []) : undefined;
  if (as === 'brackets') return undefined;
  return as === 'list' ? wordsOf(text) : as(text);
}

/** How a task says it. */
export function taskValue(name: string): TaskValue {
  return name === 'tags' ? 'list' : (FIELDS[name]?.task ?? 'text');
}

function yamlOf(text: string, typed: readonly TypedPath[]): Json | undefined {
  const { value, faults } = readYaml(text, '', typed);
  return faults.length > 0 ? undefined : (value as Json);
}

/** Commas within brackets belong to the word: `Bash(a, b)`. */
function wordsOf(text: string): Json {
  const parts: string[] = [];
  let isOpen = false;
  for (const part of text.split(',')) {
    if (isOpen) parts[parts.length - 1] += `,${part}`;
    else parts.push(part);
    isOpen = isOpen ? !part.includes(')') : part.lastIndexOf('(') > part.lastIndexOf(')');
  }
  const words = parts.map((word) => unquoted(word.trim()));
  return words.filter((word) => word !== '' && word.toLowerCase() !== 'none');
}
