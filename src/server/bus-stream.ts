// A program's own stream: a WebSocket that gets what waits for it, urgent first, and says what it has. What is not confirmed in its time
// or when the stream ends is given out again, so a program that dies in the midst of its work loses nothing.
//   to the program: {"message": {…}}  {"acked": id}  {"sent": {…}, "ref": …}  {"error": {…}, "ref": …}
//   from it:        {"ack": id}  {"send": {"to": …, "body": …}, "ref": …}
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import * as z from 'zod';
import { isProgramName } from '../core/program-address.ts';
import { visibleJson } from '../documents/escape-text.ts';
import type { HandedOut } from '../operations/bus/box.ts';
import { onNews } from '../operations/bus/box-bell.ts';
import { CONFIRM_MS, confirmTaken, handBack, handBackStreams, takeNext } from '../operations/bus/bus.ts';
import type { World } from '../operations/world.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { STREAM_PROTOCOL } from './admission.ts';
import { checked } from './body.ts';
import { LETTER, sendFor } from './bus-routes.ts';
import type { Limits } from './limits.ts';
import { createRate } from './rate.ts';
import { badRequest, type Refusal, Refused, refusalOf } from './refusal.ts';
import type { Stream } from './stream.ts';

interface BusStreamSource {
  readonly world: World;
  readonly folder: FleetFolder;
  log(text: string): void;
}

interface Terms {
  readonly program: string;
  /** How many are given out before the first of them is confirmed. */
  readonly window: number;
  readonly confirmMs: number;
}

type BusStream = Omit<Stream, 'changed'>;

const PATH = /^\/api\/v1\/bus\/([^/]+)\/stream$/;
/** A body of 64 KiB, each of its characters escaped. */
const FRAME_BYTES_MAX = 512 * 1024;
const STREAMS_MAX = 32;
const CLOSE = { goingAway: 1001, policy: 1008, error: 1011 } as const;

/** The one stream that the door knows, and beside it those of programs. */
export function withBus(stream: Stream, bus: BusStream): Stream {
  return {
    accept: (request, ...rest) => (isBusStream(request.url ?? '') ? bus : stream).accept(request, ...rest),
    changed: stream.changed,
    check(isToken) {
      stream.check(isToken);
      bus.check(isToken);
    },
    drop() {
      stream.drop();
      bus.drop();
    },
    end() {
      stream.end();
      bus.end();
    },
  };
}

export function isBusStream(target: string): boolean {
  return PATH.test(target.split('?')[0] ?? '');
}

export function createBusStream(source: BusStreamSource, limits: Limits): BusStream {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(STREAM_PROTOCOL) ? STREAM_PROTOCOL : false),
  });
  try {
    handBackStreams(source.folder);
  } catch (error) {
    source.log(`! the message bus: ${refusalOf(error).message}`);
  }
  const clients = new Map<WebSocket, { readonly token: string; isAlive: boolean }>();
  const pinging = setInterval(() => {
    for (const [client, about] of clients) {
      if (!about.isAlive) client.terminate();
      about.isAlive = false;
      if (client.readyState === client.OPEN) client.ping();
    }
  }, limits.pingMs);
  pinging.unref();
  const join = (client: WebSocket, token: string, terms: Terms) => {
    const about = { token, isAlive: true };
    clients.set(client, about);
    client.on('pong', () => {
      about.isAlive = true;
    });
    client.on('error', () => client.terminate());
    client.on('close', () => clients.delete(client));
    try {
      serve(source, client, terms, limits, () => {
        about.isAlive = true;
      });
    } catch (error) {
      source.log(`! the stream of ${terms.program}: ${refusalOf(error).message}`);
      client.close(CLOSE.error);
    }
  };
  const drop = () => {
    for (const client of clients.keys()) {
      client.close(CLOSE.goingAway);
      client.terminate();
    }
    clients.clear();
  };
  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer, token: string): Refusal | null {
      if (clients.size >= STREAMS_MAX)
        return { status: 503, code: 'BUSY', message: `${clients.size} programs have a stream already`, hint: null };
      try {
        const terms = termsOf(request.url ?? '');
        server.handleUpgrade(request, socket, head, (client) => join(client, token, terms));
        return null;
      } catch (error) {
        return refusalOf(error);
      }
    },
    check(isToken) {
      for (const [client, { token }] of clients) if (!isToken(token)) client.close(CLOSE.policy, 'the token was changed');
    },
    drop,
    end() {
      clearInterval(pinging);
      drop();
      server.close();
    },
  };
}

