// Reads JSON that a program wrote with the platform's own parser, which is many times as fast as the one that forgives what people type and
// knows where everything stands.
import { DOCUMENT_LIMITS, isTooLarge } from '../text/limits.ts';
import { FORBIDDEN_KEYS } from './json-node.ts';

/** What `readJson` makes of a text if it finds nothing to say of it; undefined for any other text. Linear. */
export function plainJson(text: string): unknown {
  if (isTooLarge(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const names = namesIn(value, 0);
  return names !== null && names === namesWritten(text) ? value : undefined;
}

/** How many names its objects have; null = it is too deep, a part has too many entries, or a name is refused. */
function namesIn(value: unknown, level: number): number | null {
  if (typeof value !== 'object' || value === null) return 0;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (level === DOCUMENT_LIMITS.levelsMax || parts.length > DOCUMENT_LIMITS.entriesMax) return null;
  if (keys.some((key) => FORBIDDEN_KEYS.has(key))) return null;
  let names = keys.length;
  for (const part of parts) {
    const below = namesIn(part, level + 1);
    if (below === null) return null;
    names += below;
  }
  return names;
}

/** How many names stand in JSON, those that are given twice in one object among them, which the parser does not tell. */
function namesWritten(json: string): number {
  let names = 0;
  for (let from = json.indexOf('"'); from !== -1; from = json.indexOf('"', from)) {
    let end = json.indexOf('"', from + 1);
    while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
    from = end + 1;
    while (' \t\r\n'.includes(json[from] ?? '-')) from += 1;
    if (json[from] === ':') names += 1;
  }
  return names;
}

/** An odd number of backslashes stands before it. */
function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}
