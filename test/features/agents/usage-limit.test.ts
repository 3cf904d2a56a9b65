// O15.12: how long an agent at its usage limit is left alone, by its own words and without any.
import { expect, test } from 'vitest';
import { isoTime } from '../../../src/core/base/time.ts';
import type { AgentName } from '../../../src/core/model/orders/agent.ts';
import type { Event, ProcessEnd, Verdict } from '../../../src/features/agents/adapters/adapter.ts';
import { ADAPTERS } from '../../../src/features/agents/adapters/adapters.ts';
import { isHeld, limitFrom, resetIn } from '../../../src/features/agents/rules/usage-limit.ts';

const NOW_MS = Date.parse('2026-11-20T22:00:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test.each<[words: string, inMs: number | null]>([
  [`Claude AI usage limit reached|${NOW_MS / 1000 + 3600}`, HOUR_MS],
  ['You have hit it. Upgrade, or try again in 2 days 17 hours 14 minutes.', 65 * HOUR_MS + 14 * MINUTE_MS],
  ['Your quota will reset after 2h24m55s.', 2 * HOUR_MS + 24 * MINUTE_MS + 55_000],
  ['You will regain access on 2026-12-01 at 00:00 UTC.', Date.parse('2026-12-01T00:00:00Z') - NOW_MS],
  // A time of a day, or in some zone, would be a guess.
  ['You hit your session limit · resets 8:30am (America/Los_Angeles)', null],
  ['try again at 3:28 PM', null],
  ['try again in a while', null],
  ['it ended with 1|1', null],
])('O15.12 when it goes on by its own words: %s', (words, inMs) => {
  expect(resetIn(words, NOW_MS)).toBe(inMs === null ? null : NOW_MS + inMs);
});

/** Minutes from now. */
const heldFor = (...asked: Parameters<typeof limitFrom>) => (Date.parse(limitFrom(...asked).until) - NOW_MS) / MINUTE_MS;
const limit = (sinceMs: number, untilMs: number) => ({ since: isoTime(NOW_MS + sinceMs), until: isoTime(NOW_MS + untilMs) });

test('O15.12 it is held to the time that it told, else half an hour; a day at most', () => {
  expect(heldFor(undefined, null, NOW_MS)).toBe(30);
  expect(heldFor(undefined, NOW_MS + HOUR_MS, NOW_MS)).toBe(61);
  expect(heldFor(undefined, NOW_MS + 90 * HOUR_MS, NOW_MS)).toBe(24 * 60);
  // A time that is over says nothing.
  expect(heldFor(undefined, NOW_MS - MINUTE_MS, NOW_MS)).toBe(30);
});

test('O15.12 a limit that goes on is held twice as long each time; one that another run noted stays', () => {
  expect(heldFor(limit(-31 * MINUTE_MS, -MINUTE_MS), null, NOW_MS)).toBe(60);
  expect(heldFor(limit(-20 * HOUR_MS, -MINUTE_MS), null, NOW_MS)).toBe(24 * 60);
  expect(heldFor(limit(-20 * HOUR_MS, -10 * HOUR_MS), null, NOW_MS)).toBe(30);
  expect(limitFrom(limit(-MINUTE_MS, 5 * MINUTE_MS), null, NOW_MS)).toEqual(limit(-MINUTE_MS, 5 * MINUTE_MS));
});

test('O15.12 noted later than now, or further ahead than any hold: the clock was wrong, and it is none', () => {
  expect(isHeld(limit(0, MINUTE_MS), NOW_MS)).toBe(true);
  expect(isHeld(limit(-HOUR_MS, 0), NOW_MS)).toBe(false);
  expect(isHeld(limit(0, 25 * HOUR_MS), NOW_MS)).toBe(false);
  expect(isHeld({ since: '', until: 'soon' }, NOW_MS)).toBe(false);
  // A clock that was ahead and is set right would hold it longer by as much; one that is set by seconds does not lift it.
  expect(isHeld(limit(20 * HOUR_MS, 20 * HOUR_MS + 30 * MINUTE_MS), NOW_MS)).toBe(false);
  expect(isHeld(limit(30_000, 30 * MINUTE_MS), NOW_MS)).toBe(true);
  expect(heldFor(limit(99 * HOUR_MS, 100 * HOUR_MS), null, NOW_MS)).toBe(30);
});

