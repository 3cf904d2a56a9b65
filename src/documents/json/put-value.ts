// Puts one value into a JSON document that commands of coord write, and nobody else: names are sorted, so that two machines write the same bytes.
import type { Json } from '../../core/model/ledger/intention.ts';
import { isRecord } from './is-record.ts';
import { toValue } from './json-node.ts';
import { readJson } from './json-text.ts';

type Members = Record<string, Json>;

/** `at`: names, from the outermost in; null takes the value out. What is no JSON object has no value to keep. The same text where nothing changes. */
export function withValue(text: string | null, at: readonly string[], value: Json): string {
  const { root = null, faults = [] } = text === null ? {} : readJson(text, '');
  const isWhole = root !== null && root.kind === 'object' && faults.every(({ level }) => level !== 'fault');
  const whole = put(isWhole ? (toValue(root) as Members) : {}, at, value);
  const after = `${JSON.stringify(whole, null, 1)}\n`;
  return text !== null && isWhole && JSON.stringify(sorted(toValue(root))) === JSON.stringify(whole) ? text : after;
}

function put(members: Members, [name, ...inner]: readonly string[], value: Json): Json {
  if (name === undefined) return sorted(members);
  const below = Object.hasOwn(members, name) ? members[name] : undefined;
  const next = inner.length === 0 ? value : put(isRecord(below) ? (below as Members) : {}, inner, value);
  const others = Object.entries(members).filter(([other]) => other !== name);
  const isGone = next === null || (inner.length > 0 && isRecord(next) && Object.keys(next).length === 0);
  return sorted(Object.fromEntries(isGone ? others : [...others, [name, next]]));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Members)[name] ?? null)]));
}
