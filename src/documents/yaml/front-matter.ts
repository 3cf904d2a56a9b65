// Front matter: a mapping between two lines of ---, then a body that is kept byte for byte. Our guarded YAML is all that ever reads
// it, so that no text can run code, whatever language its first line names.

import type { Scalar } from '../../core/model/machines/machine.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { isTooLarge } from '../text/limits.ts';
import type { Position } from '../text/text-position.ts';
import { renderScalar } from './yaml-scalar.ts';
import { readYaml } from './yaml-text.ts';

export interface FrontMatter {
  /** Null when there is none that can be read. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly body: string;
  readonly faults: readonly Fault[];
  /** Where the value of a key stands in the whole text, or what stands there under a key of its own. */
  readonly positionOf: (key: string, inner?: string) => Position | null;
}

/** Front matter beyond this is none of ours. */
const HEAD_LENGTH_MAX = 65_536;
const BLANK_RUN = /\s{300}/;
/** A blank line, or a comment. */
const SAYS_NOTHING = /^\s*(?:#|$)/;
const OPENING = /^---[ \t]*(?:\r?\n|$)/;

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
  // The line break after the opening stays, so that positions are those of the whole text.
  const head = source.slice(3, end).replace(/^[ \t]+/, '');
  const content = source.slice(end + 4).replace(/^\r?\n?/, '');
  if (head.split('\n').every((line) => SAYS_NOTHING.test(line)))
    return { data: Object.create(null), body: content, faults: [], positionOf: () => null };
  const yaml = readYaml(head.replace(/\r(?=\n|$)/g, ''), document);
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
