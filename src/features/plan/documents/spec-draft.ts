// Finds the draft of a spec's task list in its text (D10), and makes it the task list once a person has approved it.
import { parseSpec } from './spec.ts';

const DRAFT_WORD = /[ \t]*[([]?\bdraft\b[)\]]?/i;
const HEADING = '## Tasks (draft)';

/** The list in an answer: what stands around it, a fence or a heading of its own, is left out. Null = there is none. */
export function listInAnswer(answer: string): string | null {
  const lines = answer.replaceAll('\r\n', '\n').split('\n');
  const first = lines.findIndex((line) => /^ {0,3}(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[[ xX]?\]/.test(line));
  if (first === -1) return null;
  const fence = lines.slice(0, first).findLast((line) => /^ {0,3}`{3,}/.test(line));
  const mark = /`{3,}/.exec(fence ?? '')?.[0];
  const rest = lines.slice(first);
  const end = mark === undefined ? -1 : rest.findIndex((line) => line.trim() === mark);
  return (end === -1 ? rest : rest.slice(0, end)).join('\n').trim();
}

/** The spec with this list as its draft, in place of an earlier one. */
export function withDraft(text: string, path: string, list: string): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const section = [HEADING, '', ...list.split('\n'), ''].join(lineEnd);
  const { draftLine = null, draftEnd = null } = parseSpec(text, path).value ?? {};
  if (draftLine === null) return `${text.trimEnd()}${text.trim() === '' ? '' : lineEnd + lineEnd}${section}`;
  const lines = text.split('\n');
  const [before, after] = [
    lines.slice(0, draftLine - 1).join('\n'),
    draftEnd === null ? '' : lines.slice(draftEnd - 1).join('\n'),
  ];
  return `${before === '' ? '' : `${before}\n`}${section}${after === '' ? '' : lineEnd + after}`;
}

/**
 * True if the list is all that a draft of it changes: no heading, open fence or open comment of it reaches out of the draft, where its tasks
 * would be what is wanted, or those of people would not. `text`: the spec with it.
 */
export function staysDraft(list: string, text: string, before: string, path: string): boolean {
  const alone = [HEADING, '', ...list.split('\n'), '', '## Notes'];
  const read = parseSpec(text, path).value;
  const isWithin = parseSpec(alone.join('\n'), path).value?.draftEnd === alone.length;
  return isWithin && read !== null && read.drafts.length > 0 && tasksIn(text, path) === tasksIn(before, path);
}

/** Those that count, wherever they stand. */
function tasksIn(text: string, path: string): string {
  const tasks = parseSpec(text, path).value?.tasks ?? null;
  return JSON.stringify(tasks, (key, value) => (key === 'line' || key === 'column' ? undefined : value));
}

/** Null = there is no draft. Of a spec that has tasks already, its new ones are a second list of that name. */
export function withoutDraftWord(text: string, path: string): string | null {
  const at = draftAt(text, path);
  if (at === null) return null;
  return text
    .split('\n')
    .map((line, index) => (index === at ? line.replace(DRAFT_WORD, '') : line))
    .join('\n');
}

/** The index of the line of its heading. */
function draftAt(text: string, path: string): number | null {
  const line = parseSpec(text, path).value?.draftLine ?? null;
  return line === null ? null : line - 1;
}
