// The stream: WebSockets that are told what has changed, and say nothing themselves. A client that does not read is dropped, never
// waited for; one that was away compares the digest of `hello` with the last one that it had, and reads anew where it differs.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { visibleJson } from '../../documents/text/escape-text.ts';
import { STREAM_PROTOCOL } from '../guard/admission.ts';
import type { Limits } from '../guard/limits.ts';
import type { Refusal } from '../guard/refusal.ts';
import { changesBetween } from './changes.ts';
import { digestOf, type Sight } from './stream-state.ts';

export interface Stream {
  /** Null = the socket is a client now. `token`: what it was let in by. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, token: string): Refusal | null;
  /** Something may have changed: the clients are told soon. */
  changed(): void;
  /** Ends those whose token counts no more. */
  check(isToken: (text: string) => boolean): void;
  /** Ends all that there are. */
  drop(): void;
  end(): void;
}

interface StreamSource {
  sight(): Promise<Sight>;
  /** What `hello` says beside the digest. */
  hello(): Readonly<Record<string, unknown>>;
  log(text: string): void;
}

interface Client {
  readonly token: string;
  isGreeted: boolean;
  /** It has answered since the last ping. */
  isAlive: boolean;
  /** In the second that began at `secondMs`. */
  frames: number;
  secondMs: number;
}

/** Several files change with one sync. */
const SETTLE_MS = 100;
/** Of a larger one only its name is told: whoever wants it reads it. */
const EVENT_BYTES_MAX = 256 * 1024;
const CLOSE = { goingAway: 1001, policy: 1008, error: 1011 } as const;

export function createStream(source: StreamSource, limits: Limits): Stream {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 4 * 1024,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(STREAM_PROTOCOL) ? STREAM_PROTOCOL : false),
  });
  const clients = new Map<WebSocket, Client>();
  /** What the clients know; null = there are none. */
  let known: { readonly sight: Sight; readonly digest: string } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let isDue = false;

  const tell = (client: WebSocket, event: object) => {
    if (client.bufferedAmount > limits.streamBytesMax) client.terminate();
    else if (client.readyState === client.OPEN) client.send(visibleJson(JSON.stringify(event)));
  };
  const look = async () => {
    const before = known;
    const sight = await source.sight();
    const changes = before === null ? [] : changesBetween(before.sight, sight);
    const now = before !== null && changes.length === 0 ? before : { sight, digest: digestOf(sight) };
    if (clients.size === 0) return;
    known = now;
    const events = changes.map((change) => {
      const event = { ...change, digest: now.digest };
      return JSON.stringify(event).length <= EVENT_BYTES_MAX
        ? event
        : { event: change.event, tooLarge: true, digest: now.digest };
    });
    for (const [client, about] of clients) {
      if (about.isGreeted) for (const event of events) tell(client, event);
      else tell(client, { event: 'hello', ...source.hello(), digest: now.digest });
      about.isGreeted = true;
    }
  };
  const soon = (ms: number) => {
    isDue = true;
    if (timer !== null || isLooking || clients.size === 0) return;
    timer = setTimeout(async () => {
      timer = null;
      isDue = false;
      isLooking = true;
      try {
        await look();
      } catch (error) {
        source.log(`! the stream of the local API: ${error instanceof Error ? error.message : String(error)}`);
        for (const client of clients.keys()) client.close(CLOSE.error);
      } finally {
        isLooking = false;
        if (isDue) soon(SETTLE_MS);
      }
    }, ms);
  };
  const pinging = setInterval(() => {
    for (const [client, about] of clients) {
      if (!about.isAlive) client.terminate();
      else {
        about.isAlive = false;
        if (client.readyState === client.OPEN) client.ping();
        tell(client, { event: 'ping' });
      }
    }
  }, limits.pingMs);
  pinging.unref();

  const join = (client: WebSocket, token: string) => {
    const about: Client = { token, isGreeted: false, isAlive: true, frames: 0, secondMs: performance.now() };
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
      if (clients.size === 0) known = null;
    });
    soon(0);
  };
  const drop = () => {
    for (const client of clients.keys()) {
      client.close(CLOSE.goingAway);
      client.terminate();
    }
    clients.clear();
    known = null;
  };
  return {
    accept(request, socket, head, token) {
      if (clients.size >= limits.streamsMax) {
        const message = `${clients.size} clients have a stream already`;
        return { status: 503, code: 'BUSY', message, hint: null, headers: { 'Retry-After': '30' } };
      }
      server.handleUpgrade(request, socket, head, (client) => join(client, token));
      return null;
    },
    changed: () => soon(SETTLE_MS),
    check(isToken) {
      for (const [client, { token }] of clients) if (!isToken(token)) client.close(CLOSE.policy, 'the token was changed');
    },
    drop,
    end() {
      clearInterval(pinging);
      if (timer !== null) clearTimeout(timer);
      drop();
      server.close();
    },
  };
}
