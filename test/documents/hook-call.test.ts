import { expect, test } from 'vitest';
import { hookAnswer, readHookCall } from '../../src/documents/hook-call.ts';

// As Claude Code 2.1.197 and Codex 0.169.0 sent them, but for paths; PostToolUse and Stop as their documents show them.
const CLAUDE = {
  start:
    '{"session_id":"f2ba3196-1","transcript_path":"/t.jsonl","cwd":"/p","hook_event_name":"SessionStart","source":"startup"}',
  prompt:
    '{"session_id":"f2ba3196-1","transcript_path":"/t","cwd":"/p","prompt_id":"ed884ee8","permission_mode":"default","hook_event_name":"UserPromptSubmit","prompt":"hi"}',
  tool: '{"session_id":"f2ba3196-1","cwd":"/p","prompt_id":"ed884ee8","hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{},"tool_response":{},"tool_use_id":"toolu_01"}',
  stop: '{"session_id":"f2ba3196-1","cwd":"/p","prompt_id":"ed884ee8","hook_event_name":"Stop","stop_hook_active":true,"last_assistant_message":"…","background_tasks":[]}',
  failure:
    '{"session_id":"f2ba3196-1","cwd":"/p","prompt_id":"ed884ee8","hook_event_name":"StopFailure","error":"authentication_failed"}',
  end: '{"session_id":"f2ba3196-1","cwd":"/p","hook_event_name":"SessionEnd","reason":"other"}',
};
const CODEX = {
  start:
    '{"session_id":"01a1fb1c-2","transcript_path":"/r","cwd":"/p","hook_event_name":"SessionStart","model":"gpt-6.1-sol","permission_mode":"bypassPermissions","source":"startup"}',
  prompt:
    '{"session_id":"01a1fb1c-2","turn_id":"01a1","transcript_path":"/r","cwd":"/p","hook_event_name":"UserPromptSubmit","model":"m","permission_mode":"default","prompt":"hi"}',
};

test('M9 reads what claude sends', () => {
  const base = { session: 'f2ba3196-1', cwd: '/p', goesOn: false };
  expect(readHookCall('claude', CLAUDE.start)).toEqual({ ...base, event: 'SessionStart', turn: null });
  expect(readHookCall('claude', CLAUDE.prompt)).toEqual({ ...base, event: 'UserPromptSubmit', turn: 'ed884ee8' });
  expect(readHookCall('claude', CLAUDE.tool)).toEqual({ ...base, event: 'PostToolUse', turn: 'ed884ee8' });
  expect(readHookCall('claude', CLAUDE.stop)).toEqual({ ...base, event: 'Stop', turn: 'ed884ee8', goesOn: true });
  expect(readHookCall('claude', CLAUDE.failure)).toBeNull();
  expect(readHookCall('claude', CLAUDE.end)).toBeNull();
});

test('M9 reads what codex sends', () => {
  const base = { session: '01a1fb1c-2', cwd: '/p', goesOn: false };
  expect(readHookCall('codex', CODEX.start)).toEqual({ ...base, event: 'SessionStart', turn: null });
  expect(readHookCall('codex', CODEX.prompt)).toEqual({ ...base, event: 'UserPromptSubmit', turn: '01a1' });
  expect(readHookCall('codex', CLAUDE.tool)).toBeNull();
});

const changed = (more: object) => JSON.stringify({ ...JSON.parse(CLAUDE.start), ...more });
test.each([
  ['nothing', ''],
  ['half of it', CLAUDE.start.slice(0, 40)],
  ['a list', '[]'],
  ['null', 'null'],
  ['another event', changed({ hook_event_name: 'PreToolUse' })],
  ['a name of every object', changed({ hook_event_name: 'constructor' })],
  ['a session that is a path', changed({ session_id: '../../x' })],
  ['a session without a name', changed({ session_id: '' })],
  ['no folder', changed({ cwd: null })],
  ['a folder that no system has', changed({ cwd: '/p\0' })],
  ['a helper inside the session', changed({ agent_id: 'a1' })],
])('M9 %s is answered with nothing', (_, text) => {
  expect(readHookCall('claude', text)).toBeNull();
});

test('M9 answers with the keys that each program knows, and no others', () => {
  const context = (hookEventName: string) => ({ hookSpecificOutput: { hookEventName, additionalContext: '“x"\n' } });
  expect(JSON.parse(hookAnswer('claude', 'SessionStart', '“x"\n'))).toEqual(context('SessionStart'));
  expect(JSON.parse(hookAnswer('claude', 'Stop', '“x"\n'))).toEqual(context('Stop'));
  expect(JSON.parse(hookAnswer('codex', 'UserPromptSubmit', '“x"\n'))).toEqual(context('UserPromptSubmit'));
  expect(JSON.parse(hookAnswer('codex', 'Stop', '“x"\n'))).toEqual({ decision: 'block', reason: '“x"\n' });
  expect(hookAnswer('codex', 'Stop', 'a\nb')).not.toContain('\n');
});
