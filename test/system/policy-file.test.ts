// The computer's own policy (O10): a file that cannot be read allows nothing and is said; none ends the process.
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addPolicyEntry,
  changeAgentTool,
  changePolicy,
  changeWake,
  readPolicy,
  removePolicyEntry,
  setInPolicy,
} from '../../src/system/policy/policy-file.ts';
import { policyInForce } from '../../src/system/policy/policy-in-force.ts';
import { policyPath } from '../../src/system/policy/policy-text.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-policy-'));
  mkdirSync(home, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** The yaml package aborts the process at the second reading of the first. */
test.each([
  ['brackets', '['.repeat(4_096), 'levels'],
  ['brackets below a key', `fleets:\n  /f: ${'['.repeat(4_096)}`, 'levels'],
  ['too much', `# ${'x'.repeat(1 << 20)}\n`, '64 KiB'],
  ['an alias', 'fleets: &a\n  /f: *a\n', 'the value itself'],
])('O10, D8: %s in policy.yaml: refused with its place by readers and writers, and left as it is', (_, text, why) => {
  writeFileSync(policyPath(home), text);
  const refused = expect.objectContaining({
    code: 'REFUSED',
    message: expect.stringMatching(new RegExp(`policy\\.yaml.*${why}`)),
  });
  for (const use of [
    () => readPolicy(home, '/f'),
    () => changePolicy(home, '/f', 'allow', 'shell', true),
    () => changeWake(home, '/f', true),
    () => addPolicyEntry(home, '/f', 1),
    () => removePolicyEntry(home, '/f'),
  ])
    for (let times = 1; times <= 2; times += 1) expect(use).toThrow(refused);
  expect(readFileSync(policyPath(home), 'utf8')).toBe(text);
});

test('O10 folders are whole paths: another one would be another folder for each process that reads it', () => {
  writeFileSync(policyPath(home), 'fleets:\n  /f: { allow: [shell], folders: ["~", ~/app, /srv] }\n  /g: {}\n');
  expect(readPolicy(home, '/f')).toMatchObject({ folders: [homedir(), join(homedir(), 'app'), '/srv'], fleets: ['/f', '/g'] });
  for (const vague of ['app', '.', '../app', '~other/app']) {
    writeFileSync(policyPath(home), `fleets:\n  /f: { allow: [shell], folders: ["${vague}"] }\n`);
    expect(() => readPolicy(home, '/f')).toThrow(`folders: expected whole paths, such as ~/app, found "${vague}"`);
  }
});

test.each([
  ['folder: [~/app]', 'unknown field "folder"; did you mean "folders"'],
  ['trsut: signed', 'unknown field "trsut"; did you mean "trust"'],
  ['timout: 1h', 'unknown field "timout"; did you mean "timeout"'],
  ['budgets: { usd_per_day: 5 }', 'unknown field "budgets"; did you mean "budget"'],
  ['colour: red', 'unknown field "colour"'],
  ['trust: null', 'trust: expected signed, open, or { signers: [names] }, found null'],
  ['budget: ', 'budget: expected { usd_per_day: 5 }, found null'],
  ['budget: {}', 'budget: expected { usd_per_day: 5 }, found {}'],
  ['budget: { usd_per_day: }', 'budget: usd_per_day: expected a number, 0 or more, found null'],
  ['budget: { usd_per_day: 5, tokens_per_day: }', 'budget: tokens_per_day: expected a number, 0 or more, found null'],
  ['agents: { claude: { budget: } }', 'agents: claude: budget: expected a number of US dollars, found null'],
  ['workspaces: { max: , disk: 20GB }', 'workspaces: max: expected a whole number from 1 to 1000, found null'],
])('O10 a limit whose name has a slip is no missing limit: %s', (slip, said) => {
  writeFileSync(policyPath(home), `fleets:\n  /f: { allow: [shell], x-note: mine, ${slip} }\n  /g: {}\n`);
  expect(() => readPolicy(home, '/f')).toThrow(`${policyPath(home)}: ${said}; nothing runs until it is fixed`);
  expect(readPolicy(home, '/g').allow).toEqual([]);
});

test.each([
  ['flets:\n  /f: { allow: [shell] }\n', 'unknown field "flets"; did you mean "fleets"'],
  ['fleets:\n/f: { allow: [shell] }\n', 'unknown field "/f"'],
  ['fleets:\n', 'fleets: expected an entry for each fleet folder, found null'],
  ['fleets: [/f]\n', 'fleets: expected an entry for each fleet folder, found ["/f"]'],
  ['- fleets\n', 'fleets: expected an entry for each fleet folder, found ["fleets"]'],
  ['fleets:\n  /f:\n', '/f: expected a map such as { allow: [shell] }, found null'],
  ['fleets:\n  /f: [shell]\n', '/f: expected a map such as { allow: [shell] }, found ["shell"]'],
  ['fleets:\n  /f/: { allow: [shell] }\n', 'fleets: expected /f, found "/f/"'],
  ['fleets:\n  /g/../f: { allow: [shell] }\n', 'fleets: expected /f, found "/g/../f"'],
])('O10 an entry that a slip hides is not taken for none, and none is written beside it: %j', (text, said) => {
  writeFileSync(policyPath(home), text);
  const refused = expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining(`${policyPath(home)}: ${said}`) });
  for (const use of [
    () => readPolicy(home, '/f'),
    () => changePolicy(home, '/f', 'allow', 'shell', true),
    () => changeWake(home, '/f', true),
    () => setInPolicy(home, '/f', ['trust'], 'signed'),
    () => addPolicyEntry(home, '/f', 1),
  ])
    expect(use).toThrow(refused);
  expect(policyInForce(home, '/f')).toMatchObject({ policy: { allow: [] }, problem: expect.stringContaining(said) });
  expect(readFileSync(policyPath(home), 'utf8')).toBe(text);
});

