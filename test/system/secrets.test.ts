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
  expect(readSecrets([path, join(root, 'none')])).toEqual({
    secrets: { TOKEN: value },
    unread: [`the secrets file ${join(root, 'none')} that the policy names cannot be read`],
  });
});

test.each([
  'TOKEN: abc',
  'TOKEN abc',
  'my-token=abc',
  'export TOKEN',
  '-----END KEY-----',
])('O10.3 a line that is no NAME=value is named by its number alone: %s', (line) => {
  const path = join(root, 'secrets');
  writeFileSync(path, `\ufeff# mine\r\n \t\r\n${line}\r\nKEY=def\r\n${line}\r\n  # the end`);
  const unread = [`line 3 of the secrets file ${path} that the policy names is no NAME=value`];
  expect(readSecrets([path])).toEqual({ secrets: { KEY: 'def' }, unread });
});
