// `coord __call`: the command of a run that is a call (O14). It sends one request to one program of this computer, writes the body of
// the answer to standard output, and exits 0 only if the status is one that was expected. Never another host, never a second request.
import { appendFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Writable } from 'node:stream';
import { withoutCutWord } from '../core/base/cut-word.ts';
import { CALL, type CallRequest } from '../core/model/orders/call.ts';
import { AnswerText } from './answer-text.ts';
import { readRecord, type WatchdogSpec } from './run-folder.ts';

/** There was no answer, or no whole one; a status that was not expected is 1. */
const NO_ANSWER = 2;
const NEWLINE = 0x0a;

export async function sendCall(env: NodeJS.ProcessEnv, out: Writable, errors: Writable): Promise<number> {
  const path = env[CALL];
  const spec = path === undefined ? null : readRecord<WatchdogSpec>(path);
  if (spec?.call === undefined) {
    errors.write('coord: __call is what coord starts for an order with "call", and found none\n');
    return NO_ANSWER;
  }
  const { call } = spec;
  const output = (key: string, value: string) => {
    if (env.COORD_OUTPUT !== undefined) appendFileSync(env.COORD_OUTPUT, `${key}=${value}\n`);
  };
  output('program', call.program);
  const handed = handedHeaders(env);
  for (const sentence of handed.leftOut) errors.write(`coord: ${sentence}\n`);
  const end = await exchange(call, { ...handed.headers, ...fencingHeaders(env) }, out);
  for (const [key, value] of Object.entries(end.outputs)) output(key, value);
  if (end.problem === null) return 0;
  output('problem', end.problem);
  // Both go to one log: what coord says stands on a line of its own.
  errors.write(`${end.isLineOpen ? '\n' : ''}coord: ${end.problem}\n`);
  return end.outputs.status === undefined || end.isBroken ? NO_ANSWER : 1;
}

/** O7: which attempt asks, so that the program can tell a repetition. */
function fencingHeaders(env: NodeJS.ProcessEnv): Record<string, string> {
  return {
    'Idempotency-Key': env.COORD_IDEMPOTENCY_KEY ?? '',
    'X-Coord-Order': env.COORD_ORDER ?? '',
    'X-Coord-Generation': env.COORD_GENERATION ?? '',
    'X-Coord-Attempt': env.COORD_ATTEMPT ?? '',
  };
}

interface End {
  readonly outputs: Readonly<Record<string, string>>;
  /** Why it does not count, on one line; null = it is what was expected. */
  readonly problem: string | null;
  readonly isBroken: boolean;
  /** What was shown of the answer does not end its last line. */
  readonly isLineOpen: boolean;
}

async function exchange(call: CallRequest, coords: Readonly<Record<string, string>>, out: Writable): Promise<End> {
  const { program: service, port } = call;
  let answer: IncomingMessage;
  try {
    answer = await send(call, coords);
  } catch (error) {
    return { outputs: {}, problem: `${service} ${silence(codeOf(error), port)}`, isBroken: true, isLineOpen: false };
  }
  const status = answer.statusCode ?? 0;
  const type = lineOf(answer.headers['content-type'] ?? '', 200);
  const text = new AnswerText(answer.headers['content-encoding'] !== undefined);
  const about = { status: String(status), ...(type === '' ? {} : { content_type: type }) };
  let isLineOpen = false;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const shown = text.take(chunk);
      if (shown !== null && shown.length > 0) isLineOpen = shown.at(-1) !== NEWLINE;
      if (shown !== null && !out.write(shown)) await new Promise((resume) => out.once('drain', resume));
    }
  } catch (error) {
    const problem = `${service} broke off in the middle of its answer (${status}, after ${text.sizeBytes} bytes): ${codeOf(error)}`;
    return { outputs: about, problem, isBroken: true, isLineOpen };
  }
  // A program may answer before it has read all of a long body, and keep the connection.
  answer.destroy();
  const note = text.note(type);
  if (note !== null) {
    out.write(`${isLineOpen ? '\n' : ''}${note}`);
    isLineOpen = false;
  }
  const body = text.short();
  const outputs = { ...about, ...(body === null ? {} : { body }) };
  const isExpected = call.expect === null ? status >= 200 && status < 300 : call.expect.includes(status);
  return { outputs, problem: isExpected ? null : unexpected(service, answer, text), isBroken: false, isLineOpen };
}

