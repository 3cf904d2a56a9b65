// The table of `npm run guards` against the texts: it takes minutes to run, and must not turn out to be stale only then.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Change {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

interface Row extends Change {
  readonly rule: string;
  readonly marked: string | null;
  readonly also?: readonly Change[];
}

interface Table {
  readonly GUARDS: readonly Row[];
  readonly NOT_SWITCHED: readonly { readonly rule: string; readonly marked: string }[];
}

const root = dirname(dirname(import.meta.dirname));
const { GUARDS, NOT_SWITCHED } = (await import(pathToFileURL(join(root, 'scripts/guard-table.mjs')).href)) as Table;
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const timesIn = (text: string, part: string) => text.split(part).length - 1;

describe('the table of guards', () => {
  test('what each row takes out stands in the program, once', () => {
    const changes = GUARDS.flatMap(({ rule, also = [], ...first }) => [first, ...also].map((change) => ({ rule, ...change })));
    const wrong = changes
      .filter(({ file, find }) => timesIn(textOf(file), find) !== 1)
      .map(({ rule, file }) => `${rule}: ${file}`);
    expect(wrong).toEqual([]);
    expect(changes.filter(({ find, replace }) => find === replace)).toEqual([]);
    expect(new Set(GUARDS.map(({ rule }) => rule)).size).toBe(GUARDS.length);
  });

  test('each ‡ of the protocol has a row', () => {
    // The first one is in the sentence that says what it means.
    const [, ...marks] = textOf('docs/protocol.md').replaceAll(/\s+/g, ' ').split('‡').slice(0, -1);
    const words = [...GUARDS, ...NOT_SWITCHED].flatMap(({ rule, marked }) => (marked === null ? [] : [{ rule, marked }]));
    const uncovered = marks.filter((before) => words.every(({ marked }) => !before.endsWith(`${marked} `)));
    expect(uncovered.map((before) => before.slice(-80))).toEqual([]);
    const lost = words.filter(({ marked }) => marks.filter((before) => before.endsWith(`${marked} `)).length !== 1);
    expect(lost).toEqual([]);
    expect(marks.length).toBeGreaterThan(20);
  });
});
