// The real Claude Code, not logged in, with `coord mcp` as its server. It is looked for in COORD_TEST_AGENTS (a node_modules/.bin) and on PATH;
// nothing is downloaded.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TOOLS } from '../../src/mcp/tools.ts';
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

/** What it prints; that it is not logged in is no matter. */
function ask(program: string, { folder, home, coordHome }: TestMachine, args: readonly string[]): string {
  const own = { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', ENABLE_TOOL_SEARCH: 'false' };
  const env = { PATH: process.env.PATH ?? '', HOME: home, COORD_HOME: coordHome, LANG: 'C.UTF-8', ...own };
  try {
    return execFileSync(program, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 90_000,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
}

test.skipIf(claude === undefined)(
  'claude connects to it, and has its tools (skipped where claude is neither in COORD_TEST_AGENTS nor on PATH)',
  async () => {
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
  },
);
