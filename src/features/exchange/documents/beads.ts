// Reads `.beads/issues.jsonl`, in which the issue tracker beads (`bd`) keeps one issue a line. Pure.
import { isRecord } from '../../../documents/json/is-record.ts';
import type { Found, LeftOut, ReadFile } from './drafts.ts';
import { issueWork, textOf } from './issues.ts';

const LINE_MAX = 262_144;
/** By the number that beads has: 0 is the most urgent. */
const PRIORITIES = ['urgent', 'high', 'normal', 'low', 'low'] as const;
/** What comes first; the other kinds (`related`, `parent-child`, `discovered-from`) hold nothing back. */
const BLOCKS = ['blocks', 'conditional-blocks'];

export function readBeads(text: string, agent: string): ReadFile {
  const found: Found[] = [];
  const left: LeftOut[] = [];
  const done: string[] = [];
  for (const [at, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue;
    const line = at + 1;
    const bead = beadIn(written);
    const key = bead === null ? '' : textOf(bead, 'id');
    if (bead === null || key === '') {
      left.push({ line, what: written.slice(0, 40), why: 'expected an issue of beads: a JSON object with an "id"' });
      continue;
    }
    const status = textOf(bead, 'status');
    if (status === 'closed') done.push(key);
    if (status === 'closed' || status === 'tombstone') left.push({ line, what: key, why: `it is ${status}` });
    else if (textOf(bead, 'issue_type') === 'epic') left.push({ line, what: key, why: 'an epic holds other issues together' });
    else found.push({ line, ...orderOf(bead, key, agent) });
  }
  return { found, left, done };
}

function beadIn(line: string): Readonly<Record<string, unknown>> | null {
  if (line.length > LINE_MAX) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function orderOf(bead: Readonly<Record<string, unknown>>, key: string, agent: string): Omit<Found, 'line'> {
  const title = textOf(bead, 'title');
  const texts = [
    ['Description', textOf(bead, 'description')],
    ['Design', textOf(bead, 'design')],
    ['Done when', textOf(bead, 'acceptance_criteria')],
  ] as const;
  const priority = PRIORITIES[Number(bead.priority)] ?? 'normal';
  return {
    ...{ key, name: key, title, waits: waitsOf(bead.dependencies) },
    fields: { ...issueWork(agent, { title, texts, from: `beads ${key}` }), ...(priority === 'normal' ? {} : { priority }) },
  };
}

function waitsOf(dependencies: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(dependencies) ? dependencies.slice(0, 1000) : [];
  return list
    .filter(isRecord)
    .filter((it) => BLOCKS.includes(textOf(it, 'type')))
    .map((it) => textOf(it, 'depends_on_id'))
    .filter((key) => key !== '');
}
