// Defines the order fields for agents as people write them (O15), and what they mean.
import { type AgentTask, TOOL_RULE } from '../../../core/model/orders/agent.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import { type Options, orderField, WrongOptions } from '../../../documents/orders/order-field.ts';
import { parseDuration } from '../../../documents/text/duration.ts';

const WORK = { not: ['chain'], work: 'agent', changes: 'work' } as const;

export const agentFields = {
  agent: orderField({
    ...WORK,
    schema: ({ word }) => word,
    expected: "an AI agent's name",
    words: 'The AI agent that does it; `prompt` says what.',
    docs: 'in place of `run`: the AI coding agent that does it ([agents.md](agents.md)); `prompt` says what',
    reads: (entry) => agentTaskOf(entry as AgentEntry),
    called: 'an agent',
    task: 'text',
    options: [
      ['--agent <name>', 'an AI agent such as claude does it, in place of a command; with --prompt'],
      ['--prompt <text>', 'what the agent is asked to do; - reads standard input', { readsInput: true }],
    ],
    take: agentFrom,
  }),
  prompt: orderField({
    ...WORK,
    schema: ({ line }) => line,
    expected: 'text',
    words: 'What the agent is asked to do.',
    take: ({ prompt }) => prompt as string | undefined,
  }),
  resume: orderField({
    ofSteps: true,
    schema: ({ z, line }) => z.union([z.boolean(), line]),
    expected: 'true, or words that it goes on with',
    words:
      'With a raised generation: the agent goes on in the session of its newest earlier run of this order, with these words. `coord retry --resume` writes it.',
    not: ['chain'],
    of: 'agent',
    means: (resume): Pick<Order, 'resume'> => (resume === undefined || resume === false ? {} : { resume }),
  }),
  model: orderField({
    // Nothing that an option of a command line could be taken for.
    schema: ({ z }) => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/),
    expected: "a model's name",
    words: 'The model that the agent uses. Default: as it is set up there.',
    of: 'agent',
    changes: 'work',
    task: 'text',
    options: [['--model <model>', 'the model that the agent uses']],
  }),
  budget: orderField({
    schema: ({ z }) => z.number().min(0.01).max(10_000),
    expected: 'a number of US dollars from 0.01 to 10000',
    words: 'What one run of the agent may cost at most, in US dollars.',
    of: 'agent',
    task: 'number',
    options: [['--budget <dollars>', 'what one run of the agent may cost at most', { isNumber: true }]],
  }),
  max_turns: orderField({
    schema: ({ count }) => count(1, 10_000),
    expected: 'a whole number from 1 to 10000',
    words: 'How many turns the agent may take at most.',
    of: 'agent',
    task: 'number',
    options: [['--max-turns <count>', 'turns that the agent may take at most', { isNumber: true }]],
  }),
  allowed_tools: orderField({
    schema: ({ z }) => z.array(z.string().regex(TOOL_RULE)).max(100),
    expected: 'a list of tools such as "Bash(npm test)"',
    words:
      "Tools that the agent may use without asking; the machine's owner must have allowed them. Default: all that the owner allows.",
    of: 'agent',
    changes: 'work',
    task: 'list',
    options: [['--allowed-tool <tool>', 'a tool that the agent may use without asking; may be given again', { is: 'repeated' }]],
  }),
  silence: orderField({
    schema: ({ duration }) => duration,
    expected: 'a length from "1s" to "30d"',
    words: 'End the agent if it says nothing for this long.',
    default: '10m',
    of: 'agent',
    task: 'number',
    options: [['--silence <duration>', 'end the agent if it says nothing for this long (default: 10m)', { isNumber: true }]],
  }),
};

interface AgentOptions {
  readonly agent?: string;
  readonly prompt?: string;
  readonly allowedTool?: readonly string[];
}

/** Undefined = none of the options of an agent was given. */
function agentFrom(options: Options): string | undefined {
  const { agent, prompt, allowedTool = [] } = options as AgentOptions;
  const hasMore = ['model', 'budget', 'maxTurns', 'silence'].some((it) => options[it] !== undefined) || allowedTool.length > 0;
  if (agent === undefined && prompt === undefined && !hasMore) return undefined;
  if (agent !== undefined && prompt !== undefined) return agent;
  throw new WrongOptions(
    `an order for an agent: expected --agent and --prompt, found ${agent === undefined ? 'no --agent' : 'no --prompt'}`,
    'coord order add fix --agent claude --prompt "Fix the flaky test" --cwd ~/app --check "npm test"',
  );
}

interface AgentEntry {
  readonly agent?: string | undefined;
  readonly prompt?: string | undefined;
  readonly model?: string | undefined;
  readonly budget?: number | undefined;
  readonly max_turns?: number | undefined;
  readonly allowed_tools?: readonly string[] | undefined;
  readonly silence?: string | number | undefined;
}

function agentTaskOf(entry: AgentEntry): AgentTask {
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
