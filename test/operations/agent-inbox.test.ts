import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hookWords } from '../../src/cli/quick-words.ts';
import { givenFiles, pruneGiven } from '../../src/operations/agent-inbox/given.ts';
import { knownRoots } from '../../src/operations/agent-inbox/known-fleets.ts';
import { applyChanges, removalChanges, setupChanges, setupNotes } from '../../src/operations/agent-inbox/setup.ts';
import type { World } from '../../src/operations/world.ts';
import { fleetFolderAt } from '../../src/system/fleet-folder.ts';
import { addPolicyEntry } from '../../src/system/policy-file.ts';

let root = '';
let world: World;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-agents-'));
  world = { env: { HOME: join(root, 'home') }, cwd: join(root, 'project'), home: join(root, 'coord') } as unknown as World;
  mkdirSync(join(root, 'project'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('M9 the fleets of this computer are read from the policy file as coord writes it, and as people do', () => {
  const paths = ['/plain', '/with blank', "/it's", '/a: b', '/a #b', `/${'long/'.repeat(60)}end`, '/日本'];
  for (const path of paths) addPolicyEntry(root, path, 1);
  expect(knownRoots(root)).toEqual(paths);
  writeFileSync(
    join(root, 'policy.yaml'),
    "fleets:\r\n  '/a': # mine\r\n    folders:\r\n      - /not\r\n  /b: { allow: [] }\r\n# /no:\r\n",
  );
  expect(knownRoots(root)).toEqual(['/a', '/b']);
  expect(knownRoots(join(root, 'not-there'))).toEqual([]);
});

test.each([
  ['hook claude', { dir: undefined, agent: 'claude' }],
  ['--dir /f hook codex', { dir: '/f', agent: 'codex' }],
  ['--dir=/f hook codex', { dir: '/f', agent: 'codex' }],
  ['hook', { dir: undefined, agent: '' }],
  ['hook claude --loud', { dir: undefined, agent: 'claude --loud' }],
  ['hook --help', null],
  ['inbox', null],
])('M9 %s', (words, read) => {
  expect(hookWords(words.split(' '))).toEqual(read);
});

test('M9 what old sessions were given is forgotten', () => {
  const folder = fleetFolderAt(root);
  for (const session of ['old', 'new'])
    expect(givenFiles(folder, 'claude', session).claim({ source: '1', number: 1 })).toBe(true);
  expect(givenFiles(folder, 'claude', 'new').claim({ source: '1', number: 1 })).toBe(false);
  const sessions = join(folder.state, 'hooks', 'claude');
  utimesSync(join(sessions, 'old'), 0, 0);
  pruneGiven(folder, 'claude', Date.now());
  expect(readdirSync(sessions)).toEqual(['new']);
});

test('M9 with coord mcp, a project gets the entry beside those of others, and a user the command', () => {
  const setup = { agent: 'claude', mainPath: '/opt/my coord/main.js', hasMcp: true } as const;
  const mcp = join(root, 'project', '.mcp.json');
  const others = '{\n  "mcpServers": {\n    "db": { "command": "db" }\n  }\n}\n';
  writeFileSync(mcp, others);
  applyChanges(setupChanges(world, { ...setup, isProject: true }));
  expect(JSON.parse(readFileSync(mcp, 'utf8')).mcpServers.coord).toEqual({
    ...{ type: 'stdio', command: process.execPath, args: ['/opt/my coord/main.js', 'mcp'], env: {} },
  });
  expect(setupChanges(world, { ...setup, isProject: true })).toEqual([]);
  applyChanges(removalChanges(world, { ...setup, isProject: true }));
  expect(readFileSync(mcp, 'utf8')).toBe(others);
  expect(setupNotes(world, { ...setup, isProject: false })).toEqual([
    `for the MCP tools: claude mcp add -s user coord -- ${process.execPath} '/opt/my coord/main.js' mcp`,
  ]);
});

test('M9 a link stays a link, and what is no text is refused before anything is written', () => {
  const setup = { agent: 'claude', mainPath: '/opt/main.js', hasMcp: false, isProject: false } as const;
  const [folder, real] = [join(root, 'home', '.claude'), join(root, 'dotfiles.json')];
  mkdirSync(folder, { recursive: true });
  writeFileSync(real, '{}\n', { mode: 0o640 });
  symlinkSync(real, join(folder, 'settings.json'));
  writeFileSync(join(folder, 'CLAUDE.md'), Buffer.from([0x4d, 0xfc, 0x6c, 0x6c]));
  expect(() => setupChanges(world, setup)).toThrow(/CLAUDE\.md: expected text in UTF-8.*nothing was changed/);
  rmSync(join(folder, 'CLAUDE.md'));
  applyChanges(setupChanges(world, setup));
  expect(readFileSync(real, 'utf8')).toContain('hook claude');
  expect(existsSync(`${real}.before-coord`)).toBe(true);
});
