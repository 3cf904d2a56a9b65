// Reads and writes front matter: a mapping between two lines of ---, then a body that is kept byte for byte. gray-matter splits the text,
// and has guarded YAML as its only engine, so that no text can run code. This file adds faults with places, a bound on the time, and
// rendering.
import matter from 'gray-matter';
import type { Scalar } from '../../core/model/machines/machine.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { isRecord } from '../json/is-record.ts';
import { isTooLarge } from '../text/limits.ts';
import type { Position } from '../text/text-position.ts';
import { renderScalar } from './yaml-scalar.ts';
import { readYaml, type YamlText } from './yaml-text.ts';

export interface FrontMatter {
  /** Null when there is none that can be read. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly body: string;
  readonly faults: readonly Fault[];
  /** Where the value of a key stands in the whole text, or what stands there under a key of its own. */
  readonly positionOf: (key: string, inner?: string) => Position | null;
}

/** Front matter that is longer is not read. */
const HEAD_LENGTH_MAX = 65_536;
const BLANK_RUN = /\s{300}/;
/** A blank line, or a comment. */
const SAYS_NOTHING = /^\s*(?:#|$)/;
/** Without a language: gray-matter would look for the engine of whatever word stands there. */
const MARK = /^---[ \t]*(?:\r?\n|$)/;

// One of them evaluates JavaScript. Options do not take an engine away, they add to these.
const { engines } = matter as unknown as { engines: Record<string, unknown> };
for (const language of Object.keys(engines)) delete engines[language];

/** True where a text begins with front matter, well or badly written. */
export function hasFrontMatter(text: string): boolean {
  return MARK.test(withoutByteOrderMark(text));
}

/** Reads a text with front matter; `document` is its path below `coordination/`, `read` what reads between the two lines. */
export function readFrontMatter(text: string, document: string, read: typeof readYaml = readYaml): FrontMatter {
  const source = withoutByteOrderMark(text);
  const none = (expected: string, found: string, line: number | null = 1): FrontMatter => {
    const fault: Fault = { document, line, column: line === null ? null : 1, level: 'fault', expected, found };
    return { data: null, body: source, faults: [fault], positionOf: () => null };
  };
  if (isTooLarge(source)) return none('at most 1 MiB of text', 'more', null);
  if (!MARK.test(source)) return none('a line of --- at the top', source.trim() === '' ? 'an empty document' : 'something else');
  // Found here too, before gray-matter sees it: its search for comments is quadratic in blanks, and it takes a text that never
  // closes for one that is all front matter.
  const end = source.indexOf('\n---', 3);
  if (end === -1) return none('a second line of --- after the front matter', 'none');
  if (end > HEAD_LENGTH_MAX || BLANK_RUN.test(source.slice(0, end))) return none('short front matter', 'too much of it');
  if (!MARK.test(source.slice(end + 1))) return none('a second line of --- after the front matter', 'a line that only begins so');
  const { yaml, body } = split(source, document, read);
  if (yaml === null) return { data: Object.create(null), body, faults: [], positionOf: () => null };
  if (yaml.faults.length > 0) return { data: null, body, faults: yaml.faults, positionOf: () => null };
  if (!isRecord(yaml.value)) return none('front matter of the form "name: value"', 'something else', 2);
  return { data: yaml.value, body, faults: [], positionOf: yaml.positionOf };
}

/** `yaml`: null = there is nothing between the two lines but blanks and comments. */
function split(source: string, document: string, read: typeof readYaml): { yaml: YamlText | null; body: string } {
  const found: { yaml: YamlText | null } = { yaml: null };
  const parse = (head: string): object => {
    // The line break after the opening stays, so that positions are those of the whole text.
    const text = head.replace(/^[ \t]+/, '').replace(/\r(?=\n|$)/g, '');
    if (!text.split('\n').every((line) => SAYS_NOTHING.test(line))) found.yaml = read(text, document);
    // Not what was read: it would look there for an `excerpt_separator`, and trip over one that is no text.
    return {};
  };
  // With options it keeps no cache: without, it gives {} for a bad text that it sees a second time.
  const { content } = matter(source, { language: 'yaml', engines: { yaml: { parse } } });
  return { yaml: found.yaml, body: content };
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Writes flat front matter and the body after it; `readFrontMatter` reads back the same data and, byte for byte, the same body. */
export function renderFrontMatter(data: Readonly<Record<string, Scalar>>, body: string): string {
  return `---\n${renderLines(data)}---\n${body}`;
}

/** `name: value`, each in a line of its own. */
export function renderLines(data: Readonly<Record<string, Scalar>>): string {
  return Object.entries(data)
    .map(([key, value]) => `${renderScalar(key)}: ${renderScalar(value)}\n`)
    .join('');
}
