// Runs an agent's order as `coord __agent` (O15): starts the agent in the folder of the run, tells it the task, logs what it does as
// readable lines, and exits 0 only if the agent's own result says that the task is done. Agent and process belong to the run's group, so
// the watchdog ends both.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutCutWord } from '../../../core/base/cut-word.ts';
import { minuteTime } from '../../../core/base/time.ts';
import { cutToBytes, utf8Bytes } from '../../../core/base/utf8.ts';
import { AGENT_ASKS, type AgentRequest } from '../../../core/model/orders/agent.ts';
import { CALL } from '../../../core/model/orders/call.ts';
import { formatDuration } from '../../../documents/text/duration.ts';
import { errorCode } from '../../../errors.ts';
import { besideFolder } from '../../../system/files/beside-folder.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { repoAbove } from '../../../system/files/repo-above.ts';
import { ownNode } from '../../../system/process/own-node.ts';
import { terminate as endAll } from '../../../system/process/process-group.ts';
import { STAMP } from '../../../system/process/process-table.ts';
import { createProgressWriter } from '../../../system/runs/run-progress.ts';
import { agentPrompt } from '../rules/agent-prompt.ts';
import { resetIn } from '../rules/usage-limit.ts';
import { noteLimit, noteLogin, noteWorked } from '../system/found-agents.ts';
import type { Adapter, Verdict } from './adapter.ts';
import { adapterOf } from './adapters.ts';
import { ask } from './ask.ts';
import { withoutFiles } from './at-words.ts';
import { line, listen } from './listen.ts';
import { obeyedIn } from './obeyed.ts';
import { questionAsked } from './question-asked.ts';
import { runServer } from './run-server.ts';

/** Its own result says that it failed; 2 = it gave none, 3 (`AGENT_ASKS`) = only a person can help. */
const FAILED = 1;
const NO_RESULT = 2;
/** An output has 1,024 bytes (O7). */
const OUTPUT_BYTES_MAX = 1000;
const GRACE_MS = 10_000;
const DRAIN_MS = 1_000;
/** From SIGTERM to SIGKILL, for what it started in sessions of their own. */
const STRAYS_GRACE_MS = 2_000;
const HELP_MS = 10_000;

export async function runAgent(env: NodeJS.ProcessEnv, out: Writable, errors: Writable): Promise<number> {
  const request = requestIn(env[CALL]);
  if (request === null) {
    errors.write('coord: __agent is what coord starts for an order with "agent", and found none\n');
    return NO_RESULT;
  }
  /** A full disk loses what was to be noted, and nothing of what the agent does. */
  const note: Note = (what, write) => {
    try {
      write();
    } catch (error) {
      if (errorCode(error) === '') throw error;
      errors.write(`coord: ${what} cannot be written: ${errorCode(error)}\n`);
    }
  };
  const output = (key: string, value: string) => {
    const line = cut(value.replaceAll(/\s+/g, ' ').trim());
    if (env.COORD_OUTPUT === undefined || line === '') return;
    note(`the output "${key}"`, () => appendFileSync(env.COORD_OUTPUT ?? '', `${key}=${line}\n`));
  };
  const outputNumber = (key: string, value: number | null) => output(key, value === null ? '' : String(value));
  output('agent', request.agent);
  if (request.spec?.note != null) errors.write(`coord: ${line(request.spec.note)}\n`);
  const server = request.asIs || !adapterOf(request)?.takesServer ? null : runServer(request, env, process.argv[1]);
  let session: string | null = null;
  const verdict = await live(server === null ? request : { ...request, server }, {
    ...{ env, out },
    onSession(it) {
      session = it;
      output('session', it);
      // Should it be cut off, the run after it still knows.
      outputNumber('session_told', request.resume?.told ?? null);
    },
  });
  const { asks, result, hasResult } = verdict;
  outputNumber('turns', verdict.turns);
  outputNumber('cost_usd', verdict.costUsd);
  outputNumber('tokens', verdict.tokens ?? null);
  outputNumber('session_told', verdict.sessionTold ?? null);
  if (result !== null) output('result', result);
  if (result !== null && request.asIs && env.COORD_ANSWER !== undefined) writeFileSync(env.COORD_ANSWER, result);
  const problem = notedProblem(request, verdict, note);
  const asked = request.asIs ? null : questionAsked(request, verdict, session, env);
  if (asked !== null) {
    output('question', asked.question);
    if (asked.to !== 0) output('question_to', String(asked.to));
    output('asks', 'question');
    errors.write(`coord: asks: ${line(asked.question)}\n`);
    return AGENT_ASKS;
  }
  if (problem === null) return 0;
  output('problem', problem);
  errors.write(`coord: ${line(problem)}\n`);
  // The next attempt waits by itself, or goes to another machine.
  const isAsked = asks !== null && (asks !== 'limit' || Number(env.COORD_ATTEMPT ?? 1) >= (request.attempts ?? 1));
  if (isAsked) output('asks', asks);
  return isAsked ? AGENT_ASKS : hasResult ? FAILED : NO_RESULT;
}

