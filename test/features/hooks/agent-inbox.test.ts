import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hookWords } from '../../../src/cli/hook-words.ts';
import type { HandOff } from '../../../src/core/model/messages/hand-off.ts';
import { renderHandOffs } from '../../../src/features/handoff/documents/hand-offs.ts';
import { hookFleets } from '../../../src/features/hooks/commands/hook.ts';
import type { HookCall } from '../../../src/features/hooks/documents/hook-call.ts';
import { applyChanges } from '../../../src/features/hooks/operations/changes.ts';
import { checkSetup } from '../../../src/features/hooks/operations/check-setup.ts';
import { givenMessages, pruneGiven } from '../../../src/features/hooks/operations/given.ts';
import { handOffAnswer } from '../../../src/features/hooks/operations/hand-off.ts';
import { removalChanges, setupChanges, setupNotes } from '../../../src/features/hooks/operations/setup.ts';
import { messageOf, readUnread, writeUnread } from '../../../src/features/hooks/operations/unread-file.ts';
import type { NamedMessage } from '../../../src/operations/messages/mail-files.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { knownRoots } from '../../../src/system/fleet/known-roots.ts';
import { addPolicyEntry } from '../../../src/system/policy/policy-file.ts';
import { ownNode } from '../../../src/system/process/own-node.ts';

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
  writeFileSync(join(root, 'policy.yaml'), 'fleets: { /a: { allow: [] } }\n');
  const setup = { agent: 'claude', mainPath: '/opt/main.js', isProject: false } as const;
  expect(checkSetup({ ...world, home: root }, setup).bad.join('\n')).toContain('the hook does not find /a: give each');
  expect(knownRoots(join(root, 'not-there'))).toEqual([]);
});

