// A stand-in for claude that speaks its stream format and its words of command: what it does is the last word of the prompt. Of its lines,
// init, the not-logged-in ones, the form of the result and a session that is gone were recorded from Claude Code 2.1.197; tool calls and
// denials follow its documents. A session is a file in the home folder.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [first, second] = process.argv.slice(2);
const home = process.env.HOME;
const loggedOut = existsSync(join(home, 'logged-out'));
const session = '11111111-2222-4333-8444-555555555555';
const say = (event) => process.stdout.write(`${JSON.stringify({ ...event, session_id: session })}\n`);
const assistant = (...content) => say({ type: 'assistant', message: { role: 'assistant', content } });
const result = (more = {}) =>
  say({
    ...{
      type: 'result',
      subtype: 'success',
      is_error: false,
      duration_ms: 5,
      num_turns: 2,
      result: 'Done.',
      total_cost_usd: 0.0125,
      usage: { input_tokens: 900, cache_read_input_tokens: 50, output_tokens: 50 },
    },
    ...{ permission_denials: [], ...more },
  });

if (first === '--version') {
  console.log('2.1.197 (Claude Code)');
} else if (first === 'auth' && second === 'status') {
  console.log(
    JSON.stringify({ loggedIn: !loggedOut && !existsSync(join(home, 'login-expired-status-lies')), authMethod: 'none' }),
  );
  process.exitCode = loggedOut ? 1 : 0;
} else {
  const prompt = readFileSync(0, 'utf8');
  writeFileSync(
    join(home, 'asked.json'),
    JSON.stringify({ argv: process.argv.slice(2), prompt, env: process.env, cwd: process.cwd() }),
  );
  const resumed = process.argv.indexOf('--resume') + 1;
  if (resumed > 0 && !existsSync(join(home, `session-${process.argv[resumed]}`))) {
    const errors = [`No conversation found with session ID: ${process.argv[resumed]}`];
    result({ subtype: 'error_during_execution', is_error: true, num_turns: 0, result: undefined, total_cost_usd: 0, errors });
    process.exit(1);
  }
  writeFileSync(join(home, `session-${session}`), '');
  say({
    type: 'system',
    subtype: 'init',
    cwd: process.cwd(),
    tools: [],
    mcp_servers: [],
    model: 'stand-in',
    permissionMode: 'acceptEdits',
  });
  await act(prompt.trim().split(/\s+/).at(-1));
}

async function act(what) {
  // In the form that others recorded of a limit.
  if (existsSync(join(home, 'limited'))) {
    say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: Math.ceil(Date.now() / 1000) + 7200 } });
    assistant({ type: 'text', text: "You've hit your session limit" });
    result({ is_error: true, api_error_status: 429, result: "You've hit your session limit", num_turns: 1 });
    process.exitCode = 1;
    return;
  }
  switch (what) {
    case 'works':
      assistant({ type: 'text', text: 'I will write\nthe file.\u001b[31m' });
      assistant({ type: 'tool_use', id: 't1', name: 'Write', input: { file_path: 'made.txt', content: 'x' } });
      writeFileSync('made.txt', 'x');
      return result({ result: 'Wrote made.txt' });
    case 'nothing':
      return result();
    case 'error':
      return result({ is_error: true, subtype: 'error_during_execution', result: undefined, errors: ['It broke'] });
    case 'asks': {
      const { isError, content } = await callTool('ask', { question: 'May I drop\nthe table?\u001b[31m' });
      assistant({ type: 'text', text: `the tool said ${isError === true ? 'no' : 'yes'}: ${content[0].text}` });
      return result({ result: 'I asked.' });
    }
    case 'wonders':
      return result({ result: 'I looked.\n\nQUESTION: Which port?' });
    case 'denied':
      return result({ permission_denials: [{ tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'npm test' } }] });
    case 'expired':
      assistant({ type: 'text', text: 'Not logged in · Please run /login' });
      say({
        type: 'result',
        subtype: 'success',
        is_error: true,
        num_turns: 1,
        result: 'Not logged in · Please run /login',
        total_cost_usd: 0,
      });
      process.exitCode = 1;
      return;
    case 'hangs':
      assistant({ type: 'text', text: 'let me think' });
      return new Promise(() => setInterval(() => {}, 1000));
    case 'retries':
      return new Promise(() =>
        setInterval(() => {
          console.error('still trying');
          say({ type: 'system', subtype: 'api_retry', attempt: 1, max_retries: 10, error: 'overloaded' });
        }, 50),
      );
    case 'floods':
      for (let at = 0; at < 100; at++) assistant({ type: 'text', text: `${at} ${'x'.repeat(50_000)}` });
      process.stdout.write(`${'y'.repeat(9_000_000)}\n`);
      return result();
    case 'dies':
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {});
    case 'kills-its-group':
      process.kill(0, 'SIGKILL');
      return new Promise(() => {});
    case 'leaves':
      spawn('sleep', ['600'], { stdio: 'inherit' }).unref();
      result();
      return process.exit(0);
    default:
      console.error(`error: unknown task ${what}`);
      process.exitCode = 1;
  }
}

/** As claude starts a server of --mcp-config, with no more of the environment than stands there. */
async function callTool(name, args) {
  const { command, args: words, env } = JSON.parse(process.argv[process.argv.indexOf('--mcp-config') + 1]).mcpServers.coord;
  const server = spawn(command, words, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const send = (message) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'stand-in', version: '1' };
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/call', params: { name, arguments: args } });
  let text = '';
  for await (const chunk of server.stdout) {
    text += chunk;
    const answer = text
      .split('\n')
      .slice(0, -1)
      .map(JSON.parse)
      .find(({ id }) => id === 2);
    if (answer === undefined) continue;
    server.stdin.end();
    return answer.result;
  }
  throw new Error('the server ended');
}
