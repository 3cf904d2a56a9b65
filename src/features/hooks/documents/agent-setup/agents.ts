// The agents that `coord agent setup` knows.
import type { AgentFiles } from './agent-files.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { cursor } from './cursor.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';

export const SETUP_AGENTS = ['claude', 'codex', 'gemini', 'cursor', 'opencode'] as const;
export type SetupAgent = (typeof SETUP_AGENTS)[number];

export const AGENT_FILES: Readonly<Record<SetupAgent, AgentFiles>> = { claude, codex, gemini, cursor, opencode };
