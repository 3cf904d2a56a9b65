// `coord mcp` for tests: the built program, started by the protocol's own client, or spoken to byte for byte.
import { spawn } from 'node:child_process';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { mainPath, type TestMachine } from './fleet.ts';

const clients: Client[] = [];

/** For `afterEach`. */
export async function endClients(): Promise<void> {
  for (const client of clients.splice(0)) await client.close();
}

export interface Asked {
  readonly text: string;
  readonly structured: Record<string, unknown>;
  readonly isError: boolean;
}

const envOf = ({ home, coordHome }: TestMachine) => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  COORD_HOME: coordHome,
  LANG: 'C.UTF-8',
});

export async function connect(
  machine: TestMachine,
  { cwd = machine.folder, args = [] as string[], mode = null as 'auto' | null, env = {} as Record<string, string> } = {},
): Promise<Client> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [mainPath, ...args, 'mcp'],
    env: { ...envOf(machine), ...env },
    cwd,
    stderr: 'pipe',
  });
  const client = new Client({ name: 'test', version: '1' }, mode === null ? {} : { versionNegotiation: { mode } });
  clients.push(client);
  await client.connect(transport);
  return client;
}

export async function ask(client: Client, name: string, args: Record<string, unknown> = {}, options = {}): Promise<Asked> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args }, options);
  const [first] = content as { type: string; text: string }[];
  return { text: first?.text ?? '', structured: (structuredContent ?? {}) as Record<string, unknown>, isError: isError === true };
}

/** Lines to its standard input, byte for byte; what it said until it ended. */
export function raw(machine: TestMachine, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [mainPath, 'mcp'], {
    cwd: machine.folder,
    env: { ...envOf(machine), ...env },
    stdio: 'pipe',
  });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const answers = () =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id?: unknown; result?: unknown; error?: { code: number; message: string } });
  const say = (line: unknown) => child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  return { child, ended, answers, say, errors: () => errors };
}

export const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
