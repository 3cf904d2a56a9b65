// Finds the question that a run of an agent ended with (O18).
import { plainText } from '../../../core/base/redact.ts';
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { type NotedQuestion, readQuestion } from '../../../system/runs/run-notes.ts';
import { progressPath } from '../../../system/runs/run-place.ts';
import { traitsOf } from '../rules/known-agents.ts';
import type { Verdict } from './adapter.ts';

const LAST_LINE = /^\W{0,4}QUESTION\W{0,4}:\**\s*(\S.*)$/;

/** O18: the question that the run ended with, noted by the tool `ask` or in the last line of its words. `session`: without one nobody could go on. Of an agent that is not logged in, or whose session is gone, that is the matter. */
export function questionAsked(
  { agent }: Pick<AgentRequest, 'agent'>,
  { problem, asks, result }: Verdict,
  session: string | null,
  env: NodeJS.ProcessEnv,
): NotedQuestion | null {
  if (session === null || !traitsOf(agent).keepsSessions || asks === 'login' || asks === 'session') return null;
  const path = progressPath(env);
  const noted = path === null ? null : readQuestion(path);
  const said = problem === null ? lastLine(result ?? '') : undefined;
  const asked = noted ?? (said === undefined ? null : { question: said, to: 0 });
  return asked === null ? null : { ...asked, question: plainText(asked.question) };
}

function lastLine(words: string): string | undefined {
  return LAST_LINE.exec(words.trimEnd().split('\n').at(-1)?.trim() ?? '')?.[1];
}
