// The commands that put the inbox into an agent's context.
import type { CommandDescriptor } from '../../../cli/command.ts';
import { NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';
import { SETUP_AGENTS } from '../documents/agent-setup/agents.ts';
import { HOOK_AGENTS } from '../documents/hook-dialects.ts';

export const agentSetup: CommandDescriptor = {
  words: 'agent setup <agent>',
  summary: 'Let an agent see the messages for this machine: sets up hooks, a short note in its instructions, and its MCP entry',
  arguments: { agent: { summary: 'whose settings', choices: SETUP_AGENTS } },
  options: [
    ['--project', 'only in the folder where you are, instead of for all your projects'],
    ['--check', 'show what is set up, and whether the agent ever called'],
    ['--remove', 'remove what coord has put there, and nothing else'],
    ['--print', 'show the change, and do nothing'],
  ],
  exitCodes: [
    ['0', 'done, or there was nothing to change; with --check, all is in order'],
    ['1', 'failed; with --check, something is not in order'],
    USAGE,
    NO_FLEET,
    ['5', 'refused: a settings file cannot be understood, and nothing was changed'],
  ],
  run: async (context, name, options) => (await import('./agent-setup.ts')).run(context, name, options),
};

export const prime: CommandDescriptor = {
  words: 'prime',
  summary: 'Print what an AI agent should know of the fleet and of coord',
  details: 'As of the last sync; for agents without hooks, and at the start of a task',
  exitCodes: [['0', 'printed'], ['1', 'never synced'], NO_FLEET],
  run: async (context) => (await import('./prime.ts')).run(context),
};

/** It does nothing here: it is answered before any word is parsed (hook-words.ts). */
export const hook: CommandDescriptor = {
  words: 'hook <agent>',
  summary: 'Print unread messages as data: agents call it at their events',
  details: `Called by ${HOOK_AGENTS.join(', ')}, always with exit code 0`,
  exitCodes: [['0', 'always: coord never stops an agent']],
  run: async () => 0,
};
