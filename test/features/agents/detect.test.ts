import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { detectAgents } from '../../../src/features/agents/adapters/detect.ts';
import { LineSplitter } from '../../../src/features/agents/adapters/listen.ts';
import { noteLogin, readFoundAgents, writeFoundAgents } from '../../../src/features/agents/system/found-agents.ts';
import { toolsHere } from '../../../src/system/policy/own-tools.ts';
import { findExecutable } from '../../../src/system/process/find-executable.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-detect-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

/** A home with scripts in `~/.local/bin`. */
function homeWith(scripts: Readonly<Record<string, string>>): string {
  count += 1;
  const home = join(root, `${count}`);
  const bin = join(home, '.local', 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return home;
}

const detect = async (home: string) => (await detectAgents({ HOME: home, PATH: '/usr/bin:/bin' }, '/usr/bin:/bin')).agents;
const SAYS = (status: string) => `case "$1" in --version) echo '2.1.197 (Claude Code)';; *) ${status};; esac`;

test.each<[what: string, script: string, expected: object]>([
  ['logged in', SAYS(`echo '{"loggedIn":true}'`), { version: '2.1.197', login: 'in', problem: null }],
  ['logged out', SAYS(`echo '{"loggedIn": false}'; exit 1`), { login: 'out', problem: null }],
  ['that cannot tell', SAYS('exit 64'), { login: 'unknown', problem: null }],
  [
    'too old to be asked',
    `[ "$1" = --version ] && echo '1.0.9 (Claude Code)' || touch "$HOME/asked"`,
    { version: '1.0.9', login: 'unknown' },
  ],
  ['that is another program', 'echo claude the cat 3.0', { version: null, problem: 'it is another program: claude the cat 3.0' }],
  ['that fails', 'exit 3', { problem: '--version ended with 3' }],
])('O15 a claude %s', async (_, script, expected) => {
  const home = homeWith({ claude: script });
  expect(await detect(home)).toMatchObject([{ name: 'claude', program: join(home, '.local', 'bin', 'claude'), ...expected }]);
});

test('O15 one that hangs, with a child that holds its output, is ended after its time', async () => {
  const home = homeWith({ claude: 'sleep 600 & cat; wait' });
  const startedMs = performance.now();
  expect(await detect(home)).toMatchObject([{ problem: 'it did not print its version within 5 s' }]);
  // Its child would hold it for ten minutes.
  expect(performance.now() - startedMs).toBeLessThan(60_000);
});

const CODEX_OUT = `[ "$1" = --version ] && echo 'codex-cli 0.169.0' || { echo 'WARNING: x' >&2; echo 'Not logged in' >&2; exit 1; }`;

test('O15 codex says on standard error that it is not logged in', async () => {
  expect(await detect(homeWith({ codex: CODEX_OUT }))).toMatchObject([{ name: 'codex', version: '0.169.0', login: 'out' }]);
});

const OWN = '[model_providers.mine]\nname = "Mine"\nenv_key = "MY_KEY"';
test.each<[what: string, config: string, login: string]>([
  ['of its own', `model = "m"\r\nmodel_provider = "mine" # here\n${OWN}`, 'unknown'],
  ['that a profile names', `profile = 'work'\n${OWN}\n[profiles.work]\nmodel_provider = 'mine'`, 'unknown'],
  ['that only another profile names', `${OWN}\n[profiles.work]\nmodel_provider = "mine"`, 'out'],
  ['that wants the login of OpenAI', `model_provider = "mine"\n${OWN}\nrequires_openai_auth = true`, 'out'],
  ['that is OpenAI', 'model_provider = "openai"', 'out'],
  ['that no line names', '# model_provider = "mine"', 'out'],
])('O15 codex asks no login of a model provider %s', async (_, config, login) => {
  const home = homeWith({ codex: CODEX_OUT });
  for (const folder of ['.codex', 'moved']) mkdirSync(join(home, folder));
  writeFileSync(join(home, '.codex', 'config.toml'), config);
  expect(await detect(home)).toMatchObject([{ login }]);
  const env = { HOME: home, PATH: '/usr/bin:/bin', CODEX_HOME: join(home, 'moved') };
  expect((await detectAgents(env, env.PATH)).agents).toMatchObject([{ login: 'out' }]);
});

test.each<[name: string, script: string, expected: object]>([
  ['gemini', `echo 0.61.0`, { version: '0.61.0', login: 'unknown', problem: null }],
  ['gemini', `echo 'gemini the twin'`, { problem: 'it is another program: gemini the twin' }],
  ['opencode', `[ "$1" = --version ] && echo 1.18.33 || echo '└  0 credentials'`, { version: '1.18.33', login: 'unknown' }],
  ['opencode', `[ "$1" = --version ] && echo 1.18.33 || echo '└  2 credentials'`, { login: 'in' }],
  [
    'cursor-agent',
    `[ "$1" = --version ] && echo 2026.01.02-abc || echo 'Not logged in'`,
    { version: '2026.01.02-abc', login: 'out' },
  ],
  ['aider', `echo 'aider 0.86.1'`, { version: '0.86.1', login: 'unknown', problem: null }],
])('O15 %s: %s', async (name, script, expected) => {
  expect(await detect(homeWith({ [name]: script }))).toMatchObject([{ name, ...expected }]);
});

const path = [process.env.COORD_TEST_AGENTS ?? '', process.env.PATH ?? ''].join(delimiter);

test.skipIf(findExecutable('codex', path) === null)(
  'O15 the real codex is found, not logged in (skipped where it is not installed)',
  async () => {
    const home = homeWith({});
    const { agents } = await detectAgents({ HOME: home, PATH: path }, path);
    expect(agents.find(({ name }) => name === 'codex')).toMatchObject({ login: 'out', problem: null });
  },
);

test('O15 what was found lasts; an unreadable file counts as none; a run may note that a login is over', () => {
  const home = homeWith({});
  expect(readFoundAgents(home)).toBeNull();
  noteLogin(home, 'claude', 'out');
  expect(readFoundAgents(home)).toBeNull();
  const one = { name: 'claude', program: '/x', version: '1', login: 'in', problem: null } as const;
  const other = { ...one, name: 'codex', problem: 'it hangs' } as const;
  writeFoundAgents(home, { version: 1, checkedAt: 'now', agents: [one, other] });
  expect(toolsHere(home, '', readFoundAgents(home)?.agents ?? [])).toEqual(['claude']);
  noteLogin(home, 'claude', 'out');
  expect(readFoundAgents(home)?.agents).toEqual([{ ...one, login: 'out' }, other]);
  for (const text of ['', '{', 'null', '[]', '{"agents": [null, 5, {}]}']) {
    writeFileSync(join(home, 'agents.json'), text);
    expect(readFoundAgents(home)?.agents).toEqual([]);
  }
});

test('O15 lines come whole however they were cut; one that is too long is left out and said to be', () => {
  const splitter = new LineSplitter(10);
  const bytes = Buffer.from('é one\r\n\n{"a":1}\nthis is far too long\nlast');
  const lines = [...bytes].flatMap((byte) => splitter.take(Buffer.from([byte])));
  expect([...lines, ...splitter.end()]).toEqual(['é one', '{"a":1}', '(a line of 20 characters left out)', 'last']);
});