test('O10 an empty file has no entries, and names of its owner are no slips', () => {
  for (const text of ['', '# mine\n', 'x-note: mine\n', 'fleets: {}\n', 'fleets: { /g: , ~/f: {} }\n']) {
    writeFileSync(policyPath(home), text);
    expect(readPolicy(home, '/f').allow, text).toEqual([]);
  }
});

test.each(['', 'true', '[2h]', '{}', '-1', 'soon'])('O10 timeout: %s lets nothing run, and is said', (word) => {
  writeFileSync(policyPath(home), `fleets:\n  /f: { allow: [shell], timeout: ${word} }\n`);
  expect(policyInForce(home, '/f')).toMatchObject({
    policy: { allow: [] },
    problem: expect.stringContaining('timeout: expected a duration such as 2h, found'),
  });
});

test('O10 a policy.yaml that is a folder is said, and lets nothing run', () => {
  mkdirSync(policyPath(home));
  expect(policyInForce(home, '/f')).toMatchObject({
    policy: { allow: [] },
    problem: expect.stringMatching(/policy\.yaml cannot be read \(EISDIR\); nothing runs until it is fixed/),
  });
  expect(() => changePolicy(home, '/f', 'allow', 'shell', true)).toThrow('cannot be read (EISDIR)');
});

test('O10 a policy.yaml that is a link is changed where it leads to, and one that leads nowhere is said', () => {
  const kept = join(home, 'kept.yaml');
  symlinkSync(kept, policyPath(home));
  const said = expect.objectContaining({
    code: 'REFUSED',
    message: expect.stringContaining('a link to a file that is not there'),
  });
  expect(() => readPolicy(home, '/f')).toThrow(said);
  expect(() => changePolicy(home, '/f', 'allow', 'shell', true)).toThrow(said);
  writeFileSync(kept, '');
  changePolicy(home, '/f', 'allow', 'shell', true);
  expect(readFileSync(kept, 'utf8')).toContain('shell');
  expect(lstatSync(policyPath(home)).isSymbolicLink()).toBe(true);
});

test('O10, T11 a slip lets nothing run, and what protects its owner holds all the same', () => {
  const inForce = (entry: string) => {
    writeFileSync(policyPath(home), `fleets:\n  /f: { allow: [shell], ${entry} }\n`);
    return policyInForce(home, '/f');
  };
  const secrets = [join(homedir(), 'keys.env')];
  expect(inForce('secrets: [keys.env]')).toMatchObject({ policy: { allow: ['shell'] }, secretFiles: secrets, problem: null });
  for (const slip of ['colour: red', 'slots: many', 'folders: [app]'])
    expect(inForce(`secrets: [keys.env], trust: signed, ${slip}`)).toMatchObject({
      policy: { allow: [], trust: { signers: null } },
      secretFiles: secrets,
      problem: expect.stringContaining('nothing runs until it is fixed'),
    });
  expect(inForce('trust: { signers: [anna] }, colour: red').policy.trust).toEqual({ signers: ['anna'] });
  for (const word of ['null', 'sigend', '[anna]']) expect(inForce(`trust: ${word}`).policy.trust).toEqual({ signers: null });
  expect(inForce('trust: open, colour: red').policy).not.toHaveProperty('trust');
  expect(inForce('secrets: keys.env').secretFiles).toBeNull();
  writeFileSync(policyPath(home), 'fleets: {{{');
  expect(policyInForce(home, '/f')).toMatchObject({ policy: { allow: [] }, secretFiles: null });
});

