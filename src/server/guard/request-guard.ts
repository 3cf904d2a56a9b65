// Every request and every upgrade passes here, before anything of the app is asked: who may come in (admission.ts), and how often.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Callers } from '../listening.ts';
import { type Admission, BUS_PATH, type Knock, STREAM_PATH } from './admission.ts';
import type { Limits } from './limits.ts';
import type { Rate, Rates } from './rate.ts';
import { type Refusal, refusalBody, tooOften } from './refusal.ts';

/** With every answer. Nothing here is to be shown, framed, kept or guessed at by a browser. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

export interface Rooms {
  /** Answers a request that may come in; `known` false = it has shown no token, and gets no more than that coord lives. */
  app(request: IncomingMessage, response: ServerResponse, known: boolean): void;
  /** A stream is at that target. */
  isStreamAt(target: string): boolean;
  /** Null = the socket is a stream now. */
  stream(request: IncomingMessage, socket: Duplex, head: Buffer): Refusal | null;
}

type Admit = (knock: Knock, request: IncomingMessage) => Admission;

/** `admit` says who may come in. */
export function createRequestGuard(admit: Admit, rooms: Rooms, limits: Limits, rates: Rates): Callers {
  const going = new WeakMap<object, number>();
  const look = (request: IncomingMessage, isStream: boolean) => {
    const admission = admit(knockOf(request, isStream), request);
    const waitMs = rateOf(request, admission, rates).take();
    const known = admission.kind === 'in' && admission.known;
    return { admission, known, refused: waitMs === 0 ? null : tooOften(waitMs) };
  };
  return {
    request(request, response) {
      const { socket } = request;
      const count = (going.get(socket) ?? 0) + 1;
      if (count > limits.pipelinedMax) {
        socket.destroy();
        return false;
      }
      going.set(socket, count);
      response.once('close', () => going.set(socket, (going.get(socket) ?? 1) - 1));
      cutSlowReader(response, limits.answerMs);
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      const { admission, known, refused } = look(request, false);
      if (refused !== null) setTimeout(() => refuse(response, refused), limits.tooOftenMs).unref();
      else if (admission.kind === 'out') refuse(response, admission.refusal);
      else rooms.app(request, response, known);
      return known;
    },
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const { admission, known, refused } = look(request, true);
      if (refused !== null) setTimeout(() => refuseUpgrade(socket, refused), limits.tooOftenMs).unref();
      else {
        const refusal =
          admission.kind === 'out' ? admission.refusal : (streamRefusal(request, rooms) ?? rooms.stream(request, socket, head));
        if (refusal !== null) refuseUpgrade(socket, refusal);
      }
      return known;
    },
  };
}

function rateOf({ method, url = '' }: IncomingMessage, admission: Admission, rates: Rates): Rate {
  const isReading = method === 'GET' || method === 'HEAD';
  if (admission.kind === 'out') return rates.strangers;
  if (!admission.known) return isReading ? rates.open : rates.strangers;
  if (isReading) return rates.reads;
  return url.startsWith(BUS_PATH) ? rates.bus : rates.acts;
}

export function knockOf({ method = '', url = '', headers, rawHeaders }: IncomingMessage, isStream: boolean): Knock {
  const hostCount = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  return { method, target: url, headers, hostCount, isStream };
}

/** `curl --http2` asks for an upgrade too. */
function streamRefusal({ method, url = '', headers }: IncomingMessage, { isStreamAt }: Rooms): Refusal | null {
  if (headers.upgrade?.toLowerCase() !== 'websocket' || method !== 'GET')
    return { status: 400, code: 'BAD_REQUEST', message: 'expected an upgrade to websocket, found another one', hint: null };
  if (!isStreamAt(url))
    return { status: 404, code: 'NOT_FOUND', message: `expected ${STREAM_PATH}, found another path`, hint: null };
  return null;
}

/** Does not wait for the rest of the client's request. */
function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { 'Content-Type': 'application/json', Connection: 'close', ...refusal.headers });
  response.end(refusalBody(refusal));
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  if (socket.destroyed) return;
  const body = refusalBody(refusal);
  const headers = {
    ...HEADERS,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\n${lines.join('')}\r\n${body}`);
}

/** An answer that was given and is not taken within its time is given up, with its connection. */
function cutSlowReader(response: ServerResponse, answerMs: number): void {
  response.once('prefinish', () => {
    if (response.writableFinished) return;
    const timer = setTimeout(() => response.socket?.destroy(), answerMs).unref();
    response.once('close', () => clearTimeout(timer));
  });
}