type Note = (what: string, write: () => void) => void;

/** Why it does not count; what is noted of it, the next order for that agent must not find out by itself. */
function notedProblem(
  { agent, notes, machine }: AgentRequest,
  { problem, asks, resetsAtMs }: Verdict,
  note: Note,
): string | null {
  if (notes === null) return problem;
  if (problem === null) {
    note('that it works', () => noteWorked(notes, agent, Date.now()));
    return null;
  }
  let words = problem;
  if (asks === 'login') note('that it is logged out', () => noteLogin(notes, agent, 'out'));
  if (asks === 'limit')
    note('its usage limit', () => {
      const nowMs = Date.now();
      const limit = noteLimit(notes, agent, resetsAtMs ?? resetIn(problem, nowMs), nowMs);
      if (limit !== null) words += `; on ${machine} orders for it wait until ${minuteTime(limit.until)}`;
    });
  return words;
}

function requestIn(path: string | undefined): AgentRequest | null {
  if (path === undefined) return null;
  const spec = JSON.parse(readText(path)) as { readonly agent?: AgentRequest };
  return spec.agent ?? null;
}

interface Place {
  readonly env: NodeJS.ProcessEnv;
  readonly out: Writable;
  onSession(session: string): void;
}

async function live(request: AgentRequest, { env, out, onSession }: Place): Promise<Verdict> {
  const { agent, silenceMs, program: executable } = request;
  const adapter = adapterOf(request);
  const own = { ...agentEnvironment(request, env), ...adapter?.environment?.(request) };
  const none = { result: null, turns: null, costUsd: null, hasResult: false };
  if (adapter === null) return { ...none, asks: null, problem: `nobody says how ${agent} is run` };
  const obeyed = request.projectSettings ? null : obeyedIn(process.cwd(), adapter.obeys ?? []);
  if (obeyed !== null) {
    const how = `project_settings of ${agent} in policy.yaml`;
    return { ...none, asks: 'permission', problem: `${agent} would obey ${obeyed}; on ${request.machine}: ${how}` };
  }
  const prompt = promptOf(request, env, adapter);
  const beside = (name: string) => join(dirname(env[CALL] ?? ''), name);
  const promptFile = beside('prompt.md');
  if (adapter.promptBy === 'file') writeFileSync(promptFile, prompt, { mode: 0o600 });
  const settingsFile = writtenSettings(request, adapter, env, beside('settings.json'));
  const { stdout: help } = adapter.asksHelp ? await ask(executable, ['--help'], own, HELP_MS) : { stdout: '' };
  const around = { prompt, promptFile, settingsFile, help, isInRepo: repoAbove(process.cwd()) !== null };
  const child = await started(executable, adapter.argv(request, around), own);
  if (typeof child === 'string') return { ...none, asks: null, problem: `${agent} could not be started: ${child}` };
  const reader = adapter.reader(request);
  const progress = createProgressWriter(env.COORD_PROGRESS);
  const heard = listen(child, reader, {
    out,
    onSession,
    onShown: (last) => progress.say({ last, turns: reader.turns, costUsd: reader.costUsd }),
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.stdin?.on('error', () => {});
  child.stdin?.end(adapter.promptBy === undefined ? prompt : '');
  const lingerMs = adapter.lingers ? GRACE_MS : undefined;
  const over = await Promise.race([ended.then(() => 'ended' as const), heard.silence(silenceMs, lingerMs)]);
  if (over !== 'ended') await terminate(child, ended);
  const [code, signal] = await ended;
  const stamp = request.asIs ? undefined : env[STAMP];
  // A silence is a time-out, which spares nothing of the run (O9.3). The watchdog takes the end of `coord __agent` for a normal one.
  if (over === 'silent' && stamp !== undefined) await endAll({ pgid: null, stamp, spared: process.pid }, STRAYS_GRACE_MS);
  // What it has left behind may hold the pipe, and is the watchdog's to end.
  await Promise.race([heard.drained, sleep(DRAIN_MS, undefined, { ref: false })]);
  heard.close();
  progress.end();
  rmSync(promptFile, { force: true });
  // How it ended here is not its own doing: only its word counts (O15.5).
  const how = over === 'done' ? { code: 0, signal: null } : { code, signal };
  const verdict = reader.judge({ ...how, lastWords: heard.lastWords() });
  if (over !== 'silent') return verdict;
  const last = heard.lastWords() === '' ? '' : `; its last words: ${heard.lastWords()}`;
  const problem = `${agent} made no progress for ${formatDuration(silenceMs)} and was ended${last}`;
  // It may have waited for its limit all the time.
  return { ...verdict, asks: verdict.asks === 'limit' ? 'limit' : null, problem, hasResult: false };
}

function promptOf(request: AgentRequest, env: NodeJS.ProcessEnv, { drawsIn }: Adapter): string {
  const prompt = request.asIs ? request.prompt : agentPrompt(request, env, process.cwd());
  return drawsIn === undefined ? prompt : withoutFiles(prompt, drawsIn);
}

/** Null = it is given none. */
function writtenSettings(request: AgentRequest, adapter: Adapter, env: NodeJS.ProcessEnv, path: string): string | null {
  const settings = adapter.settings?.(request, env, (kept) => besideFolder(process.cwd(), kept)) ?? null;
  if (settings === null) return null;
  writeFileSync(path, JSON.stringify(settings), { mode: 0o600 });
  return path;
}

/** The child, or why there is none. */
async function started(executable: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildProcess | string> {
  try {
    const child = spawn(executable, argv, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    return errorCode(error) || String(error);
  }
}

async function terminate(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
  child.kill('SIGKILL');
}

function cut(text: string): string {
  return utf8Bytes(text) <= OUTPUT_BYTES_MAX ? text : `${withoutCutWord(cutToBytes(text, OUTPUT_BYTES_MAX - 4))}…`;
}

/** What is put out for other orders is told by coord, from the agent's own result. */
const OWN = [CALL, 'COORD_OUTPUT'];

/** That of the run (O7), without what is meant for the check or for coord. COORD_ORDER stays, so that hooks of coord keep silent there. */
export function agentEnvironment(
  { withheld, program: executable }: Pick<AgentRequest, 'withheld' | 'program'>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const passed = Object.entries(env).filter(([name]) => !withheld.includes(name) && !OWN.includes(name));
  // Agents from npm are scripts that ask for node.
  const path = [env.PATH ?? '', dirname(executable), dirname(ownNode())].filter((folder) => folder !== '').join(delimiter);
  return { ...Object.fromEntries(passed), PATH: path };
}
