#!/usr/bin/env node
// Stands in for Claude Code where nobody is logged in: the same words of command, the same stream of events, and real edits, which lie
// ready in edits/<title of the task>/. It understands nothing: a task that is not there fails.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const edits = join(import.meta.dirname, 'edits');
const session = '3f0c1f8e-0000-4000-8000-000000000001';
const say = (event) => process.stdout.write(`${JSON.stringify({ ...event, session_id: session })}\n`);
const assistant = (...content) => say({ type: 'assistant', message: { role: 'assistant', content } });
const result = (more) =>
  say({
    ...{
      type: 'result',
      subtype: 'success',
      is_error: false,
      duration_ms: 5,
      num_turns: 2,
      total_cost_usd: 0,
      permission_denials: [],
    },
    ...more,
  });

const [first, second] = process.argv.slice(2);
if (first === '--version') console.log('2.1.197 (Claude Code)');
else if (first === 'auth' && second === 'status') console.log(JSON.stringify({ loggedIn: true, authMethod: 'none' }));
else act(readFileSync(0, 'utf8'));

function act(prompt) {
  say({
    type: 'system',
    subtype: 'init',
    cwd: process.cwd(),
    tools: [],
    mcp_servers: [],
    model: 'stand-in',
    permissionMode: 'acceptEdits',
  });
  if (prompt.startsWith('Draft the list of tasks'))
    return result({ result: readFileSync(join(import.meta.dirname, 'draft.md'), 'utf8') });
  const title = /^The task:\n\n(.*)$/m.exec(prompt)?.[1] ?? '';
  const folder = join(edits, title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
  if (title === '' || !existsSync(folder))
    return result({ is_error: true, result: `I only stand in, and know nothing of “${title}”.` });
  assistant({ type: 'text', text: `I will do: ${title}` });
  for (const file of filesIn(folder)) {
    assistant({ type: 'tool_use', id: `t-${file}`, name: 'Write', input: { file_path: file } });
    mkdirSync(dirname(join(process.cwd(), file)), { recursive: true });
    copyFileSync(join(folder, file), join(process.cwd(), file));
  }
  result({ result: `Wrote ${filesIn(folder).join(', ')}.` });
}

function filesIn(folder, at = '') {
  return readdirSync(join(folder, at), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(folder, join(at, entry.name)) : [join(at, entry.name)],
  );
}
