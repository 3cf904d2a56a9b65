import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWords } from '../src/words.mjs';

test('degrees have words', () => {
  assert.deepEqual([-5, 10, 20, 35].map(inWords), ['freezing', 'cool', 'mild', 'hot']);
});
