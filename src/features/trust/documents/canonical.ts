// Canonical JSON (RFC 8785): one text for one value, whatever the order of its names and however its numbers were written, so that a signature
// covers what was meant. Strings are compared and written as they are, in whatever Unicode form. Pure.
import type { Json } from '../../../core/model/ledger/intention.ts';

/** Throws for what JSON has no one form for: a lone surrogate, a number beyond all bounds. */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('a number that JSON has no form for');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  const members = value as Readonly<Record<string, Json | undefined>>;
  let text = '';
  // Sorted by UTF-16 units, as JavaScript compares.
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${canonical(member)}`;
  }
  return `{${text}}`;
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new Error('a text with half a character');
  return JSON.stringify(text);
}
