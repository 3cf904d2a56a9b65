// `coord agent setup` for each agent, in the files that each reads. Shapes of gemini and opencode as the programs themselves wrote them.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SETUP_AGENTS, type SetupAgent } from '../../../src/features/hooks/documents/agent-setup/agents.ts';
import { applyChanges } from '../../../src/features/hooks/operations/changes.ts';
import { checkSetup } from '../../../src/features/hooks/operations/check-setup.ts';
import { agentPlaces } from '../../../src/features/hooks/operations/places.ts';
import {
  removalChanges,
  removalNotes,
  type SetupOptions,
  setupChanges,
  setupNotes,
} from '../../../src/features/hooks/operations/setup.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { ownNode } from '../../../src/system/process/own-node.ts';

let root = '';
let world: World;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-setup-'));
  world = { env: { HOME: join(root, 'home') }, cwd: join(root, 'project'), home: join(root, 'coord') } as unknown as World;
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const options = (agent: SetupAgent, isProject = false): SetupOptions => ({
  agent,
  isProject,
  mainPath: '/opt/main.js',
});
const setUp = (chosen: SetupOptions) => applyChanges(setupChanges(world, chosen), world.home);
const takeOut = (chosen: SetupOptions) => applyChanges(removalChanges(world, chosen), world.home);
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const files = () =>
  (existsSync(root) ? (readdirSync(root, { recursive: true, withFileTypes: true }) as { isFile(): boolean }[]) : []).filter(
    (entry) => entry.isFile(),
  );
const copyOf = (path: string) => join(world.home, 'before-coord', realpathSync(path));
const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const each = SETUP_AGENTS.flatMap((agent) => [false, true].map((isProject) => [agent, isProject] as const));

test.each(each)('M9 %s, project %s: where there was nothing there is nothing again, and twice is once', (agent, isProject) => {
  const chosen = options(agent, isProject);
  expect(checkSetup(world, chosen).bad).not.toEqual([]);
  expect(setUp(chosen)).toEqual([]);
  expect(checkSetup(world, chosen).bad.filter((line) => !line.includes('never called'))).toEqual([]);
  expect(setupChanges(world, chosen)).toEqual([]);
  takeOut(chosen);
  expect(files()).toEqual([]);
});

test.each(each)('M9 %s, project %s: not a byte of what others wrote is another one', (agent, isProject) => {
  const chosen = options(agent, isProject);
  const { hooks, mcp, instructions } = agentPlaces(world, agent, isProject);
  const foreign =
    '{\n\t// mine\n\t"theme": "dark", "version": 1,\n\t"mcpServers": { "db": { "command": "db" } }, "mcp": {"x": {"type": "local"}},\n\t"hooks": {"Stop": [ {"command": "say done"} ]}\n}';
  const paths = [
    ...new Set([...(hooks === null ? [] : [hooks]), ...mcp.slice(0, 1), ...(instructions === null ? [] : [instructions])]),
  ];
  const textOf = (path: string) => (path === instructions ? '# Mine\r\n\r\nSay less.\r\n' : foreign);
  for (const path of paths) put(path, textOf(path));
  expect([...setUp(chosen)].sort()).toEqual(paths.map(copyOf).sort());
  for (const path of paths) {
    expect(readFileSync(copyOf(path), 'utf8')).toBe(textOf(path));
    // Of what may be secret, in a folder that others commit.
    expect([statSync(copyOf(path)).mode & 0o777, statSync(dirname(copyOf(path))).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('before'))).toEqual([]);
    expect(readFileSync(path, 'utf8')).not.toBe(textOf(path));
  }
  expect(setupChanges(world, chosen)).toEqual([]);
  takeOut(chosen);
  for (const path of paths) expect(readFileSync(path, 'utf8'), path).toBe(textOf(path));
  // The first copy is the one that stays.
  for (const path of paths) put(path, `${textOf(path)}\n`);
  expect(setUp(chosen)).toEqual([]);
  for (const path of paths) expect(readFileSync(copyOf(path), 'utf8')).toBe(textOf(path));
});

