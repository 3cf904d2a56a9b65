// O10.3: secrets of the owner, as people write such files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSecrets } from '../../src/system/policy/run-environment.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-secrets-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['TOKEN=abc', 'abc'],
  ['export TOKEN="a b"', 'a b'],
  ['TOKEN = abc', 'abc'],
  ["TOKEN = 'a = b'", 'a = b'],
  ['TOKEN==abc', '=abc'],
])('O10.3 %s is a secret', (line, value) => {
  const path = join(root, 'secrets');
  writeFileSync(path, `# mine\n\n${line}\n`);
  expect(readSecrets([path, join(root, 'none')])).toEqual({ secrets: { TOKEN: value }, missing: [join(root, 'none')] });
});
