// The agents that can be run, each with its adapter.
import type { AgentName } from '../../../core/model/orders/agent.ts';
import type { Adapter } from './adapter.ts';
import { aider } from './aider.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { cursorAgent } from './cursor-agent.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';

export const ADAPTERS: Readonly<Record<AgentName, Adapter>> = {
  claude,
  codex,
  gemini,
  opencode,
  'cursor-agent': cursorAgent,
  aider,
};