function verdictOf(agent: AgentName, events: readonly Event[], end: Partial<ProcessEnd> = {}): Verdict {
  const reader = ADAPTERS[agent].reader({ agent, machine: 'pc' });
  for (const event of events) reader.take(event);
  return reader.judge({ code: 1, signal: null, lastWords: '', ...end });
}

const claudeResult = (more: object) => ({ type: 'result', subtype: 'success', is_error: true, ...more });
const codexFailure = (message: string) => [
  { type: 'error', message },
  { type: 'turn.failed', error: { message } },
];
const geminiFailure = (message: string) => [{ type: 'result', status: 'error', error: { type: 'Error', message } }];
const opencodeFailure = (message: string) => [{ type: 'error', error: { name: 'APIError', data: { message } } }];

test.each<[agent: AgentName, words: string, events: (words: string) => readonly Event[]]>([
  ...[
    "You've hit your session limit · resets 8:30am (America/Los_Angeles)",
    "You've hit your limit · resets 1:30am (Asia/Dhaka)",
    'Claude AI usage limit reached|1755615600',
    '5-hour limit reached ∙ resets 2am',
    'Credit balance is too low',
  ].map((words) => ['claude' as const, words, (result: string) => [claudeResult({ result })]] as const),
  ['claude', 'A new word for it', (result: string) => [claudeResult({ result, api_error_status: 429 })]],
  ['codex', "You've hit your usage limit. Upgrade your plan to continue, or try again at 3:28 PM.", codexFailure],
  ['codex', 'Quota exceeded. Check your plan and billing details.', codexFailure],
  ['gemini', 'You have exhausted your daily quota on this model.', geminiFailure],
  ['gemini', 'You have exhausted your capacity on this model. Your quota will reset after 2h24m55s.', geminiFailure],
  ['opencode', 'The usage limit has been reached', opencodeFailure],
  ['opencode', 'Free usage exceeded, subscribe to Go', opencodeFailure],
] as never)('O15.12 %s is at its limit: %s', (agent, words, events) => {
  const { asks, problem } = verdictOf(agent, events(words));
  expect({ asks, problem }).toEqual({ asks: 'limit', problem: `${agent} has reached its usage limit: ${words}` });
});

test('O15.12 agents that tell it by their last line alone', () => {
  const cursor = verdictOf('cursor-agent', [], { lastWords: "Error: You've hit your usage limit" });
  expect(cursor.problem).toBe("cursor-agent has reached its usage limit: Error: You've hit your usage limit");
  expect(verdictOf('aider', [], { lastWords: 'litellm.RateLimitError: insufficient_quota' }).asks).toBe('limit');
});

test('O15.12 claude tells when its window begins again; limits that it worked through are none', () => {
  const told = (status: string) => ({ type: 'rate_limit_event', rate_limit_info: { status, resetsAt: 1784283600 } });
  const refused = { type: 'assistant', error: 'rate_limit', message: { content: [] } };
  const ended = verdictOf('claude', [told('rejected'), refused, claudeResult({ result: 'No' })]);
  expect(ended).toMatchObject({ asks: 'limit', resetsAtMs: 1_784_283_600_000 });
  const worked = claudeResult({ is_error: false, result: "The page says: you've hit your usage limit" });
  const verdict = verdictOf('claude', [told('allowed_warning'), refused, worked], { code: 0 });
  expect(verdict).toMatchObject({ asks: null, problem: null });
  expect(verdictOf('claude', [claudeResult({ subtype: 'error_max_turns' })])).toMatchObject({ asks: null });
});
