// The sockets: 127.0.0.1, ::1 where there is one, and an address that the owner named. All on one port, which is free on both loopback
// addresses: `localhost` may mean either, and a program that has the other one would be sent the token.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorCode } from '../errors.ts';
import type { CertificateTexts } from './certificate.ts';
import { createCrowd } from './guard/crowd.ts';
import type { Limits } from './guard/limits.ts';

/** True = the client has shown the token. */
export interface Callers {
  request(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

export interface Listening {
  readonly port: number;
  /** What Host may be. */
  readonly hosts: readonly string[];
  /** The URL by the address that the owner named; null = none was named, or it could not be had. */
  readonly outside: string | null;
  /** Why the address that the owner named is not listened on; null = it is, or none was named. */
  readonly addressTrouble: string | null;
  end(): Promise<void>;
}

/** By the first of these ports that is free; null = none is. 0 = any. Throws what else keeps it from listening. */
export async function listenAt(
  ports: readonly number[],
  address: string | null,
  callers: (hosts: readonly string[]) => Callers,
  limits: Limits,
): Promise<Listening | null> {
  for (const wanted of ports) {
    const hosts: string[] = [];
    const servers: Server[] = [];
    let calls: Callers | null = null;
    const open = async (at: string, port: number) => {
      const server = serverOf(() => calls, limits);
      await bind(server, at, port);
      servers.push(server);
      return server;
    };
    try {
      const first = await open('127.0.0.1', wanted);
      const place = first.address();
      const port = typeof place === 'object' && place !== null ? place.port : wanted;
      hosts.push(`127.0.0.1:${port}`, `localhost:${port}`);
      try {
        await open('::1', port);
        hosts.push(`[::1]:${port}`);
      } catch (error) {
        // No IPv6 here.
        if (errorCode(error) === 'EADDRINUSE') throw error;
      }
      let addressTrouble: string | null = null;
      let outside: string | null = null;
      if (address !== null) {
        try {
          await open(address, port);
          const host = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
          hosts.push(host);
          outside = `http://${host}`;
        } catch (error) {
          addressTrouble = `${address}: ${errorCode(error) || String(error)}`;
        }
      }
      calls = callers(hosts);
      return { port, hosts, outside, addressTrouble, end: () => endAll(servers) };
    } catch (error) {
      await endAll(servers);
      if (errorCode(error) !== 'EADDRINUSE') throw error;
    }
  }
  return null;
}

export interface PortListening {
  readonly port: number;
  /** By TLS, it proves its name with this from now on, to who comes then. */
  renew(certificate: CertificateTexts): void;
  /** With all that came in by it. */
  end(): Promise<void>;
}

export interface Listener {
  readonly calls: Callers;
  readonly limits: Limits;
  /** Null = it listens without TLS. */
  readonly certificate: CertificateTexts | null;
}

/** On all of these addresses that this computer has, and one port. Throws what keeps it from listening. */
export async function listenOn(
  addresses: readonly string[],
  port: number,
  { calls, limits, certificate }: Listener,
): Promise<PortListening> {
  const servers: (Server | TlsServer)[] = [];
  const sockets = new Set<Socket>();
  let real = port;
  let failed: unknown = new Error('no address was given');
  for (const address of addresses) {
    const server = serverOf(() => calls, limits, certificate);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    try {
      await bind(server, address, real);
    } catch (error) {
      failed = error;
      if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(errorCode(error))) continue;
      await endAll(servers);
      throw error;
    }
    servers.push(server);
    const place = server.address();
    if (typeof place === 'object' && place !== null) real = place.port;
  }
  if (servers.length === 0) throw failed;
  return {
    port: real,
    renew(next) {
      for (const server of servers) if (server instanceof TlsServer) server.setSecureContext(next);
    },
    async end() {
      const ended = endAll(servers);
      // Streams are the server's no more.
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

/** Of a connection by TLS, what carries it: it counts before it has said anything. */
function createCarriers() {
  const carriers = new Map<string, Socket>();
  const peerOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>) =>
    `${remoteAddress} ${remotePort}`;
  return {
    came(socket: Socket) {
      const peer = peerOf(socket);
      carriers.set(peer, socket);
      socket.once('close', () => carriers.delete(peer));
    },
    of: (socket: Duplex) => carriers.get(peerOf(socket as Socket)) ?? socket,
  };
}

function serverOf(calls: () => Callers | null, limits: Limits, certificate: CertificateTexts | null = null): Server | TlsServer {
  const options = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    maxHeaderSize: 16 * 1024,
  };
  const server: Server =
    certificate === null
      ? createServer(options)
      : createTlsServer({ ...options, ...certificate, handshakeTimeout: limits.headersMs });
  server.maxConnections = limits.socketsMax;
  const crowd = createCrowd(limits);
  const carriers = createCarriers();
  server.on('connection', (socket: Socket) => {
    carriers.came(socket);
    crowd.came(socket);
  });
  server.on('drop', crowd.full);
  // A bug here costs one connection, and not the daemon.
  const safely = (socket: Duplex, work: (callers: Callers) => boolean) => {
    const callers = calls();
    try {
      if (callers === null) socket.destroy();
      else if (work(callers)) crowd.known(carriers.of(socket));
    } catch {
      socket.destroy();
    }
  };
  server.on('request', (request, response) => {
    safely(request.socket, (callers) => callers.request(request, response));
  });
  server.on('upgrade', (request, socket, head) => {
    safely(socket, (callers) => callers.upgrade(request, socket, head));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return void socket.destroy();
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    socket.once('finish', () => socket.destroy());
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

function bind(server: Server | TlsServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // `::` alone would take the port of 0.0.0.0 too.
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
      server.off('error', reject);
      // Too many open files: those who come later may fare better.
      server.on('error', () => {});
      resolve();
    });
  });
}

async function endAll(servers: readonly (Server | TlsServer)[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}
