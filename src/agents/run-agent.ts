// `coord __agent`: the command of a run that is an agent's (O15). It starts the agent in the folder of the run, tells it the task, writes
// what it does as readable lines, and exits 0 only if the agent's own result says that it has done it. It belongs to the run's group, and
// so does the agent: the watchdog ends both.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_ASKS } from '../core/agent-fit.ts';
import { agentPrompt } from '../core/agent-prompt.ts';
import type { AgentRequest } from '../core/model/agent.ts';
import { CALL } from '../core/model/call.ts';
import { formatDuration } from '../documents/duration.ts';
import { noteLogin } from '../system/found-agents.ts';
import { createProgressWriter } from '../system/run-progress.ts';
import type { Verdict } from './adapter.ts';
import { ADAPTERS } from './adapters.ts';
import { agentEnvironment } from './agent-environment.ts';
import { line, listen } from './listen.ts';
import { questionAsked } from './question.ts';
import { runServer } from './run-server.ts';

/** Its own result says that it failed; 2 = it gave none, 3 (`AGENT_ASKS`) = only a person can help. */
const FAILED = 1;
const NO_RESULT = 2;
/** An output has 1,024 bytes (O7). */
const OUTPUT_BYTES_MAX = 1000;
const GRACE_MS = 10_000;
const DRAIN_MS = 1_000;

export async function runAgent(env: NodeJS.ProcessEnv, out: Writable, errors: Writable): Promise<number> {
  const request = requestIn(env[CALL]);
  if (request === null) {
    errors.write('coord: __agent is what coord starts for an order with "agent", and found none\n');
    return NO_RESULT;
  }
  const output = (key: string, value: string) => {
    const line = cut(value.replaceAll(/\s+/g, ' ').trim());
    if (env.COORD_OUTPUT !== undefined && line !== '') appendFileSync(env.COORD_OUTPUT, `${key}=${line}\n`);
  };
  output('agent', request.agent);
  if (request.spec?.note != null) errors.write(`coord: ${line(request.spec.note)}\n`);
  const server = runServer(request, env, process.argv[1]);
  let session: string | null = null;
  const { verdict, hasResult } = await live(server === null ? request : { ...request, server }, env, out, (it) => {
    session = it;
    output('session', it);
  });
  const { problem, asks, result, turns, costUsd } = verdict;
  if (turns !== null) output('turns', String(turns));
  if (costUsd !== null) output('cost_usd', String(costUsd));
  if (result !== null) output('result', result);
  const asked = questionAsked(request, verdict, session, env);
  if (asked !== null) {
    output('question', asked.question);
    if (asked.to !== 0) output('question_to', String(asked.to));
    output('asks', 'question');
    errors.write(`coord: asks: ${line(asked.question)}\n`);
    return AGENT_ASKS;
  }
  if (problem === null) return 0;
  output('problem', problem);
  if (asks !== null) output('asks', asks);
  // The next order for it must not find out by itself.
  if (asks === 'login' && request.notes !== null) noteLogin(request.notes, request.agent, 'out');
  errors.write(`coord: ${line(problem)}\n`);
  return asks !== null ? AGENT_ASKS : hasResult ? FAILED : NO_RESULT;
}

function requestIn(path: string | undefined): AgentRequest | null {
  if (path === undefined) return null;
  const spec = JSON.parse(readFileSync(path, 'utf8')) as { readonly agent?: AgentRequest };
  return spec.agent ?? null;
}

interface Lived {
  readonly verdict: Verdict;
  readonly hasResult: boolean;
}

async function live(
  request: AgentRequest,
  env: NodeJS.ProcessEnv,
  out: Writable,
  onSession: (session: string) => void,
): Promise<Lived> {
  const { agent, silenceMs } = request;
  const adapter = ADAPTERS[agent];
  const reader = adapter.reader(request);
  const nothing = { asks: null, result: null, turns: null, costUsd: null };
  const child = await started(request, adapter.argv(request), { ...env, ...adapter.env?.(request) });
  if (typeof child === 'string')
    return { verdict: { ...nothing, problem: `${agent} could not be started: ${child}` }, hasResult: false };
  const progress = createProgressWriter(env.COORD_PROGRESS);
  const heard = listen(child, reader, {
    out,
    onSession,
    onShown: (last) => progress.say({ last, turns: reader.turns, costUsd: null }),
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.stdin?.on('error', () => {});
  child.stdin?.end(agentPrompt(request, env, process.cwd()));
  const wasSilent = await Promise.race([ended.then(() => false), heard.silence(silenceMs)]);
  if (wasSilent) await terminate(child, ended);
  const [code, signal] = await ended;
  // What it has left behind may hold the pipe, and is the watchdog's to end.
  await Promise.race([heard.drained, sleep(DRAIN_MS, undefined, { ref: false })]);
  heard.close();
  progress.end();
  const verdict = reader.judge({ code, signal, lastWords: heard.lastWords() });
  if (!wasSilent) return { verdict, hasResult: verdict.turns !== null };
  const last = heard.lastWords() === '' ? '' : `; its last words: ${heard.lastWords()}`;
  return {
    verdict: { ...verdict, asks: null, problem: `${agent} got nowhere for ${formatDuration(silenceMs)} and was ended${last}` },
    hasResult: false,
  };
}

/** The child, or why there is none. */
async function started(request: AgentRequest, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildProcess | string> {
  try {
    const child = spawn(request.program, argv, { env: agentEnvironment(request, env), stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function terminate(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= OUTPUT_BYTES_MAX
    ? text
    : `${bytes
        .subarray(0, OUTPUT_BYTES_MAX - 4)
        .toString()
        .replace(/\ufffd+$/, '')}…`;
}
