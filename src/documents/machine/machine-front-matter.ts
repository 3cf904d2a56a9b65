// The settings of COMPUTER_<N>.md. In the second form (D3a) the front matter has only what people look for, which hosts show as a table.
// All other settings stand in a closed block at the end, which hosts show as one line. In the first form all stand in the front matter.
import type { Scalar } from '../../core/model/machines/machine.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { Position } from '../text/text-position.ts';
import { readFlatYaml } from '../yaml/flat-yaml.ts';
import { type FrontMatter, readFrontMatter, renderFrontMatter, renderLines } from '../yaml/front-matter.ts';

/** What people look for; the page below says the rest in words. An empty list would be an empty column. */
const LISTS = ['tags', 'tools', 'allows'];
const FOR_PEOPLE = ['machine', 'name', 'state', ...LISTS, 'version'];

const OPEN = '<details><summary>For programs</summary>\n\n```yaml\n';
const CLOSE = '```\n\n</details>\n';
const BLOCK = /<details><summary>For programs<\/summary>\r?\n\r?\n```yaml\r?\n/g;
const BLOCK_END = '\n```';
/** As of front matter. */
const BLOCK_LENGTH_MAX = 65_536;

/** What tells the first form: each document has it, and no person looks for it. */
const FIRST_FORM_KEY = 'seq';

/** Reads both forms. `body` has no block. */
export function readMachineFrontMatter(text: string, document: string): FrontMatter & { readonly form: 1 | 2 } {
  const head = readFrontMatter(text, document, readFlatYaml);
  // A person's notes may show a block; where the front matter has everything, it is none.
  if (head.data === null || Object.hasOwn(head.data, FIRST_FORM_KEY)) return { ...head, form: 1 };
  const block = blockIn(head.body);
  if (block === null) return { ...head, form: 1 };
  const body = head.body.slice(0, block.start);
  const { value, faults, positionOf } = blockSettings(block.text, document);
  const above = linesIn(text.slice(0, text.length - head.body.length)) + linesIn(head.body.slice(0, block.from));
  const below = <T extends { readonly line: number | null }>(at: T): T => ({
    ...at,
    line: at.line === null ? null : at.line + above,
  });
  if (value === null) return { data: null, body, faults: faults.map(below), positionOf: () => null, form: 2 };
  const places = (key: string): Position | null => {
    const inner = Object.hasOwn(head.data ?? {}, key) ? null : positionOf(key);
    return inner === null ? head.positionOf(key) : below(inner);
  };
  return { data: Object.assign(Object.create(null), value, head.data), body, faults: [], positionOf: places, form: 2 };
}

/** The whole document, in the form that is asked for. */
export function renderMachinePage(settings: Readonly<Record<string, Scalar>>, body: string, form: 1 | 2): string {
  if (form === 1) return renderFrontMatter(settings, `\n${body}`);
  const shown = FOR_PEOPLE.filter((key) => settings[key] !== '' || !LISTS.includes(key));
  const head = Object.fromEntries(shown.map((key) => [key, settings[key] ?? null]));
  const rest = Object.entries(settings).filter(([key]) => !FOR_PEOPLE.includes(key));
  // A text with a mark of HTML is always in JSON's quotes, where this reads back as the same. So no value ends the block or opens another.
  const lines = renderLines(Object.fromEntries(rest)).replaceAll('<', '\\u003c');
  return renderFrontMatter(head, `\n${body}\n${OPEN}${lines}${CLOSE}`);
}

/** The last one: notes of people stand before it, and nothing in it can look like its beginning. */
function blockIn(body: string): { readonly start: number; readonly from: number; readonly text: string } | null {
  let last: RegExpExecArray | null = null;
  for (const found of body.matchAll(BLOCK)) last = found;
  if (last === null) return null;
  const from = last.index + last[0].length;
  const end = body.indexOf(BLOCK_END, from - 1);
  return { start: last.index, from, text: body.slice(from, end === -1 ? body.length : Math.max(end, from)).replaceAll('\r', '') };
}

function blockSettings(text: string, document: string): ReturnType<typeof readFlatYaml> {
  if (text.length <= BLOCK_LENGTH_MAX) return readFlatYaml(text, document);
  const fault: Fault = {
    document,
    line: 1,
    column: 1,
    level: 'fault',
    expected: 'a short block for programs',
    found: 'too much of it',
  };
  return { value: null, faults: [fault], positionOf: () => null };
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
