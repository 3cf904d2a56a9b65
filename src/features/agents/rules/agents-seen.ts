// Agents that others make and that coord does not run by itself: where `coord agent detect` finds one, it says so, with the lines that agents.yaml
// needs. The words are from their documents of 2026; none of them was ever run here. Pure.
import type { SeenAgent } from '../../../core/model/orders/agent.ts';

const ALL = 'edits files and runs any command';

export const SEEN_AGENTS: readonly SeenAgent[] = [
  { name: 'qwen', entry: '{ command: [qwen, --approval-mode, auto-edit], prompt: stdin }', may: 'edits files' },
  {
    name: 'copilot',
    entry: '{ command: [copilot, --no-ask-user, --allow-tool=write, -p], prompt: argument }',
    may: 'edits files',
  },
  {
    name: 'droid',
    entry: '{ command: [droid, exec, --auto, low, -f], prompt: file }',
    may: 'edits files, runs harmless commands',
  },
  { name: 'kimi', entry: '{ command: [kimi, --print], prompt: stdin }', may: ALL },
  {
    name: 'amp',
    entry:
      '{ command: [amp, --dangerously-allow-all, --stream-json, -x], prompt: argument, success: { exit: 0, says: \'"subtype":"success"\' } }',
    may: ALL,
  },
  {
    name: 'goose',
    entry: '{ command: [goose, run, --no-session, -i], prompt: file }',
    may: 'what GOOSE_MODE in its own settings says',
  },
  { name: 'crush', entry: '{ command: [crush, run, --quiet], prompt: stdin }', may: ALL },
];
