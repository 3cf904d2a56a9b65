// What an order asks of an agent, as people write it (O15): the checks of its fields, and what they mean.
import * as z from 'zod';
import { type AgentTask, TOOL_RULE } from '../../../core/model/orders/agent.ts';
import { field, line } from '../../../documents/orders/order-field.ts';
import { parseDuration } from '../../../documents/text/duration.ts';

export const agentFields = {
  resume: field(
    z.union([z.boolean(), line]),
    'true, or words that it goes on with',
    'With a raised generation: the agent goes on in the session of its newest earlier run of this order, with these words. `coord retry --resume` writes it.',
  ),
  model: field(
    // Nothing that an option of a command line could be taken for.
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/),
    "a model's name",
    'The model that the agent uses. Default: as it is set up there.',
  ),
  budget: field(
    z.number().min(0.01).max(10_000),
    'a number of US dollars from 0.01 to 10000',
    'What one run of the agent may cost at most, in US dollars.',
  ),
  max_turns: field(
    z.number().int().min(1).max(10_000),
    'a whole number from 1 to 10000',
    'How many turns the agent may take at most.',
  ),
  allowed_tools: field(
    z.array(z.string().regex(TOOL_RULE)).max(100),
    'a list of tools such as "Bash(npm test)"',
    "Tools that the agent may use without asking; the machine's owner must have allowed them. Default: all that the owner allows.",
  ),
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
