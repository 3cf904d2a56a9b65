// Hostile documents with structure: values of every wrong kind, odd names, depth, and what becomes of a good document when parts of it are
// replaced, taken away, doubled or renamed.
import fc from 'fast-check';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '\n',
    '\t',
    '\u0000',
    '\u001b[31m',
    '\u202e',
    '\ufeff',
    '\ud800',
    '😀',
    '“',
    '"',
    '\\',
    "'",
    '`',
    '|',
    '<!--',
    '-->',
    '<img>',
  ],
  ...[
    'all',
    'any',
    '1',
    '0',
    '-1',
    '01',
    '1e3',
    'null',
    'true',
    '~',
    '..',
    'a.lock',
    'a.',
    'a..b',
    'A',
    '__proto__',
    'constructor',
  ],
  ...[
    'toString',
    'hasOwnProperty',
    'c',
    'c.1',
    'x.x',
    'x@20261120T0300Z',
    '0 3 * * *',
    '* * * * *',
    '0 0 31 2 *',
    '1h',
    '30d',
    'UTC',
  ],
  ...[
    'Europe/Berlin',
    'specs/a.md',
    '../x',
    '/etc/passwd',
    '~',
    'https://user:pass@host/x',
    '2026-11-20T22:00:00.000Z',
    '$(x)',
    'a'.repeat(300),
  ],
];
const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 12 }));
const oddNumber = fc.constantFrom(0, -0, 1, -1, 2, 0.5, 99, 10_000, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300, 1e-300);
const leaf: fc.Arbitrary<Json> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 2, arbitrary: oddNumber },
  { weight: 4, arbitrary: oddText },
);

/** `names`: of fields that mean something where it will stand. */
function hostile(names: readonly string[]): fc.Arbitrary<Json> {
  const name = fc.oneof(fc.constantFrom(...names), oddText);
  return fc.letrec<{ any: Json }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('any'), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie('any')), { maxLength: 4 }).map((members) => Object.fromEntries(members) as Json),
      fc.tuple(tie('any'), fc.constantFrom(3, 70)).map(([inner, levels]) => nested(inner, levels)),
    ),
  })).any;
}

function nested(inner: Json, levels: number): Json {
  let value = inner;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

interface Change {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'double' | 'rename' | 'wrap' | 'add';
  readonly name: string;
  readonly value: Json;
}

/** One of the samples, with a few of its parts changed. */
export function changed(samples: readonly Json[], names: readonly string[]): fc.Arbitrary<Json> {
  const change: fc.Arbitrary<Change> = fc.record({
    at: fc.nat({ max: 10_000 }),
    how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'double', 'rename', 'wrap', 'add'),
    name: fc.oneof(fc.constantFrom(...names), oddText),
    value: hostile(names),
  });
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 }))
    .map(([sample, changes]) => changes.reduce((value, it) => apply(value, it), sample));
}

/** Counts the places of a value in the order of its text, and changes the one that is meant. */
function apply(root: Json, { at, how, name, value }: Change): Json {
  let left = at % Math.max(1, placesIn(root));
  const walk = (here: Json): readonly Json[] => {
    if (left === 0) {
      left -= 1;
      if (how === 'remove') return [];
      if (how === 'double') return [here, here];
      if (how === 'wrap') return [[here]];
      if (how === 'add' && isObject(here)) return [{ ...here, [name]: value }];
      return how === 'rename' ? [here] : [value];
    }
    left -= 1;
    if (Array.isArray(here)) return [here.flatMap(walk)];
    if (!isObject(here)) return [here];
    const members = Object.entries(here).flatMap(([key, inner]): [string, Json][] => {
      const isMeant = left === 0 && how === 'rename';
      const [first] = walk(inner);
      return first === undefined ? [] : [[isMeant ? name : key, first]];
    });
    return [Object.fromEntries(members)];
  };
  return walk(root)[0] ?? null;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placesIn(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, it) => sum + placesIn(it), 1);
  return isObject(value) ? Object.values(value).reduce<number>((sum, it) => sum + placesIn(it), 1) : 1;
}

/** A text of which pieces were cut out, doubled or put elsewhere, most often none. */
export function scratched(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cut = fc.record({ at: fc.nat(), length: fc.nat({ max: 30 }), put: fc.oneof(fc.constant(null), oddText) });
  const cuts = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(cut, { maxLength: 3 }) });
  return fc.tuple(text, cuts).map(([whole, list]) =>
    list.reduce((now, { at, length, put }) => {
      const from = now.length === 0 ? 0 : at % now.length;
      const piece = now.slice(from, from + length);
      return now.slice(0, from) + (put ?? piece + piece) + now.slice(from + length);
    }, whole),
  );
}

/** Front matter, or a YAML document, of which every value is written in one line. */
export function yamlOf(value: Json): string {
  if (!isObject(value)) return `${JSON.stringify(value)}\n`;
  const lines = Object.entries(value).map(
    ([key, it]) => `${/^[a-z_0-9]+$/.test(key) ? key : JSON.stringify(key)}: ${JSON.stringify(it)}\n`,
  );
  return lines.join('');
}

/** Lines that mean something in a log, a page or a spec, in any order. */
export function pageOf(lines: readonly string[]): fc.Arbitrary<string> {
  const line = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...lines) }, { weight: 1, arbitrary: oddText });
  return fc.array(line, { maxLength: 14 }).map((all) => all.join('\n'));
}
