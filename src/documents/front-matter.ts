// Front matter: a mapping between two lines of ---, then a body that is kept byte for byte. gray-matter finds the parts; our
// guarded YAML is its only engine, so that no text can run code, whatever language its first line names.
import matter from 'gray-matter';
import type { Fault } from '../core/model/fault.ts';
import type { Scalar } from '../core/model/machine.ts';
import { isTooLarge } from './limits.ts';
import type { Position } from './text-position.ts';
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

/** Front matter beyond this is none of ours, and gray-matter's search for comments is quadratic in blank lines. */
const HEAD_LENGTH_MAX = 65_536;
const BLANK_RUN = /\s{300}/;
const OPENING = /^---[ \t]*(?:\r?\n|$)/;

disarm();

/** gray-matter ships engines that evaluate JavaScript: none of them may be reachable, by any name. */
function disarm(): void {
  const { engines } = matter as unknown as { engines: Record<string, unknown> };
  for (const name of Object.keys(engines)) delete engines[name];
  Object.setPrototypeOf(engines, null);
}

/** Reads a text with front matter; `document` is its path below `coordination/`. */
export function readFrontMatter(text: string, document: string): FrontMatter {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const none = (expected: string, found: string, line: number | null = 1): FrontMatter => {
    const fault: Fault = { document, line, column: line === null ? null : 1, level: 'fault', expected, found };
    return { data: null, body: source, faults: [fault], positionOf: () => null };
  };
  if (isTooLarge(source)) return none('at most 1 MiB of text', 'more', null);
  if (!OPENING.test(source))
    return none('a line of --- at the top', source.trim() === '' ? 'an empty document' : 'something else');
  const end = source.indexOf('\n---', 3);
  if (end === -1) return none('a second line of --- after the front matter', 'none');
  if (end > HEAD_LENGTH_MAX || BLANK_RUN.test(source.slice(0, end))) return none('short front matter', 'too much of it');
  if (!/^---[ \t]*(?:\r?\n|$)/.test(source.slice(end + 1)))
    return none('a second line of --- after the front matter', 'a line that only begins so');
  let yaml: YamlText | undefined;
  const engine = (head: string): object => {
    yaml = readYaml(head.replace(/\r(?=\n|$)/g, '').replace(/^[ \t]+\n/, '\n'), document);
    return {};
  };
  const { content } = matter(source, { language: 'yaml', excerpt: false, engines: { yaml: engine } });
  if (yaml === undefined) return { data: Object.create(null), body: content, faults: [], positionOf: () => null };
  if (yaml.faults.length > 0) return { data: null, body: content, faults: yaml.faults, positionOf: () => null };
  if (!isMapping(yaml.value)) return none('front matter of the form "name: value"', 'something else', 2);
  return { data: yaml.value, body: content, faults: [], positionOf: yaml.positionOf };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes flat front matter and the body after it; `readFrontMatter` reads back the same data and, byte for byte, the same body. */
export function renderFrontMatter(data: Readonly<Record<string, Scalar>>, body: string): string {
  const lines = Object.entries(data).map(([key, value]) => `${renderScalar(key)}: ${renderScalar(value)}\n`);
  return `---\n${lines.join('')}---\n${body}`;
}