test('M9 gemini: hooks with times in milliseconds and the MCP entry in one file; comments are no fault', () => {
  const path = join(root, 'home', '.gemini', 'settings.json');
  put(path, '{\n  // mine\n  "hooksConfig": { "disabled": ["coord"] }\n}\n');
  setUp(options('gemini'));
  const command = `${ownNode()} /opt/coord-hook.cjs gemini`;
  const handler = { name: 'coord', type: 'command', command, timeout: 5_000 };
  const settings = JSON.parse(readFileSync(path, 'utf8').replace('// mine', ''));
  expect(settings.mcpServers).toEqual({ coord: { command: ownNode(), args: ['/opt/main.js', 'mcp'] } });
  expect(Object.keys(settings.hooks)).toEqual(['SessionStart', 'BeforeAgent', 'AfterTool', 'AfterAgent']);
  expect(settings.hooks.BeforeAgent).toEqual([{ hooks: [handler] }]);
  expect(setupNotes(world, options('gemini'))).toEqual([]);
  expect(setupNotes(world, options('gemini', true)).join()).toContain('that you have trusted');
  expect(checkSetup(world, options('gemini')).bad).toEqual([`hooks: turned off by hooksConfig.disabled in ${path}`]);
});

test('M9 cursor: flat hooks with a version, rules of its own in a project, none for a user', () => {
  setUp(options('cursor', true));
  const project = join(root, 'project', '.cursor');
  const command = `${ownNode()} /opt/coord-hook.cjs cursor`;
  expect(readJson(join(project, 'hooks.json'))).toEqual({
    version: 1,
    hooks: {
      sessionStart: [{ command }],
      postToolUse: [{ command, matcher: 'Shell|Write' }],
      stop: [{ command, loop_limit: 3 }],
    },
  });
  expect(readJson(join(project, 'mcp.json')).mcpServers.coord.args).toEqual(['/opt/main.js', 'mcp']);
  expect(readFileSync(join(project, 'rules', 'coord.mdc'), 'utf8')).toMatch(
    /^---\n[^#]*alwaysApply: true\n---\n\n<!-- coord -->\n/,
  );
  expect(setupNotes(world, options('cursor')).join()).toContain('--project');
  // Another version is another shape: then nothing is as coord wrote it.
  put(join(project, 'hooks.json'), readFileSync(join(project, 'hooks.json'), 'utf8').replace('"version": 1', '"version": 2'));
  expect(checkSetup(world, options('cursor', true)).bad.join()).toContain('changed by hand');
});

test('M9 opencode: its MCP entry where its settings are, and the words that nothing comes by itself', () => {
  const folder = join(root, 'home', '.config', 'opencode');
  put(join(folder, 'opencode.json'), '{\n  // mine\n  "theme": "x",\n}\n');
  world = { ...world, env: { ...world.env, COORD_HOME: world.home } };
  setUp(options('opencode'));
  expect(readdirSync(folder).sort()).toEqual(['AGENTS.md', 'opencode.json']);
  const entry = { type: 'local', command: [ownNode(), '/opt/main.js', 'mcp'], environment: { COORD_HOME: world.home } };
  expect(
    JSON.parse(
      readFileSync(join(folder, 'opencode.json'), 'utf8')
        .replace('// mine', '')
        .replace(/,(\s*)\}/, '$1}'),
    ).mcp.coord,
  ).toEqual(entry);
  // A second file of settings beside it does not make a second entry.
  put(join(folder, 'opencode.jsonc'), '{}');
  expect(setupChanges(world, options('opencode'))).toEqual([]);
  const { good, bad } = checkSetup(world, options('opencode'));
  expect([bad, good[0]]).toEqual([[], 'hooks: opencode has none, so messages do not arrive by themselves']);
});

test('M9 instructions that another agent reads too stay as long as that one is set up', () => {
  for (const agent of ['codex', 'opencode'] as const) setUp(options(agent, true));
  const notes = join(root, 'project', 'AGENTS.md');
  takeOut(options('codex', true));
  expect(readFileSync(notes, 'utf8')).toContain('## coord');
  takeOut(options('opencode', true));
  expect(files()).toEqual([]);
});

test.each([
  'claude',
  'codex',
  'gemini',
  'cursor',
] as const)('M9 %s: hooks of a user and of a project at once are said, in both', (agent) => {
  for (const isProject of [false, true]) setUp(options(agent, isProject));
  for (const isProject of [false, true]) {
    const other = agentPlaces(world, agent, !isProject).hooks;
    expect(checkSetup(world, options(agent, isProject)).bad.join('\n')).toContain(
      `hooks: also in ${other}; each message still arrives once`,
    );
  }
});

test.each(
  SETUP_AGENTS,
)('M9 %s: a file that does not parse is refused, with its place, and nothing at all is written', (agent) => {
  const { hooks, mcp } = agentPlaces(world, agent, true);
  const path = hooks ?? mcp[0] ?? '';
  put(path, '{\n  "hooks": {\n  "mcp": 1\n');
  expect(() => setupChanges(world, options(agent, true))).toThrow(/line \d+ column \d+: expected .*nothing was changed/);
  expect(() => removalChanges(world, options(agent, true))).toThrow(/nothing was changed/);
  expect(files()).toHaveLength(1);
});