test('M9 a named fleet folder counts only if this computer has joined it; none other takes its place', () => {
  const [joined, foreign, link] = [join(root, 'joined'), join(root, 'foreign'), join(root, 'link')];
  for (const folder of [joined, foreign]) {
    mkdirSync(fleetFolderAt(folder).state, { recursive: true });
    writeFileSync(fleetFolderAt(folder).identity, '{}\n');
  }
  symlinkSync(realpathSync(joined), link);
  addPolicyEntry(root, realpathSync(joined), 1);
  const roots = (named: string | undefined, cwd = foreign) => hookFleets(root, named, cwd).map((folder) => folder.root);
  expect(roots(foreign)).toEqual([]);
  expect(roots('.')).toEqual([]);
  expect(roots(foreign, joined)).toEqual([]);
  for (const named of [joined, '../joined', link]) expect(roots(named), named).toEqual([resolve(foreign, named)]);
  for (const named of [undefined, '']) expect(roots(named)).toEqual([realpathSync(joined)]);
  rmSync(join(root, 'policy.yaml'));
  addPolicyEntry(root, link, 1);
  expect(roots(joined)).toEqual([joined]);
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

test('M9 each message goes to one of those who claim at once; a line cut by a full disk is nothing', () => {
  const folder = fleetFolderAt(root);
  const [one, other] = [givenMessages(folder, 'claude', 's'), givenMessages(folder, 'claude', 's')];
  expect(one.claim(['1-1', '1-2'])).toEqual(['1-1', '1-2']);
  expect(other.claim(['1-2', '1-3'])).toEqual(['1-3']);
  expect([...other.all()]).toEqual([
    ['1-1', null],
    ['1-2', null],
    ['1-3', null],
  ]);
  const given = { event: 'SessionStart', turn: null, whole: true, seen: false };
  one.note(['1-1'], given);
  appendFileSync(join(folder.state, 'hooks', 'claude', 's.log'), '\n{"given":{"event":"St');
  other.note(['1-3'], { ...given, seen: true });
  expect([...one.all()]).toEqual([
    ['1-1', given],
    ['1-2', null],
    ['1-3', { ...given, seen: true }],
  ]);
  expect(givenMessages(folder, 'claude', 'another').all().size).toBe(0);
});

test('M9 what old sessions were given is forgotten, a day after the last look', () => {
  const folder = fleetFolderAt(root);
  pruneGiven(folder, 'claude', Date.now());
  for (const session of ['old', 'new', 'older']) givenMessages(folder, 'claude', session).claim(['1-1']);
  const sessions = join(folder.state, 'hooks', 'claude');
  utimesSync(join(sessions, 'old.log'), 0, 0);
  pruneGiven(folder, 'claude', Date.now());
  expect(readdirSync(sessions).sort()).toEqual(['.pruned', 'new.log', 'older.log']);
  utimesSync(join(sessions, 'older.log'), 0, 0);
  pruneGiven(folder, 'claude', Date.now());
  expect(readdirSync(sessions)).toContain('older.log');
  pruneGiven(folder, 'claude', Date.now() + 25 * 3_600_000);
  expect(readdirSync(sessions)).not.toContain('older.log');
});

test('M9 the hook is left what is unread: urgent first, a long body as far as it fits, nothing else', () => {
  const folder = fleetFolderAt(root);
  mkdirSync(folder.state);
  const message = (number: number, more: Partial<NamedMessage> = {}): NamedMessage => ({
    ...{
      source: '1_all',
      from: 1,
      to: 'ALL',
      number,
      at: null,
      priority: 'normal',
      body: `b${number}\n{`,
      taken: false,
      name: 'mac',
    },
    ...more,
  });
  writeUnread(folder, [message(1, { taken: true }), message(2), message(3, { priority: 'urgent', body: 'x'.repeat(1_000_000) })]);
  expect(statSync(folder.unread).size).toBeLessThan(3_000);
  const [first, second, ...rest] = readUnread(folder);
  expect(rest).toEqual([]);
  expect([first, second]).toMatchObject([
    { source: '1_all', number: 3, isUrgent: true },
    { source: '1_all', number: 2, isUrgent: false },
  ]);
  expect(first && messageOf(first)).toMatchObject({ from: 1, bodyLength: 1_000_000 });
  expect(second && messageOf(second)).toMatchObject({ body: 'b2\n{', name: 'mac', to: 'ALL' });
  appendFileSync(folder.unread, '1 9 normal {"from":1,');
  expect(readUnread(folder)).toHaveLength(2);
  writeUnread(folder, [message(2), message(3, { priority: 'urgent', body: 'x'.repeat(1_000_000) })]);
  const { mtimeNs } = statSync(folder.unread, { bigint: true });
  writeUnread(folder, [message(2), message(3, { priority: 'urgent', body: 'x'.repeat(1_000_000) })]);
  expect(statSync(folder.unread, { bigint: true }).mtimeNs).toBe(mtimeNs);
  writeFileSync(folder.unread, readFileSync(folder.unread, 'utf8').replace('unread 1', 'unread 2'));
  expect(readUnread(folder)).toEqual([]);
});

test('M9 D9 the start of a session is shown the newest hand-off of the project it is in, once', () => {
  const folder = fleetFolderAt(root);
  mkdirSync(join(folder.projection, 'handoffs'), { recursive: true });
  const handOff = {
    at: '2026-11-20T22:00:00.000Z',
    project: 'app',
    order: null,
    done: 'old',
    open: null,
    where: null,
    next: null,
  };
  const put = (machine: number, ...handOffs: readonly HandOff[]) =>
    writeFileSync(join(folder.projection, 'handoffs', `${machine}.md`), renderHandOffs(machine, handOffs));
  put(1, handOff, { ...handOff, project: 'other', at: '2026-11-20T23:30:00.000Z' });
  put(2, { ...handOff, at: '2026-11-20T23:00:00.000Z', done: 'newest' });
  const call = { event: 'SessionStart', session: 's', cwd: '/nowhere/app', turn: null, goesOn: false } as const;
  const start = (more: Partial<HookCall> = {}) =>
    handOffAnswer('claude', { ...call, ...more }, [fleetFolderAt(join(root, 'no')), folder]);
  expect(start({ event: 'UserPromptSubmit' })).toBeNull();
  expect(start()).toMatch(/^coord: the newest hand-off of app is by machine 2 .*\nDone: “newest”$/);
  expect(start()).toBeNull();
  expect(start({ session: 'another' })).toContain('“newest”');
  expect(start({ session: 'third', cwd: '/nowhere/elsewhere' })).toBeNull();
  put(1, { ...handOff, at: '2026-11-21T00:00:00.000Z', done: 'later' }, handOff);
  expect(start()).toContain('“later”');
});

test('M9 with coord mcp, a project gets the entry beside those of others, and a user the command', () => {
  const setup = { agent: 'claude', mainPath: '/opt/my coord/main.js' } as const;
  const mcp = join(root, 'project', '.mcp.json');
  const others = '{\n  "mcpServers": {\n    "db": { "command": "db" }\n  }\n}\n';
  writeFileSync(mcp, others);
  applyChanges(setupChanges(world, { ...setup, isProject: true }), world.home);
  expect(JSON.parse(readFileSync(mcp, 'utf8')).mcpServers.coord).toEqual({
    ...{ type: 'stdio', command: ownNode(), args: ['/opt/my coord/main.js', 'mcp'], env: {} },
  });
  expect(setupChanges(world, { ...setup, isProject: true })).toEqual([]);
  applyChanges(removalChanges(world, { ...setup, isProject: true }), world.home);
  expect(readFileSync(mcp, 'utf8')).toBe(others);
  expect(setupNotes(world, { ...setup, isProject: false })).toEqual([
    `for the MCP tools: claude mcp add -s user coord -- ${ownNode()} '/opt/my coord/main.js' mcp`,
  ]);
});

test('M9 a link stays a link, and what is no text is refused before anything is written', () => {
  const setup = { agent: 'claude', mainPath: '/opt/main.js', isProject: false } as const;
  const [folder, real] = [join(root, 'home', '.claude'), join(root, 'dotfiles.json')];
  mkdirSync(folder, { recursive: true });
  writeFileSync(real, '{}\n', { mode: 0o640 });
  symlinkSync(real, join(folder, 'settings.json'));
  writeFileSync(join(folder, 'CLAUDE.md'), Buffer.from([0x4d, 0xfc, 0x6c, 0x6c]));
  expect(() => setupChanges(world, setup)).toThrow(/CLAUDE\.md: expected text in UTF-8.*nothing was changed/);
  rmSync(join(folder, 'CLAUDE.md'));
  applyChanges(setupChanges(world, setup), world.home);
  expect(readFileSync(real, 'utf8')).toContain('coord-hook.cjs claude');
  expect(existsSync(join(world.home, 'before-coord', realpathSync(real)))).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o640);
  applyChanges(removalChanges(world, setup), world.home);
  expect(readFileSync(real, 'utf8')).toBe('{}\n');
  expect(lstatSync(join(folder, 'settings.json')).isSymbolicLink()).toBe(true);
  const planned = setupChanges(world, setup);
  writeFileSync(real, '{"permissions":{"deny":["Bash"]}}\n');
  expect(() => applyChanges(planned, world.home)).toThrow(/settings\.json was changed meanwhile; nothing was changed/);
  expect(readFileSync(real, 'utf8')).toContain('deny');
  rmSync(real);
  expect(() => applyChanges(setupChanges(world, setup), world.home)).toThrow(
    /settings\.json is a link to a file that is not there/,
  );
});
