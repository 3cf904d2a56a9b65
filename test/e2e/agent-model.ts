// A model for the real agents, on this computer: what they are given can be looked at, and what it answers is known.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Wire = (request: IncomingMessage, body: string, answer: () => Promise<number>) => Promise<[object, string]>;

const STREAM = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** A model: its first answer uses a tool, all others are a word; `between` happens before the second one. Null = not a turn of the agent. */
export async function model(between: () => Promise<void>, wire: Wire) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const answer = async () => {
      const count = asked.push(body);
      if (count === 2) await between();
      return count;
    };
    const [headers, text] = await wire(request, body, answer);
    response.writeHead(200, { ...headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export const asGemini: Wire = async ({ url = '' }, _, answer) => {
  const isStream = url.includes('stream');
  const isFirst = isStream && (await answer()) === 1;
  const call = { functionCall: { name: 'run_shell_command', args: { command: 'echo hello' } } };
  const words = { text: isStream ? 'done' : '{"complexity_reasoning":"","complexity_score":1}' };
  const candidate = { content: { role: 'model', parts: [isFirst ? call : words] }, finishReason: 'STOP', index: 0 };
  const text = JSON.stringify({ candidates: [candidate], usageMetadata: { totalTokenCount: 2 } });
  return isStream ? [STREAM, `data: ${text}\n\n`] : [JSON_TYPE, text];
};

/** Its first answer uses this tool. */
export const asClaude =
  (tool: string, input: object): Wire =>
  async ({ url = '' }, body, answer) => {
    // It asks for titles and the like without a tool.
    if (!/\/v1\/messages(\?|$)/.test(url) || !body.includes(`"name":"${tool}"`)) return [JSON_TYPE, '{}'];
    const isFirst = (await answer()) === 1;
    const usage = { input_tokens: 1, output_tokens: 1 };
    const block = isFirst ? { type: 'tool_use', id: 'toolu_1', name: tool, input: {} } : { type: 'text', text: '' };
    const delta = isFirst
      ? { type: 'input_json_delta', partial_json: JSON.stringify(input) }
      : { type: 'text_delta', text: 'done' };
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], stop_reason: null, usage };
    const events = [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: isFirst ? 'tool_use' : 'end_turn' }, usage },
      { type: 'message_stop' },
    ];
    return [STREAM, events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')];
  };
