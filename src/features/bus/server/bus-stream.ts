// Gives a program a WebSocket on which its messages come, urgent ones first, and which it confirms. A message that is not confirmed in
// time, or when the stream ends, is given out again, so a program that dies loses nothing. This file says who may have a stream and until
// when; bus-client.ts speaks on it.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import { isProgramName } from '../../../core/messages/program-address.ts';
import { STREAM_PROTOCOL } from '../../../server/guard/admission.ts';
import { checked } from '../../../server/guard/body.ts';
import type { Limits } from '../../../server/guard/limits.ts';
import { badRequest, type Refusal, refusalOf } from '../../../server/guard/refusal.ts';
import { CLOSE, type PathStream } from '../../../server/stream/stream.ts';
import { CONFIRM_MS, handBackStreams } from '../operations/bus.ts';
import { type BusSource, serve } from './bus-client.ts';
import type { Terms } from './bus-given-out.ts';
import { createFrameTurns, type FrameTurns } from './frame-turns.ts';

interface Client {
  readonly token: string;
  isAlive: boolean;
  /** Nothing that waits is obeyed. */
  cut: () => void;
}

const PATH = /^\/api\/v1\/bus\/([^/]+)\/stream$/;
/** A body of 64 KiB, each of its characters escaped. */
const FRAME_BYTES_MAX = 512 * 1024;
const STREAMS_MAX = 32;

/** All that the streams share. */
interface Programs {
  readonly source: BusSource;
  readonly limits: Limits;
  readonly turns: FrameTurns;
  readonly clients: Map<WebSocket, Client>;
}

export function createBusStream(source: BusSource, limits: Limits): PathStream {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(STREAM_PROTOCOL) ? STREAM_PROTOCOL : false),
  });
  takeBackOfEarlierDaemon(source);
  const clients = new Map<WebSocket, Client>();
  const programs: Programs = { source, limits, turns: createFrameTurns(source.rates.bus, limits.busFramesMax), clients };
  const pinging = setInterval(() => ping(clients), limits.pingMs);
  pinging.unref();
  return {
    isAt: (target) => PATH.test(target.split('?')[0] ?? ''),
    accept(request: IncomingMessage, socket: Duplex, head: Buffer, token: string): Refusal | null {
      if (clients.size >= STREAMS_MAX)
        return { status: 503, code: 'BUSY', message: `${clients.size} programs have a stream already`, hint: null };
      try {
        const terms = termsOf(request.url ?? '');
        server.handleUpgrade(request, socket, head, (client) => join(programs, client, token, terms));
        return null;
      } catch (error) {
        return refusalOf(error);
      }
    },
    check(isToken) {
      for (const [client, { token, cut }] of clients) {
        if (isToken(token)) continue;
        // What it says from now on, and what it has said and was not obeyed yet, counts no more.
        cut();
        client.close(CLOSE.policy, 'the token was changed');
      }
    },
    drop: () => drop(clients),
    end() {
      clearInterval(pinging);
      drop(clients);
      server.close();
    },
  };
}

/** What streams of the daemon before this one had, and nobody confirmed, is given out again. */
function takeBackOfEarlierDaemon({ folder, log }: BusSource): void {
  try {
    handBackStreams(folder, (program, error) =>
      log(`! the box of ${program}: what streams had of it comes again after its time: ${refusalOf(error).message}`),
    );
  } catch (error) {
    log(`! the message bus: ${refusalOf(error).message}`);
  }
}

/** Drops clients that have not answered since the last ping. */
function ping(clients: Programs['clients']): void {
  for (const [client, about] of clients) {
    if (!about.isAlive) client.terminate();
    about.isAlive = false;
    if (client.readyState === client.OPEN) client.ping();
  }
}

function join({ source, limits, turns, clients }: Programs, client: WebSocket, token: string, terms: Terms): void {
  const about: Client = { token, isAlive: true, cut: () => {} };
  const heard = () => {
    about.isAlive = true;
  };
  clients.set(client, about);
  client.on('pong', heard);
  client.on('ping', (data) => {
    heard();
    if (client.bufferedAmount < limits.streamBytesMax && client.readyState === client.OPEN) client.pong(data);
  });
  client.on('error', () => client.terminate());
  client.on('close', () => clients.delete(client));
  try {
    about.cut = serve(source, client, terms, { limits, turns, heard });
  } catch (error) {
    source.log(`! the stream of ${terms.program}: ${refusalOf(error).message}`);
    client.close(CLOSE.error);
  }
}

function drop(clients: Programs['clients']): void {
  for (const [client, { cut }] of clients) {
    cut();
    client.close(CLOSE.goingAway);
    client.terminate();
  }
  clients.clear();
}

function termsOf(target: string): Terms {
  const [path = '', query = ''] = target.split('?');
  const program = PATH.exec(path)?.[1] ?? '';
  if (!isProgramName(program)) throw badRequest(`${JSON.stringify(program)} is no name of a program`);
  const { window, confirm } = checked(Object.fromEntries(new URLSearchParams(query)), TERMS, 'the query');
  return { program, window, confirmMs: confirm * 1000 };
}

const TERMS = z.strictObject({
  window: z.coerce.number('expected a number').int().min(1).max(16).default(1),
  confirm: z.coerce
    .number('expected seconds')
    .min(0.1)
    .max(600)
    .default(CONFIRM_MS / 1000),
});
