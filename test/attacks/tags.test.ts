// Tags of YAML: what they make is an object, and no check of ours foresees it. `paused: !!timestamp 2001-01-01` was taken for a fleet in which nothing
// is paused, without a word.
import { expect, test } from 'vitest';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { readFrontMatter } from '../../src/documents/yaml/front-matter.ts';

test.each([
  '!!timestamp 2001-01-01',
  '!!set {all}',
  '!!binary AAAA',
  '!!str all',
])('D4 a tag is a fault at its place: %s', (value) => {
  const at = { level: 'fault', expected: 'a value without a tag' };
  expect(parseFleet(`name: x\npaused: ${value}\n`).faults).toMatchObject([{ ...at, line: 2 }]);
  expect(readFrontMatter(`---\na: ${value}\n---\n`, 'x').faults).toMatchObject([{ ...at, line: 2 }]);
});

test('a text that begins with ! and is quoted, or stands in a block, has no tag', () => {
  expect(readFrontMatter('---\na: "!x"\nb: |\n  !y\nc: x !z\n---\n', 'x').data).toEqual({ a: '!x', b: '!y\n', c: 'x !z' });
});
