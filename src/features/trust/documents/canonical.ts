// Canonical JSON (RFC 8785): one text for one value, whatever the order of its names and however its numbers were written, so that a signature
// covers what was meant. Strings are compared and written as they are, in whatever Unicode form. Pure.
import type { Json } from '../../../core/model/ledger/intention.ts';

/** What JSON has no one form for: a lone surrogate, a number beyond all bounds, what is nested deeper than any document may be. Anybody can write it. */
export class NoOneForm extends Error {}

const LEVELS_MAX = 128;

/** What is made of a canonical text; null = it has none. Whoever reads what others wrote asks by this: one mistake of theirs stops nothing else. */
export function inOneForm<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof NoOneForm) return null;
    throw error;
  }
}

/** Throws NoOneForm. */
export function canonical(value: Json, level = 0): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NoOneForm('a number that JSON has no form for');
    return JSON.stringify(value);
  }
  if (level > LEVELS_MAX) throw new NoOneForm(`a value of more than ${LEVELS_MAX} levels`);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item, level + 1)).join(',')}]`;
  const members = value as Readonly<Record<string, Json | undefined>>;
  let text = '';
  // Sorted by UTF-16 units, as JavaScript compares.
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${canonical(member, level + 1)}`;
  }
  return `{${text}}`;
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new NoOneForm('a text with half a character');
  return JSON.stringify(text);
}
