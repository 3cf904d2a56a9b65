// Reads and writes `handoffs/<N>.md` (D9), a machine's hand-offs, newest first. parse(render(x)) = x for texts as they are recorded: no
// blank line before, no white space after. Text that no machine wrote belongs to the part above it.
import type { HandOff } from '../../../core/model/messages/hand-off.ts';
import type { Fault, Parsed } from '../../../core/model/status/fault.ts';
import type { DocumentKind } from '../../../documents/document.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';
import { DOCUMENT_LIMITS, isTooLarge, TOO_LARGE } from '../../../documents/text/limits.ts';

const PARTS = ['open', 'where', 'next'] as const;
const PART_HEADING = /^### (Open|Where|Next)[ \t\r]*$/;
/** A line of a text that would end it gets a backslash, and one that has some already gets one more. */
const LOOKS = /^\\*(?:## [0-9]|### (?:Open|Where|Next)[ \t\r]*$)/;

/** What machine N hands off: `handoffs/2.md`. */
export function handOffsPath(machine: number): string {
  return `handoffs/${machine}.md`;
}

const PATH = /^handoffs\/([1-9][0-9]{0,3})\.md$/;

/** The machine whose hand-offs stand at this path; null = another path. */
export function handOffsOf(path: string): number | null {
  const [, machine] = PATH.exec(path) ?? [];
  return machine === undefined ? null : Number(machine);
}

export const handOffDocument: DocumentKind<readonly HandOff[]> = {
  owner: 'machine',
  path: PATH,
  parse: parseHandOffs,
  say: {
    pathOf: handOffsPath,
    text: ({ machine, handOffs = [] }) => (handOffs.length === 0 ? null : renderHandOffs(machine, handOffs)),
    kept: { name: 'handOffs', value: ({ handOffs = [] }) => handOffs },
  },
};

export function parseHandOffs(text: string, path: string): Parsed<readonly HandOff[]> {
  const whole = { document: path, line: null, column: null, level: 'fault' } as const;
  if (isTooLarge(text)) return { value: null, faults: [{ ...whole, ...TOO_LARGE }] };
  const faults: Fault[] = [];
  const found: { readonly head: Head; readonly texts: Record<'done' | (typeof PARTS)[number], string[]> }[] = [];
  let lines: string[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const head = headOf(line);
    const part = PART_HEADING.exec(line)?.[1]?.toLowerCase() as (typeof PARTS)[number] | undefined;
    if (head !== null) {
      found.push({ head, texts: { done: [], open: [], where: [], next: [] } });
      lines = found.at(-1)?.texts.done ?? [];
    } else if (part !== undefined) lines = found.at(-1)?.texts[part] ?? [];
    else lines.push(line);
    if (head === null && /^## [0-9]/.test(line)) {
      const place = { document: path, line: at + 1, column: 4, level: 'warning' } as const;
      faults.push({ ...place, expected: '<time> · <project>', found: 'other text, which belongs to the hand-off above' });
    }
    if (found.length > DOCUMENT_LIMITS.entriesMax)
      return { value: null, faults: [{ ...whole, expected: `at most ${DOCUMENT_LIMITS.entriesMax} hand-offs`, found: 'more' }] };
  }
  const value = found.map(({ head, texts }): HandOff => {
    const [open, where, next] = PARTS.map((part) => textOf(texts[part]) || null);
    return { ...head, done: textOf(texts.done), open: open ?? null, where: where ?? null, next: next ?? null };
  });
  return { value, faults };
}

type Head = Pick<HandOff, 'at' | 'project' | 'order'>;

/** `## 2026-11-20T22:00:00.000Z · github.com/me/app · order fix-login` */
function headOf(line: string): Head | null {
  if (!line.startsWith('## ')) return null;
  const [at = '', project = '', order, ...more] = line.slice(3).trimEnd().split(' · ');
  const id = order === undefined ? null : (/^order (\S+)$/.exec(order)?.[1] ?? undefined);
  return isIsoTime(at) && project.trim() !== '' && id !== undefined && more.length === 0 ? { at, project, order: id } : null;
}

function textOf(lines: readonly string[]): string {
  return lines
    .map((line) => (line.startsWith('\\') && LOOKS.test(line) ? line.slice(1) : line))
    .join('\n')
    .replace(/^\n+/, '')
    .trimEnd();
}

export function renderHandOffs(machine: number, handOffs: readonly HandOff[]): string {
  const entries = handOffs.map((it) => {
    const parts = PARTS.flatMap((part) => {
      const text = it[part];
      return text === null ? [] : [`### ${part[0]?.toUpperCase()}${part.slice(1)}\n\n${escaped(text)}\n`];
    });
    return [`\n## ${handOffHead(it)}\n\n${escaped(it.done)}\n`, ...parts].join('\n');
  });
  return `# Hand-offs of machine ${machine}\n${entries.join('')}`;
}

function handOffHead({ at, project, order }: Head): string {
  return [at, project, ...(order === null ? [] : [`order ${order}`])].join(' · ');
}

function escaped(text: string): string {
  return text
    .split('\n')
    .map((line) => (LOOKS.test(line) ? `\\${line}` : line))
    .join('\n');
}