test('M9 an MCP entry of that name that is somebody else’s is not taken out', () => {
  const path = join(root, 'project', '.cursor', 'mcp.json');
  put(path, '{ "mcpServers": { "coord": { "command": "other", "args": ["serve"] } } }');
  expect(removalChanges(world, options('cursor', true))).toEqual([]);
  expect(checkSetup(world, options('cursor', true)).bad.join()).toContain('MCP entry: not there, or another one');
});

test('M9 a server that the agent’s own command added is left to its own command, which a removal prints', () => {
  const notes = (agent: SetupAgent, isProject = false) => removalNotes(world, options(agent, isProject));
  const [home, project] = [join(root, 'home'), join(root, 'project')];
  for (const agent of SETUP_AGENTS) expect([notes(agent), notes(agent, true)]).toEqual([[], []]);
  const coord = { type: 'stdio', command: 'coord', args: ['mcp'], env: {} };
  const local = { mcpServers: { coord } };
  const own = { mcpServers: { coord: { ...coord, command: 'node', args: ['/opt/main.js', 'mcp'] } } };
  put(join(home, '.claude.json'), JSON.stringify({ ...own, projects: { [project]: local, '/my other': local, '/x': {} } }));
  const here = `for the MCP tools: cd ${project} && claude mcp remove -s local coord`;
  expect(notes('claude', true)).toEqual([here]);
  expect(notes('claude')).toEqual([
    'for the MCP tools: claude mcp remove -s user coord',
    here,
    `for the MCP tools: cd '/my other' && claude mcp remove -s local coord`,
  ]);
  world = { ...world, env: { ...world.env, CLAUDE_CONFIG_DIR: join(root, 'moved') } };
  expect(notes('claude')).toEqual([]);
  put(join(root, 'moved', '.claude.json'), JSON.stringify(own));
  expect(notes('claude')).toEqual(['for the MCP tools: claude mcp remove -s user coord']);
  for (const others of ['{', '[]', '{"mcpServers": []}', '{"mcpServers": {"coord": {"command": "other"}}, "projects": [1]}']) {
    put(join(root, 'moved', '.claude.json'), others);
    expect(notes('claude')).toEqual([]);
  }
  const toml = '[mcp_servers.coord]\ncommand = "node"\nargs = ["/opt/main.js", "mcp"]\n\n[mcp_servers.coord.env]\nA = "x"\n';
  put(join(home, '.codex', 'config.toml'), `model = "m"\n${toml}`);
  expect([notes('codex'), notes('codex', true)]).toEqual([['for the MCP tools: codex mcp remove coord'], []]);
  put(join(home, '.codex', 'config.toml'), toml.replace('"mcp"', '"other"'));
  expect(notes('codex')).toEqual([]);
});

test.each(['null', '[]', '"x"', '3', 'false'])('M9 MCP servers that are %s are refused, with their place', (value) => {
  const path = join(root, 'project', '.cursor', 'mcp.json');
  const text = `{ "mcpServers": ${value} }`;
  put(path, text);
  const refused = /mcp\.json: mcpServers: expected an object in braces; nothing was changed/;
  expect(() => setupChanges(world, options('cursor', true))).toThrow(refused);
  expect(() => removalChanges(world, options('cursor', true))).toThrow(refused);
  expect(files()).toHaveLength(1);
});

test.each(['gemini', 'cursor', 'opencode'] as const)('M9 %s: somebody’s own MCP server named coord is not replaced', (agent) => {
  const path = agentPlaces(world, agent, true).mcp.at(-1) ?? '';
  const key = agent === 'opencode' ? 'mcp' : 'mcpServers';
  for (const own of ['{ "command": "other", "args": ["serve"] }', '"other"', '{ "url": "http://localhost:1" }']) {
    put(path, `{ "${key}": { "coord": ${own} } }`);
    expect(() => setupChanges(world, options(agent, true))).toThrow(
      `${path}: ${key}: coord: expected coord's own MCP server, found another one of that name: give that one another name; nothing was changed`,
    );
  }
  // coord's own, of another place: that one is.
  put(path, `{ "${key}": { "coord": { "command": "coord", "args": ["--dir", "/old", "mcp"] } } }`);
  setUp(options(agent, true));
  expect(checkSetup(world, options(agent, true)).bad.filter((line) => line.startsWith('MCP'))).toEqual([]);
  put(path, `{ "${key}": { "coord": null } }`);
  setUp(options(agent, true));
  expect(checkSetup(world, options(agent, true)).bad.filter((line) => line.startsWith('MCP'))).toEqual([]);
});
