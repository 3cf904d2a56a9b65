// Nothing that an agent reads and a person does not see.
import { visibleText } from '../documents/text/escape-text.ts';
import type { Answer } from './desk-types.ts';

export function visibly({ text, structured, ...rest }: Answer): Answer {
  return { text: visibleText(text), structured: seen(structured) as Answer['structured'], ...rest };
}

function seen(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(seen);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [visibleText(key), seen(field)]));
}
