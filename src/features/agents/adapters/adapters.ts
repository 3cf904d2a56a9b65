// The agents that can be run, each with its adapter.
import { type AgentName, type AgentRequest, isAgentName } from '../../../core/model/orders/agent.ts';
import type { Adapter } from './adapter.ts';
import { aider } from './aider.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { cursorAgent } from './cursor-agent.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { plainAdapter } from './plain.ts';

export const ADAPTERS: Readonly<Record<AgentName, Adapter>> = {
  claude,
  codex,
  gemini,
  opencode,
  'cursor-agent': cursorAgent,
  aider,
};

/** Null = nobody says how it is run. */
export function adapterOf({ agent, plain }: Pick<AgentRequest, 'agent' | 'plain'>): Adapter | null {
  if (plain !== undefined) return plainAdapter(plain);
  return isAgentName(agent) ? ADAPTERS[agent] : null;
}