function silence(code: string, port: number): string {
  if (/^(ECONNRESET|EPIPE)$/.test(code)) return `broke off without an answer: ${code}`;
  if (code.startsWith('HPE_')) return `on port ${port} does not answer in HTTP: ${code}`;
  return `does not answer on port ${port}: ${code}`;
}

/** Resolves with the head of the answer. A redirect is an answer like any other. `coords`: headers that no order can say. */
function send({ port, method, path, headers, body }: CallRequest, coords: Readonly<Record<string, string>>) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const own = { 'User-Agent': 'coord', Accept: '*/*', 'Accept-Encoding': 'identity' };
    const request = httpRequest({ host: '127.0.0.1', port, method, path, agent: false });
    // Not every method makes node say how long a body is, and one of unsaid length is read as the next request.
    const framing = body === null ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    for (const [name, value] of Object.entries({ ...own, ...headers, ...coords, ...framing })) request.setHeader(name, value);
    request.on('response', resolve);
    // After the head of an answer nothing more is said here: what breaks then is the answer.
    request.on('error', reject);
    request.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    request.end(body ?? undefined);
  });
}

function unexpected(service: string, { statusCode = 0, headers }: IncomingMessage, text: AnswerText): string {
  const said = `${service} answered ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trimEnd();
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined)
    return `${said}, to ${lineOf(headers.location, 200)}; a redirect is not followed`;
  const words = lineOf(text.head(), 200);
  return words === '' ? said : `${said}: ${words}`;
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return lineOf(code ?? message ?? String(error), 100);
}

/** What others wrote, as a part of one line. Terminal codes go where all of a run's words lose them. */
function lineOf(text: string, charactersMax: number): string {
  const characters = [...text.replaceAll(/\s+/g, ' ').trim()];
  return characters.length > charactersMax
    ? `${withoutCutWord(characters.slice(0, charactersMax - 1).join(''))}…`
    : characters.join('');
}

const PREFIX = 'COORD_FROM_';
/** Characters. Servers take 8 to 16 KiB of headers together, and the order's own are among them. */
const LIMITS = { one: 1_024, all: 6_144 } as const;
/** Plain ASCII on one line; a space at an end would be taken off on the way. */
const AS_IT_IS = /^(?:[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?)?$/;

interface Handed {
  readonly headers: Readonly<Record<string, string>>;
  /** One sentence for each variable that no header could carry. */
  readonly leftOut: readonly string[];
}

/**
 * The outputs of earlier orders as headers: the variable COORD_FROM_A_B becomes X-Coord-From-A-B. They are words of other machines, so only
 * values that arrive unchanged are sent. What does not fit is left out whole, because half a value is a wrong one.
 */
function handedHeaders(env: NodeJS.ProcessEnv): Handed {
  const headers: Record<string, string> = {};
  const leftOut: string[] = [];
  let size = 0;
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue;
    const name = `X-Coord-From-${variable.slice(PREFIX.length).replaceAll('_', '-')}`;
    const why = whyNot(value, size + name.length + value.length);
    if (why !== null) leftOut.push(`${name} was not sent: ${why}`);
    else {
      size += name.length + value.length;
      headers[name] = value;
    }
  }
  return { headers, leftOut };
}

function whyNot(value: string, sizeThen: number): string | null {
  if (!AS_IT_IS.test(value)) return 'a header carries one line of plain ASCII, without spaces around it';
  if (value.length > LIMITS.one) return `${value.length} characters, and a header may have ${LIMITS.one}`;
  return sizeThen > LIMITS.all ? `with the others more than ${LIMITS.all} characters` : null;
}
