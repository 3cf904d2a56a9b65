// What an order asks of an agent, as people write it (O15): the checks of its fields, and what they mean.
import * as z from 'zod';
import { type AgentTask, TOOL_RULE } from '../core/model/agent.ts';
import { parseDuration } from './duration.ts';

export const agentFields = {
  /** Nothing that an option of a command line could be taken for. */
  model: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/),
  budget: z.number().min(0.01).max(10_000),
  max_turns: z.number().int().min(1).max(10_000),
  allowed_tools: z.array(z.string().regex(TOOL_RULE)).max(100),
};

interface AgentEntry {
  readonly agent?: string | undefined;
  readonly prompt?: string | undefined;
  readonly model?: string | undefined;
  readonly budget?: number | undefined;
  readonly max_turns?: number | undefined;
  readonly allowed_tools?: readonly string[] | undefined;
  readonly silence?: string | number | undefined;
}

export function agentTaskOf(entry: AgentEntry): AgentTask {
  const { agent = '', prompt = '', model, budget, max_turns: turns, allowed_tools: tools, silence } = entry;
  const silenceMs = silence === undefined ? null : parseDuration(silence);
  return {
    kind: 'agent',
    agent,
    prompt,
    ...(model === undefined ? {} : { model }),
    ...(budget === undefined ? {} : { budgetUsd: budget }),
    ...(turns === undefined ? {} : { maxTurns: turns }),
    ...(tools === undefined ? {} : { allowedTools: tools }),
    ...(silenceMs === null ? {} : { silenceMs }),
  };
}
