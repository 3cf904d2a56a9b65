import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('there is a manual, with the command in it', () => {
  assert.match(readFileSync(new URL('../MANUAL.md', import.meta.url), 'utf8'), /node src\/main\.mjs/);
});
