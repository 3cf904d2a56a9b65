// Puts values into a JSON document that commands of coord write, and nobody else: names are sorted, so that two machines write the same bytes.
import type { Json } from '../../core/model/ledger/intention.ts';
import { isRecord } from './is-record.ts';
import { toValue } from './json-node.ts';
import { readJson } from './json-text.ts';

type Members = Record<string, Json>;

/** `text`: null = there is none yet; `at`: names, from the outermost in; null takes the value out. The same text where nothing changes; null = it is no JSON object. */
export function withValue(text: string | null, at: readonly string[], value: Json): string | null {
  const members = text === null ? {} : membersIn(text);
  return members === null ? null : rewritten(text, members, (all) => put(all, at, value));
}

/** What stands there; undefined = nothing, or `text` is no JSON object. */
export function valueIn(text: string, at: readonly string[]): Json | undefined {
  let now: Json | undefined = membersIn(text) ?? undefined;
  for (const name of at) now = isRecord(now) && Object.hasOwn(now, name) ? (now as Members)[name] : undefined;
  return now;
}

/** Without the members of these names in each of these objects; the text is read once for all. One that is no JSON object stays as it is. */
export function withoutMembers(text: string, objects: readonly string[], names: ReadonlySet<string>): string {
  const members = membersIn(text);
  if (members === null) return text;
  const left = (of: Json | undefined): Json | null => {
    if (!isRecord(of)) return of ?? null;
    const kept = Object.entries(of as Members).filter(([name]) => !names.has(name));
    return kept.length === 0 ? null : Object.fromEntries(kept);
  };
  const holds = objects.some((name) => isRecord(members[name]) && Object.keys(members[name]).some((it) => names.has(it)));
  return holds
    ? rewritten(text, members, (all) => objects.reduce((now, name) => put(now, [name], left(now[name])) as Members, all))
    : text;
}

function rewritten(text: string | null, members: Members, change: (members: Members) => Json): string {
  const whole = sorted(change(members));
  const isSame = text !== null && JSON.stringify(sorted(members)) === JSON.stringify(whole);
  return isSame ? text : `${JSON.stringify(whole, null, 1)}\n`;
}

/** Null = it is no JSON object. */
function membersIn(text: string): Members | null {
  const { root, faults } = readJson(text, '');
  const isWhole = root !== null && root.kind === 'object' && faults.every(({ level }) => level !== 'fault');
  return isWhole ? (toValue(root) as Members) : null;
}

function put(members: Members, [name, ...inner]: readonly string[], value: Json): Json {
  if (name === undefined) return members;
  const below = Object.hasOwn(members, name) ? members[name] : undefined;
  const next = inner.length === 0 ? value : put(isRecord(below) ? (below as Members) : {}, inner, value);
  const others = Object.entries(members).filter(([other]) => other !== name);
  const isGone = next === null || (inner.length > 0 && isRecord(next) && Object.keys(next).length === 0);
  return Object.fromEntries(isGone ? others : [...others, [name, next]]);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Members)[name] ?? null)]));
}
