// O10: whose secrets are hidden while policy.yaml cannot be read.
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteSecretFiles, ownSecretsNow } from '../../src/operations/sync/own-secrets.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { policyInForce } from '../../src/system/policy/policy-in-force.ts';
import { policyPath } from '../../src/system/policy/policy-text.ts';

let home: string;
let folder: ReturnType<typeof fleetFolderAt>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-secrets-'));
  folder = fleetFolderAt(join(home, 'f'));
  mkdirSync(folder.state, { recursive: true });
  writeFileSync(join(home, 'keys.env'), 'TOKEN=correct-horse\n');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (entry: string) => writeFileSync(policyPath(home), `fleets:\n  ${folder.root}: { ${entry} }\n`);
const good = () => `allow: [shell], secrets: [${join(home, 'keys.env')}]`;
const shown = () => ownSecretsNow(home, folder).clean('got correct-horse');
const note = () => noteSecretFiles(folder, policyInForce(home, folder.root));
const UNTOLD = '[not shown: the secrets of this computer cannot be told]';

const BROKEN: readonly [string, () => void][] = [
  ['no YAML', () => writeFileSync(policyPath(home), 'fleets: {{{')],
  ['a slip above the entry', () => writeFileSync(policyPath(home), `flets:\n  ${folder.root}: { ${good()} }\n`)],
  ['no entry', () => writeFileSync(policyPath(home), 'fleets: {}\n')],
  ['no file', () => rmSync(policyPath(home))],
  ['a slip in the name', () => write(good().replace('secrets', 'secret'))],
  ['secrets that are no list', () => write('allow: [shell], secrets: keys.env')],
];

test.each(BROKEN)('O10 what was named last is hidden while the policy cannot tell: %s', (_, breakIt) => {
  write(good());
  note();
  breakIt();
  note();
  expect(shown()).toBe('got [redacted]');
});

test.each(BROKEN)('O10 nothing is shown where it is not known what was named last: %s', (_, breakIt) => {
  write(good());
  breakIt();
  expect(shown()).toBe(UNTOLD);
});

test('O10 what is named now counts, also with a slip beside it', () => {
  write(good());
  note();
  write(`${good()}, colour: red`);
  expect(shown()).toBe('got [redacted]');
  write('allow: [shell]');
  expect(shown()).toBe('got correct-horse');
});

test('O10.13 beside a slip what was named last stays hidden, too, and is not forgotten', () => {
  const more = join(home, 'more.env');
  writeFileSync(more, 'KEY=battery-staple\n');
  write(`allow: [shell], secrets: [${join(home, 'keys.env')}, ${more}]`);
  note();
  // Somebody has moved one of them to a line of its own, and mistyped that.
  write(`${good()}, secret: [${more}]`);
  for (let cycle = 0; cycle < 2; cycle += 1) {
    note();
    expect(ownSecretsNow(home, folder).clean('correct-horse battery-staple')).toBe('[redacted] [redacted]');
  }
});

test('O10 nothing is shown while a file of secrets is gone or has another line, and runs wait for it', () => {
  write(good());
  const path = join(home, 'keys.env');
  rmSync(path);
  const unread = [`the secrets file ${path} that the policy names cannot be read`];
  expect([shown(), ownSecretsNow(home, folder).unread]).toEqual([UNTOLD, unread]);
  mkdirSync(path);
  expect([shown(), ownSecretsNow(home, folder).unread]).toEqual([UNTOLD, unread]);
  rmdirSync(path);
  writeFileSync(path, 'KEY: correct-horse\n');
  expect([shown(), ownSecretsNow(home, folder).unread]).toEqual([
    UNTOLD,
    [expect.stringMatching(/^line 1 of .* is no NAME=value$/)],
  ]);
});
