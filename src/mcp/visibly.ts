// Nothing that an agent reads and a person does not see: beside what is escaped for people, the characters that are letters to a model
// and nothing at all on a screen (tags, and selectors of variants beyond the common ones).
import { visibleJson, visibleText } from '../documents/escape-text.ts';
import type { Answer } from './desk-types.ts';

const UNSEEN = /[\u{e0000}-\u{e0fff}]/gu;

export function agentText(text: string): string {
  return visibleText(text).replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same JSON value, so that a document can still be parsed. */
export function agentJson(json: string): string {
  const unit = (character: string, at: number) => `\\u${character.charCodeAt(at).toString(16)}`;
  return visibleJson(json).replace(UNSEEN, (character) => unit(character, 0) + unit(character, 1));
}

export function visibly({ text, structured, ...rest }: Answer): Answer {
  return { text: agentText(text), structured: seen(structured) as Answer['structured'], ...rest };
}

function seen(value: unknown): unknown {
  if (typeof value === 'string') return agentText(value);
  if (Array.isArray(value)) return value.map(seen);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [agentText(key), seen(field)]));
}
