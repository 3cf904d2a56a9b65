// The process of the broker (`coord __broker`), which the hub starts: its memory is its own, and whatever ends it, the hub goes on. It says to the
// hub who is there and who was refused, and ends with it.
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls, Server as TlsServer } from 'node:tls';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { BrokerPlan, FromBroker, ToBroker } from '../rules/broker-words.ts';
import { addressOf, callerOf, isHere } from '../rules/caller-address.ts';
import { createMqttBroker, type MqttBroker, PACKET_LIMITS } from './mqtt-broker.ts';

/** What no limit of node's own heap counts: buffers, above all. */
const RSS_BYTES_MAX = 400 * 1_048_576;
const CONNECTIONS_MAX = 2_000;
/** Of one address; a proxy on this computer speaks for many. */
const ADDRESS_OPEN_MAX = 500;
/** New ones, of one address in a second. */
const ADDRESS_MAX = 50;
const HANDSHAKE_MS = 5_000;

/** Until the hub is gone. */
export function runBroker(): Promise<number> {
  const say = (word: FromBroker) => void process.send?.(word);
  const doors = createDoors();
  let broker: MqttBroker | null = null;
  let servers: readonly Server[] = [];
  let renewed: BrokerPlan['certificate'] = null;
  const renew = () => {
    for (const server of servers) if (renewed !== null && server instanceof TlsServer) server.setSecureContext(renewed);
  };
  process.on('disconnect', () => process.exit(0));
  // The hub logs the last line of what it says: of a stack of node's own that tells nothing.
  process.on('uncaughtException', endWith);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  setInterval(() => {
    if (process.memoryUsage.rss() > RSS_BYTES_MAX) process.exit(1);
  }, 1_000);
  process.on('message', (word: ToBroker) => {
    if (word.kind === 'blocked') doors.block(word.address, word.forMs);
    else if (word.kind === 'logins') broker?.setLogins(word.logins);
    else if (word.kind === 'certificate') {
      renewed = word.certificate;
      renew();
    } else
      void createMqttBroker(
        {
          refused: (address, namesBase) => say({ kind: 'refused', address, namesBase }),
          clients: (clients) => say({ kind: 'clients', clients }),
        },
        word.logins,
      )
        .then(async (made) => {
          broker = made;
          const { at, ...listening } = await listen(word.plan, made, doors);
          servers = listening.servers;
          renew();
          say({ kind: 'listens', ...at });
        })
        .catch(endWith);
  });
  return new Promise(() => {});
}

function endWith(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

interface Doors {
  /** A socket that was opened. False = its address has too many. */
  opened(socket: Socket): boolean;
  isOpenTo(address: string): boolean;
  block(address: string, forMs: number): void;
}

function createDoors(): Doors {
  const blocked = new Map<string, number>();
  const open = new Map<string, number>();
  let lately = new Map<string, number>();
  setInterval(() => {
    lately = new Map();
  }, 1_000).unref();
  return {
    opened(socket) {
      const peer = socket.remoteAddress ?? 'unknown';
      const count = (open.get(peer) ?? 0) + 1;
      open.set(peer, count);
      socket.once('close', () => {
        const left = (open.get(peer) ?? 1) - 1;
        if (left > 0) open.set(peer, left);
        else open.delete(peer);
      });
      return count <= ADDRESS_OPEN_MAX || isHere(peer);
    },
    isOpenTo(address) {
      const times = (lately.get(address) ?? 0) + 1;
      lately.set(address, times);
      return times <= ADDRESS_MAX && (blocked.get(address) ?? 0) <= performance.now();
    },
    block(address, forMs) {
      if (blocked.size > 1_000) blocked.clear();
      blocked.set(address, performance.now() + forMs);
    },
  };
}

async function listen({ isOpen, port, mqttPort, certificate }: BrokerPlan, broker: MqttBroker, doors: Doors) {
  const host = isOpen ? undefined : '127.0.0.1';
  const web = certificate === null ? createHttp() : createHttps({ ...certificate, handshakeTimeout: HANDSHAKE_MS });
  web.headersTimeout = HANDSHAKE_MS;
  web.on('connection', (socket: Socket) => {
    if (!doors.opened(socket)) socket.destroy();
  });
  web.on('request', (_request, response) => response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end());
  // Pages in browsers never speak to it: they would name themselves.
  const verifyClient = ({ origin, req }: { readonly origin: string; readonly req: IncomingMessage }) =>
    origin === undefined && doors.isOpenTo(callerOf(req));
  const sockets = new WebSocketServer({
    ...{
      server: web,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: 2 * PACKET_LIMITS.packetBytesMax,
      verifyClient,
    },
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket: WebSocket, request) => {
    broker.take(createWebSocketStream(socket), callerOf(request));
  });
  sockets.on('error', () => {});
  const takes = (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const address = addressOf(socket.remoteAddress);
    if (doors.opened(socket) && doors.isOpenTo(address)) broker.take(socket, address);
    else socket.destroy();
  };
  const plain = certificate === null ? createTcp(takes) : createTls({ ...certificate, handshakeTimeout: HANDSHAKE_MS }, takes);
  const webPort = await bind(web, port, host);
  const at = { port: webPort, mqttPort: mqttPort === null ? null : await bind(plain, mqttPort, host) };
  return { at, servers: [web, plain] };
}

function bind(server: Server, port: number, host: string | undefined): Promise<number> {
  server.maxConnections = CONNECTIONS_MAX;
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    const failed = ({ message }: Error) => reject(new Error(`cannot listen on port ${port}: ${message}`));
    server.once('error', failed);
    server.listen({ port, host, exclusive: true }, () => {
      server.off('error', failed);
      server.on('error', () => {});
      const place = server.address();
      resolve(typeof place === 'object' && place !== null ? place.port : port);
    });
  });
}
