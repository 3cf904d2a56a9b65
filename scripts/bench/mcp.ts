// How long an agent waits for `coord mcp`: from the start of the process to the answer of the first tool. An agent starts it with each session.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inTurns, ms, times } from './numbers.ts';
import type { Bench } from './row.ts';

const TURNS = 21;
const QUICK_TURNS = 7;
const RATIO_MAX = 6;

const HELLO = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};

export const mcp: Bench = {
  name: 'mcp',
  async rows({ scratch, program, quick }) {
    const fleet = join(scratch, 'mcp', 'fleet');
    await ended([program, '--dir', fleet, 'init', '--name', 'here']);
    const took = await inTurns(quick ? QUICK_TURNS : TURNS, {
      started: { run: () => answered([program, '--dir', fleet, 'mcp'], 1) },
      answered: { run: () => answered([program, '--dir', fleet, 'mcp'], 2) },
      status: { run: () => ended([program, '--dir', fleet, 'status', '--json']) },
      node: { run: () => ended(['-e', '0']) },
    });
    const ratio = took.answered / took.node;
    return [
      {
        what: '`coord mcp`, from its start to the answer of the first tool (fleet_status)',
        measured: `${times(ratio)} \`node -e 0\` (${ms(took.answered)})`,
        atMost: `${RATIO_MAX} × \`node -e 0\``,
        beside: `to its first word ${ms(took.started)}; \`coord status --json\` ${ms(took.status)}; \`node -e 0\` ${ms(took.node)}`,
        isOk: ratio <= RATIO_MAX,
      },
    ];
  },
};

/** Until the answer with this id; what it takes to end is not in it. */
async function answered(words: readonly string[], until: number): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const say = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const exited = once(child, 'exit');
  say(HELLO);
  say({ method: 'notifications/initialized' });
  if (until > 1) say({ id: 2, method: 'tools/call', params: { name: 'fleet_status', arguments: {} } });
  let said = '';
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout) {
    said += String(text);
    if (said.includes(`"id":${until}`) && said.endsWith('\n')) break;
  }
  if (!said.includes('"result"')) throw new Error(`coord mcp answered: ${said}`);
  child.kill('SIGKILL');
  void exited;
}

function ended(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error) => (error ? reject(error) : resolve()));
  });
}
