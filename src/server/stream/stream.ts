// The stream: WebSockets that are told what has changed, and say nothing themselves. A client that does not read is dropped, never
// waited for; one that was away compares the digest of `hello` with the last one that it had, and reads anew where it differs.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { visibleJson } from '../../documents/text/escape-text.ts';
import { errorMessage } from '../../errors.ts';
import { STREAM_PATH, STREAM_PROTOCOL } from '../guard/admission.ts';
import type { Limits } from '../guard/limits.ts';
import type { Refusal } from '../guard/refusal.ts';
import { changesBetween } from './changes.ts';
import { digestOf, type Sight } from './stream-state.ts';

export interface Stream {
  /** Null = the socket is a client now. `shown`: what it was let in by. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, shown: string): Refusal | null;
  /** Something may have changed: the clients are told soon. */
  changed(): void;
  /** Ends those that were let in by what counts no more. */
  check(counts: (shown: string) => boolean): void;
  /** Ends all that there are. */
  drop(): void;
  end(): void;
}

/** A stream that a feature adds, at paths of its own. */
export interface PathStream extends Omit<Stream, 'changed'> {
  isAt(target: string): boolean;
}

interface StreamSource {
  sight(): Promise<Sight>;
  /** What `hello` says beside the digest. */
  hello(): Readonly<Record<string, unknown>>;
  log(text: string): void;
}

interface Client {
  readonly shown: string;
  isGreeted: boolean;
  /** It has answered since the last ping. */
  isAlive: boolean;
  /** In the second that began at `secondMs`. */
  frames: number;
  secondMs: number;
}

/** Several files change with one sync. */
const SETTLE_MS = 100;
/** Of a larger document only the name is told; clients can read it. */
const EVENT_BYTES_MAX = 256 * 1024;
export const CLOSE = { goingAway: 1001, policy: 1008, error: 1011 } as const;

/** All that the clients share. */
interface Room {
  readonly source: StreamSource;
  readonly limits: Limits;
  readonly clients: Map<WebSocket, Client>;
  /** What the clients know; null = there are none. */
  known: { readonly sight: Sight; readonly digest: string } | null;
}

export function createStream(source: StreamSource, limits: Limits): Stream {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 4 * 1024,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(STREAM_PROTOCOL) ? STREAM_PROTOCOL : false),
  });
  const room: Room = { source, limits, clients: new Map(), known: null };
  const { clients } = room;
  const looks = createLooks(room);
  const pinging = setInterval(() => ping(room), limits.pingMs);
  pinging.unref();
  const drop = () => {
    for (const client of clients.keys()) {
      client.close(CLOSE.goingAway);
      client.terminate();
    }
    clients.clear();
    room.known = null;
  };
  return {
    accept(request, socket, head, shown) {
      if (clients.size >= limits.streamsMax) {
        const message = `${clients.size} clients have a stream already`;
        return { status: 503, code: 'BUSY', message, hint: null, headers: { 'Retry-After': '30' } };
      }
      server.handleUpgrade(request, socket, head, (client) => {
        join(room, client, shown);
        looks.within(0);
      });
      return null;
    },
    changed: () => looks.within(SETTLE_MS),
    check(counts) {
      for (const [client, { shown }] of clients) if (!counts(shown)) client.close(CLOSE.policy, 'the token was changed');
    },
    drop,
    end() {
      clearInterval(pinging);
      looks.end();
      drop();
      server.close();
    },
  };
}

/** The stream of changes, and the streams of features. */
export function withStreams(stream: Stream, others: readonly PathStream[]): Stream & PathStream {
  const all = [stream, ...others];
  return {
    isAt: (target) => target.split('?')[0] === STREAM_PATH || others.some(({ isAt }) => isAt(target)),
    accept: (request, ...rest) => (others.find(({ isAt }) => isAt(request.url ?? '')) ?? stream).accept(request, ...rest),
    changed: stream.changed,
    check(counts) {
      for (const one of all) one.check(counts);
    },
    drop() {
      for (const one of all) one.drop();
    },
    end() {
      for (const one of all) one.end();
    },
  };
}

/** One look at a time; one that is asked for meanwhile comes after it. */
function createLooks(room: Room) {
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let isDue = false;
  const lookNow = async () => {
    timer = null;
    isDue = false;
    isLooking = true;
    try {
      await look(room);
    } catch (error) {
      room.source.log(`! the stream of the local API: ${errorMessage(error)}`);
      for (const client of room.clients.keys()) client.close(CLOSE.error);
    } finally {
      isLooking = false;
      if (isDue) within(SETTLE_MS);
    }
  };
  const within = (ms: number) => {
    isDue = true;
    if (timer === null && !isLooking && room.clients.size > 0) timer = setTimeout(lookNow, ms);
  };
  return {
    within,
    end() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** A new client is greeted; the others get what changed since the last look. */
async function look(room: Room): Promise<void> {
  const before = room.known;
  const sight = await room.source.sight();
  const changes = before === null ? [] : changesBetween(before.sight, sight);
  const now = before !== null && changes.length === 0 ? before : { sight, digest: digestOf(sight) };
  if (room.clients.size === 0) return;
  room.known = now;
  const events = changes.map((change) => {
    const event = { ...change, digest: now.digest };
    const isSmall = JSON.stringify(event).length <= EVENT_BYTES_MAX;
    return isSmall ? event : { event: change.event, tooLarge: true, digest: now.digest };
  });
  for (const [client, about] of room.clients) {
    if (about.isGreeted) for (const event of events) tell(room, client, event);
    else tell(room, client, { event: 'hello', ...room.source.hello(), digest: now.digest });
    about.isGreeted = true;
  }
}

function tell({ limits }: Room, client: WebSocket, event: object): void {
  if (client.bufferedAmount > limits.streamBytesMax) client.terminate();
  else if (client.readyState === client.OPEN) client.send(visibleJson(JSON.stringify(event)));
}

/** Drops clients that have not answered since the last ping. */
function ping(room: Room): void {
  for (const [client, about] of room.clients) {
    if (!about.isAlive) client.terminate();
    else {
      about.isAlive = false;
      if (client.readyState === client.OPEN) client.ping();
      tell(room, client, { event: 'ping' });
    }
  }
}

function join(room: Room, client: WebSocket, shown: string): void {
  const { clients, limits } = room;
  const about: Client = { shown, isGreeted: false, isAlive: true, frames: 0, secondMs: performance.now() };
  clients.set(client, about);
  /** False = it said too much, and is gone. */
  const heard = () => {
    const nowMs = performance.now();
    if (nowMs - about.secondMs > 1_000) [about.frames, about.secondMs] = [0, nowMs];
    about.frames += 1;
    about.isAlive = true;
    if (about.frames <= limits.streamFramesMax) return true;
    // Not with a word of good-bye: it does not listen.
    client.terminate();
    return false;
  };
  client.on('error', () => client.terminate());
  client.on('message', heard);
  client.on('pong', heard);
  client.on('ping', (data) => {
    if (heard() && client.bufferedAmount < limits.streamBytesMax && client.readyState === client.OPEN) client.pong(data);
  });
  client.on('close', () => {
    clients.delete(client);
    if (clients.size === 0) room.known = null;
  });
}
