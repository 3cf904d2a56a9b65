// Adapts Cursor's command line (`cursor-agent -p`), by its documentation and by what others recorded; it was never run here. No event tells
// of a failure, and a refusal may end with exit code 0. What its owner's own settings deny it, `--force` does not allow.
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { type Account, type Dialect, readerOf } from './account.ts';
import {
  type Adapter,
  type Around,
  type Event,
  inputOf,
  listOf,
  NO_STEP,
  recordOf,
  type Step,
  shown,
  sumOf,
  textOf,
} from './adapter.ts';

export const cursorAgent: Adapter = {
  argv,
  reader: (request) => readerOf(DIALECT, request),
  promptBy: 'file',
  asksHelp: true,
  obeys: ['.cursor/hooks.json', '.cursor/mcp.json', '.cursor/cli.json'],
};

/** Without `--force` it proposes and changes nothing. */
function argv({ model, resume, projectSettings }: AgentRequest, { promptFile, help }: Around): string[] {
  const known = (...words: string[]) => words.filter((word) => help.includes(word));
  return [
    ...['-p', '--output-format', 'stream-json', '--force'],
    ...known('--trust', ...(projectSettings ? ['--approve-mcps'] : [])),
    ...(model === null ? [] : ['--model', model]),
    ...(resume === undefined ? [] : ['--resume', resume.session]),
    `Read the file ${promptFile} and do what it says.`,
  ];
}

const DIALECT: Dialect = {
  loggedOut: /not logged in|authentication required|\b401\b|unauthorized|please (log|sign) in|cursor-agent login/i,
  limited: /usage limit|requests limit|resource_exhausted/i,
  noSession: /(chat|session|conversation) not found/i,
  lift: () => 'its permissions in ~/.cursor/cli-config.json',
  take(event, account) {
    account.session ??= textOf(event.session_id);
    switch (event.type) {
      case 'system':
        return shown(`session ${account.session} · ${String(event.model)}`);
      case 'assistant': {
        account.turns += 1;
        const words = listOf(recordOf(event.message)?.content).flatMap(({ text }) => textOf(text) ?? []);
        return shown(...words);
      }
      case 'tool_call':
        return fromCall(event, account);
      case 'result':
        account.isDone = true;
        account.result = textOf(event.result);
        account.tokens = sumOf(recordOf(event.usage), ...['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens']);
        account.failure =
          event.is_error === false && event.subtype === 'success'
            ? null
            : (account.result ?? textOf(event.subtype) ?? 'it failed');
        return shown(`── ${account.turns} turns ──`);
      default:
        return NO_STEP;
    }
  },
};

function fromCall({ subtype, tool_call: call }: Event, account: Account): Step {
  const calls = Object.entries(recordOf(call) ?? {});
  if (subtype === 'started') return shown(`▸ ${calls.map(([name]) => name).join(' ')}`);
  for (const [name, body] of calls) {
    const rejected = recordOf(recordOf(recordOf(body)?.result)?.rejected);
    if (rejected === null) continue;
    const [tool, what] = [name.replace(/ToolCall$/, ''), inputOf(rejected)];
    account.denied.push(what === '' ? tool : `${tool} (${what})`);
  }
  return NO_STEP;
}
