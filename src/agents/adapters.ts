// The agents that can be run, each with its adapter.
import type { AgentName } from '../core/model/agent.ts';
import type { Adapter } from './adapter.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';

export const ADAPTERS: Readonly<Record<AgentName, Adapter>> = { claude, codex };