test('O10 nothing is changed in a policy with a slip: it would not be in force', () => {
  const text = 'fleets:\n  /f: { allow: [], colour: red }\n';
  writeFileSync(policyPath(home), text);
  expect(() => changePolicy(home, '/f', 'allow', 'shell', true)).toThrow('unknown field "colour"');
  expect(() => changeWake(home, '/f', true)).toThrow('unknown field "colour"');
  expect(() => setInPolicy(home, '/f', ['trust'], 'signed')).toThrow('unknown field "colour"');
  expect(readFileSync(policyPath(home), 'utf8')).toBe(text);
  expect(changePolicy(home, '/g', 'allow', 'shell', true)).toBe(true);
});

test.each([
  'slots: many',
  'timeout: ',
  'budget: {}',
  'trust: sigend',
])('O10 with %s nothing is allowed, and nothing said to be', (word) => {
  const text = `fleets:\n  /f: { allow: [], ${word} }\n`;
  writeFileSync(policyPath(home), text);
  for (const use of [
    () => changePolicy(home, '/f', 'allow', 'shell', true),
    () => changeWake(home, '/f', true),
    () => changeAgentTool(home, '/f', 'claude', 'Edit', true),
  ])
    expect(use).toThrow('nothing runs until it is fixed');
  expect(readFileSync(policyPath(home), 'utf8')).toBe(text);
  // What is wrong with trust is mended by `coord trust off`.
  setInPolicy(home, '/f', ['trust'], null);
  if (word.startsWith('trust')) expect(changePolicy(home, '/f', 'allow', 'shell', true)).toBe(true);
});

test('O10 an entry that is there stays as its owner wrote it, also where the same is said once more', () => {
  const text = '# mine\nfleets:\n  /f: { allow: [shell],   slots: 7 }\n';
  writeFileSync(policyPath(home), text);
  addPolicyEntry(home, '/f', 1);
  expect(changePolicy(home, '/f', 'allow', 'shell', true)).toBe(false);
  expect(changePolicy(home, '/f', 'allow', 'agent', false)).toBe(false);
  expect(readFileSync(policyPath(home), 'utf8')).toBe(text);
});

test('O10 a relative path of secrets lies below the home folder, whichever process reads it', () => {
  writeFileSync(policyPath(home), 'fleets:\n  /f: { allow: [shell], secrets: [~/keys.env, /etc/keys.env, more.env] }\n');
  const [own, more] = ['keys.env', 'more.env'].map((name) => join(homedir(), name));
  expect(readPolicy(home, '/f').secrets).toEqual([own, '/etc/keys.env', more]);
});

test('O10 the entry that docs/setup.md shows is one', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'setup.md'), 'utf8');
  writeFileSync(policyPath(home), /```yaml\n([^`]*)```/.exec(page)?.[1] ?? '');
  const secrets = [join(homedir(), '.config', 'coord-secrets')];
  expect(readPolicy(home, '/home/me/fleet')).toMatchObject({ allow: ['shell'], slots: 2, timeoutMsMax: 6 * 3_600_000, secrets });
});

test('W1 waking is allowed for one folder, by a word that is no kind of work; only true and false count', () => {
  writeFileSync(policyPath(home), '# mine\nfleets:\n  /f: { allow: [shell] }\n');
  expect(readPolicy(home, '/f').wake).toBe(false);
  expect([changeWake(home, '/f', true), changeWake(home, '/f', true)]).toEqual([true, false]);
  expect(readPolicy(home, '/f')).toMatchObject({ wake: true, allow: ['shell'] });
  expect(readPolicy(home, '/g').wake).toBe(false);
  expect([changeWake(home, '/f', false), changeWake(home, '/f', false)]).toEqual([true, false]);
  expect(readPolicy(home, '/f').wake).toBe(false);
  expect(readFileSync(policyPath(home), 'utf8')).toContain('# mine');
  writeFileSync(policyPath(home), 'fleets:\n  /f: { wake: sometimes }\n');
  expect(() => readPolicy(home, '/f')).toThrow(/wake: expected true or false, found "sometimes"/);
});
