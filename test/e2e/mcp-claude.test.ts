// The real Claude Code, not logged in, with `coord mcp` as its server. It is looked for in COORD_TEST_AGENTS (a node_modules/.bin) and on PATH;
// nothing is downloaded.
import { execFile, execFileSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TOOLS } from '../../src/mcp/tools.ts';
import { asClaude, model } from './agent-model.ts';
import { createFleet, endFleets, mainPath, type TestMachine } from './fleet.ts';

afterAll(endFleets);

const folders = [process.env.COORD_TEST_AGENTS ?? '', ...(process.env.PATH ?? '').split(delimiter)].filter(Boolean);
const claude = folders.map((folder) => join(folder, 'claude')).find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function environment({ home, coordHome }: TestMachine): Record<string, string> {
  const own = { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', ENABLE_TOOL_SEARCH: 'false' };
  return { PATH: process.env.PATH ?? '', HOME: home, COORD_HOME: coordHome, LANG: 'C.UTF-8', ...own };
}

/** What it prints; that it is not logged in is no matter. */
function ask(program: string, pc: TestMachine, args: readonly string[]): string {
  try {
    return execFileSync(program, args, {
      cwd: pc.folder,
      env: environment(pc),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 90_000,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
}

test.skipIf(claude === undefined)('claude connects to it, and has its tools (skipped where claude is not there)', async () => {
  const [pc] = await createFleet().joined('pc');
  if (pc === undefined || claude === undefined) throw new Error('one machine');
  ask(claude, pc, ['mcp', 'add', '-s', 'user', 'coord', '--', process.execPath, mainPath, 'mcp']);
  expect(ask(claude, pc, ['mcp', 'list'])).toMatch(/^coord: .* mcp - \S+ Connected$/m);
  const config = join(pc.home, 'mcp.json');
  writeFileSync(config, JSON.stringify({ mcpServers: { coord: { command: process.execPath, args: [mainPath, 'mcp'] } } }));
  const words = ['-p', 'hi', '--output-format', 'stream-json', '--verbose', '--mcp-config', config, '--strict-mcp-config'];
  const lines = ask(claude, pc, words)
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const init = lines.map((line) => JSON.parse(line)).find(({ subtype }) => subtype === 'init') as {
    tools: string[];
    mcp_servers: unknown;
  };
  expect(init.mcp_servers).toEqual([{ name: 'coord', status: 'connected' }]);
  expect(init.tools.filter((name) => name.startsWith('mcp__coord__')).sort()).toEqual(
    Object.keys(TOOLS)
      .map((name) => `mcp__coord__${name}`)
      .sort(),
  );
});

test.skipIf(claude === undefined)(
  'the real claude calls a tool of it, and its model is given the answer (skipped without claude)',
  async () => {
    const [pc] = await createFleet().joined('pc');
    if (pc === undefined || claude === undefined) throw new Error('one machine');
    await pc.ok('sync');
    const tool = 'mcp__coord__fleet_status';
    const { asked, server, url } = await model(async () => {}, asClaude(tool, {}));
    const mcp = JSON.stringify({ mcpServers: { coord: { command: process.execPath, args: [mainPath, 'mcp'] } } });
    const words = ['-p', 'hi', '--mcp-config', mcp, '--strict-mcp-config', '--allowedTools', tool];
    const env = { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url };
    await new Promise<void>((resolve) => {
      const options = { cwd: pc.folder, env: { ...environment(pc), ...env }, timeout: 90_000 };
      execFile(claude, words, options, () => resolve()).stdin?.end();
    });
    server.close();
    expect(asked).toHaveLength(2);
    const { messages } = JSON.parse(asked[1] ?? '') as { messages: { content: unknown }[] };
    const parts = messages.flatMap(({ content }) => content) as { type?: string; content?: unknown }[];
    const results = parts.filter(({ type }) => type === 'tool_result').map(({ content }) => JSON.stringify(content));
    expect(results).toEqual([expect.stringContaining('machines')]);
    expect(results[0]).toContain('pc');
  },
);