/** Until the socket closes. */
function serve(
  { world, folder, log }: BusStreamSource,
  client: WebSocket,
  terms: Terms,
  limits: Limits,
  heard: () => void,
): void {
  const { program, window, confirmMs } = terms;
  const going = new Map<string, { readonly handed: HandedOut; readonly timer: NodeJS.Timeout }>();
  const rate = createRate(...limits.bus);
  const tell = (event: object) => {
    if (client.bufferedAmount > limits.streamBytesMax) client.terminate();
    else if (client.readyState === client.OPEN) client.send(visibleJson(JSON.stringify(event)));
  };
  const failed = (error: unknown, ref?: unknown) => {
    const { code, message, hint, isBug } = refusalOf(error);
    if (isBug) log(`! a bug in the stream of ${program}: ${error instanceof Error ? error.stack : String(error)}`);
    tell({ error: { code, message, hint }, ...(ref === undefined ? {} : { ref }) });
  };
  const drop = (id: string) => {
    clearTimeout(going.get(id)?.timer);
    going.delete(id);
  };
  const pump = () => {
    try {
      while (going.size < window && client.readyState === client.OPEN) {
        const handed = takeNext(world, folder, program, { forMs: confirmMs, isStream: true });
        if (handed === null) return;
        const { id } = handed.message;
        const late = () => {
          drop(id);
          handBack(folder, handed);
          pump();
        };
        drop(id);
        going.set(id, { handed, timer: setTimeout(late, confirmMs) });
        tell({ message: handed.message });
      }
    } catch (error) {
      failed(error);
    }
  };
  const obey = async (text: string) => {
    let ref: unknown;
    try {
      const frame = checked(jsonOf(text), FRAME, 'the frame');
      ref = frame.ref;
      if (frame.ack !== undefined) {
        confirmTaken(world, folder, program, frame.ack);
        drop(frame.ack);
        tell({ acked: frame.ack });
        pump();
      }
      if (frame.send !== undefined) {
        const sent = await sendFor(world, folder, { from: program, ...frame.send });
        tell({ sent, ...(ref === undefined ? {} : { ref }) });
      }
    } catch (error) {
      failed(error, ref);
    }
  };
  const endBell = onNews(folder, program, pump);
  client.on('message', (data, isBinary) => {
    heard();
    // Whoever says more than the disk can bear is heard a little later.
    const waitMs = rate.take();
    if (waitMs > 0) {
      client.pause();
      setTimeout(() => client.resume(), waitMs);
    }
    if (isBinary) failed(badRequest('expected a text frame, found a binary one'));
    else void obey(String(data));
  });
  client.on('close', () => {
    endBell();
    for (const [id, { handed }] of going) {
      drop(id);
      handBack(folder, handed);
    }
  });
  pump();
}

function termsOf(target: string): Terms {
  const [path = '', query = ''] = target.split('?');
  const program = PATH.exec(path)?.[1] ?? '';
  if (!isProgramName(program)) throw badRequest(`${JSON.stringify(program)} is no name of a program`);
  const { window, confirm } = checked(Object.fromEntries(new URLSearchParams(query)), TERMS, 'the query');
  return { program, window, confirmMs: confirm * 1000 };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused({ status: 400, code: 'BAD_REQUEST', message: 'expected a frame of JSON', hint: null });
  }
}

const TERMS = z.strictObject({
  window: z.coerce.number('expected a number').int().min(1).max(16).default(1),
  confirm: z.coerce
    .number('expected seconds')
    .min(0.1)
    .max(600)
    .default(CONFIRM_MS / 1000),
});
const FRAME = z.strictObject(
  { ack: z.string('expected an id').optional(), send: LETTER.optional(), ref: z.union([z.string(), z.number()]).optional() },
  'expected {"ack": id} or {"send": {…}}',
);
