// `mcp` in policy.yaml.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { changeMcp, mcpWords, readMcp } from '../../src/system/policy/mcp-policy.ts';
import { changePolicy, readPolicy } from '../../src/system/policy/policy-file.ts';
import { policyPath } from '../../src/system/policy/policy-text.ts';

const home = mkdtempSync(join(tmpdir(), 'coord-mcp-policy-'));

afterAll(() => rmSync(home, { recursive: true, force: true }));

const NOTHING = { send: false, orders: false, cancel: false, retry: false, approve: false, answer: false };

test('agents may send and do nothing to orders until the owner says otherwise, for each fleet folder', () => {
  expect(readMcp(home, '/f')).toEqual({ ...NOTHING, send: true });
  changePolicy(home, '/f', 'allow', 'shell', true);
  expect([changeMcp(home, '/f', 'orders', true), changeMcp(home, '/f', 'orders', true)]).toEqual([true, false]);
  expect([changeMcp(home, '/f', 'send', false), changeMcp(home, '/f', 'send', false)]).toEqual([true, false]);
  expect(readMcp(home, '/f')).toEqual({ ...NOTHING, orders: true });
  expect(mcpWords(readMcp(home, '/f'))).toBe('place orders');
  expect(mcpWords(NOTHING)).toBeNull();
  expect(changeMcp(home, '/f', 'approve', true)).toBe(true);
  expect(readMcp(home, '/f')).toEqual({ ...NOTHING, orders: true, approve: true });
  expect(readMcp(home, '/g')).toEqual({ ...NOTHING, send: true });
  expect(readPolicy(home, '/f').allow).toEqual(['shell']);
  expect(readFileSync(policyPath(home), 'utf8')).toContain('coord mcp');
});

test.each([
  'yes',
  '[send]',
  '{ send: 1 }',
  '{ send: true, place: true }',
  '"x"',
  '[]',
])('mcp: %s allows nothing, and says why', (word) => {
  writeFileSync(policyPath(home), `fleets:\n  /f:\n    allow: [shell]\n    mcp: ${word}\n`);
  expect(() => readMcp(home, '/f')).toThrow(
    /mcp: expected send, orders, cancel, retry, approve, answer, each true or false, found .*agents may do nothing/,
  );
  expect(() => changeMcp(home, '/f', 'send', true)).toThrow();
  // Orders are another matter.
  expect(readPolicy(home, '/f').allow).toEqual(['shell']);
});

test.each([
  ['mpc: { send: false }', 'unknown field "mpc"; did you mean "mcp"'],
  ['mcp:', 'mcp: expected send, orders, cancel, retry, approve, answer, each true or false, found null'],
  ['mcp:\n    send: false', 'unknown field "send"'],
])('a slip is not taken for nothing said: %j', (words, said) => {
  writeFileSync(policyPath(home), `fleets:\n  /f:\n    allow: [shell]\n    ${words}\n`);
  expect(() => readMcp(home, '/f')).toThrow(said);
  expect(() => changeMcp(home, '/f', 'orders', true)).toThrow(said);
});
