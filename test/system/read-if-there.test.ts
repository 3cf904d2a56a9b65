import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonIn } from '../../src/system/files/read-if-there.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('JSON in a file is read; what is missing, a folder, cut off or empty is null', () => {
  const path = join(folder, 'state.json');
  expect(jsonIn(path)).toBeNull();
  const found = ['{"a":1}', '{', '', 'null'].map((text) => {
    writeFileSync(path, text);
    return jsonIn(path);
  });
  expect(found).toEqual([{ a: 1 }, null, null, null]);
  mkdirSync(join(folder, 'taken'));
  expect(jsonIn(join(folder, 'taken'))).toBeNull();
});
