// The options of `coord order add` that make it an order for an AI agent: --agent, --prompt, and what goes with them.
import { readFileSync } from 'node:fs';
import type { Json } from '../../../core/model/ledger/intention.ts';
import { CoordError } from '../../../errors.ts';

export interface AgentOptions {
  readonly agent?: string;
  readonly prompt?: string;
  readonly model?: string;
  readonly budget?: string;
  readonly maxTurns?: string;
  readonly allowedTool: readonly string[];
  readonly silence?: string;
}

/** Null = none of them was given. What the fields must be, the document's own checks say. */
export function agentFrom(options: AgentOptions): { readonly [field: string]: Json } | null {
  const { agent, prompt, model, budget, maxTurns, allowedTool, silence } = options;
  const hasMore = [prompt, model, budget, maxTurns, silence].some((it) => it !== undefined) || allowedTool.length > 0;
  if (agent === undefined && !hasMore) return null;
  if (agent === undefined || prompt === undefined)
    throw new CoordError(
      'USAGE',
      `an order for an agent: expected --agent and --prompt, found ${agent === undefined ? 'no --agent' : 'no --prompt'}`,
      'coord order add fix --agent claude --prompt "Fix the flaky test" --cwd ~/app --check "npm test"',
    );
  return {
    agent,
    prompt: prompt === '-' ? readFileSync(0, 'utf8') : prompt,
    ...(model === undefined ? {} : { model }),
    ...(budget === undefined ? {} : { budget: numberOf(budget) }),
    ...(maxTurns === undefined ? {} : { max_turns: numberOf(maxTurns) }),
    ...(allowedTool.length === 0 ? {} : { allowed_tools: allowedTool }),
    ...(silence === undefined ? {} : { silence }),
  };
}

/** What is no number is shown as it was written, by the check of the field. */
function numberOf(text: string): Json {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}
