// Puts values into the texts of a template's steps (O20). A value is data: it goes into the middle of a text that has been read already, is never
// looked into again, and goes only where nothing is obeyed but by a person or an agent. A command gets it as a variable.
import type { Written } from '../../core/model/orders/template.ts';
import { isRecord } from '../json/is-record.ts';

export const PARAMETER = /^[a-z][a-z0-9_]{0,31}$/;
const PLACEHOLDER = /\{\{ ?([A-Za-z0-9_-]{1,64}) ?\}\}/g;

/** Fields of a step whose texts take values; of those with a function, the texts that it finds. */
const TAKES: ReadonlySet<string> = new Set(['title', 'feature', 'prompt', 'env', 'call']);

type Texts = (text: string, isOpen: boolean) => string;

/** Names of all placeholders in a step, with the field, and whether a value may stand there. */
export function placeholdersIn(step: {
  readonly [field: string]: Written;
}): readonly { readonly field: string; readonly name: string; readonly isOpen: boolean }[] {
  const found: { field: string; name: string; isOpen: boolean }[] = [];
  for (const [field, value] of Object.entries(step))
    mapped(field, value, (text, isOpen) => {
      for (const [, name = ''] of text.matchAll(PLACEHOLDER)) found.push({ field, name, isOpen });
      return text;
    });
  return found;
}

/** The step with the values in their places. Throws `TooLong`. */
export function filledStep(
  step: { readonly [field: string]: Written },
  values: Readonly<Record<string, string>>,
  lengthMax: number,
): { readonly step: { readonly [field: string]: Written }; readonly length: number } {
  let length = 0;
  const fill: Texts = (text, isOpen) => {
    if (!isOpen || !text.includes('{{')) return text;
    let longer = text.length;
    for (const [whole, name = ''] of text.matchAll(PLACEHOLDER)) longer += (values[name]?.length ?? 0) - whole.length;
    length += longer;
    // Before it is made: a text may name a long value thousands of times.
    if (length > lengthMax) throw new TooLong();
    return text.replaceAll(PLACEHOLDER, (whole, name) => values[name] ?? whole);
  };
  const filled = Object.entries(step).map(([field, value]): [string, Written] => [field, mapped(field, value, fill)]);
  return { step: Object.fromEntries(filled), length };
}

export class TooLong extends Error {}

/** All texts of a value, keys left out. Of a call only texts within a body of JSON are open: a body that is a text has a form of its own. */
function mapped(field: string, value: Written, to: Texts): Written {
  if (field !== 'call' || !isFields(value)) return deep(value, to, TAKES.has(field) && field !== 'call');
  const parts = Object.entries(value).map(([name, part]): [string, Written] => [
    name,
    deep(part, to, name === 'body' && typeof part === 'object'),
  ]);
  return Object.fromEntries(parts);
}

function deep(value: Written, to: Texts, isOpen: boolean): Written {
  if (typeof value === 'string') return to(value, isOpen);
  if (Array.isArray(value)) return value.map((item) => deep(item, to, isOpen));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, deep(part, to, isOpen)]));
}

function isFields(value: Written): value is { readonly [name: string]: Written } {
  return isRecord(value);
}
