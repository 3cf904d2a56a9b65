// Adapts an agent of which coord knows only what its owner says in agents.yaml: how it is started, how it gets its prompt, and what tells that it
// worked. Its output is lines of text. It tells neither a session nor a cost, and coord keeps it from nothing.
import type { PlainAgent } from '../../../core/model/orders/agent.ts';
import { type Adapter, type AgentReader, type ReadRequest, shown } from './adapter.ts';

export function plainAdapter(agent: PlainAgent): Adapter {
  return {
    argv: (_request, { promptFile, prompt }) => [
      ...agent.command.slice(1),
      // A prompt is no option.
      ...(agent.prompt === 'argument'
        ? [prompt.startsWith('-') ? ` ${prompt}` : prompt]
        : agent.prompt === 'file'
          ? [promptFile]
          : []),
    ],
    ...(agent.prompt === 'stdin' ? {} : { promptBy: agent.prompt }),
    reader: (request) => plainReader(agent, request),
  };
}

function plainReader({ exit, says }: PlainAgent, { agent }: ReadRequest): AgentReader {
  const wanted = says === null ? null : new RegExp(says, 'u');
  let isSaid = wanted === null;
  let result: string | null = null;
  const hear = (text: string) => {
    isSaid ||= wanted?.test(text) === true;
    if (text.trim() !== '') result = text.trim();
  };
  return {
    session: null,
    turns: null,
    costUsd: null,
    isDone: false,
    take(event) {
      const text = JSON.stringify(event);
      hear(text);
      return shown(text);
    },
    takeLine(text) {
      hear(text);
      return true;
    },
    judge({ code, signal, lastWords }) {
      const last = lastWords === '' ? '' : `: ${lastWords}`;
      const how = signal === null ? `ended with ${code}` : `ended by ${signal}`;
      const problem = code !== exit ? `${agent} ${how}${last}` : isSaid ? null : `${agent} did not say ${says}${last}`;
      return { problem, asks: null, result, turns: null, costUsd: null, hasResult: true };
    },
  };
}
