// A process of its own: smart HTTP on 127.0.0.1 in front of `git http-backend`, with a delay for every connection, and counts.
// Started by hub.ts, and gone with it.
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createDoor, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HubAnswer, HubQuestion, Traffic, Visit } from './hub.ts';

/** A client closes its connection right after the last byte. */
const CLOSING_MS_MAX = 1000;

const root = process.argv[2] ?? '';
let delayMs = 0;
let traffic = nothing();
/** Connections that are open, with what is known of them. */
const open = new Map<Socket, { atMs: number; visit: Visit | null }>();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://hub');
  const [, who = '', path = ''] = /^\/as-([^/]+)(\/.*)$/.exec(url.pathname) ?? [null, '', url.pathname];
  const service = url.searchParams.get('service') ?? path.split('/').at(-1);
  const connection = open.get(request.socket);
  if (connection !== undefined && connection.visit === null) {
    connection.visit = { who, atMs: connection.atMs, isPush: service === 'git-receive-pack' };
    traffic.visits.push(connection.visit);
  }
  answer(request, response, { path, query: url.search.slice(1) });
});

function nothing() {
  return { visits: [] as Visit[], fetchBytes: 0, pushBytes: 0, pushedBytes: 0 };
}

function answer(request: IncomingMessage, response: ServerResponse, asked: { path: string; query: string }): void {
  const { headers } = request;
  const child = spawn('git', ['http-backend'], {
    detached: true,
    env: {
      PATH: process.env.PATH ?? '',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: process.env.GIT_CONFIG_GLOBAL ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'bench',
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: asked.path,
      QUERY_STRING: asked.query,
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const isPush = asked.path.endsWith('/git-receive-pack');
  request.on('data', (chunk: Buffer) => {
    if (isPush) traffic.pushedBytes += chunk.length;
  });
  request.pipe(child.stdin).on('error', () => {});
  // Without the rest of a request git's backend would turn in a circle for ever.
  request.on('close', () => {
    if (request.complete || child.pid === undefined || child.exitCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const lines = whole.toString('latin1', 0, Math.max(0, end)).split('\r\n');
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith('Status:')) response.setHeader(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const status = lines.find((line) => line.startsWith('Status:'))?.slice('Status:'.length);
    response.writeHead(end < 0 ? 500 : status === undefined ? 200 : Number.parseInt(status, 10));
    response.end(whole.subarray(end < 0 ? 0 : end + 4));
  });
}

const door = createDoor({ pauseOnConnect: true }, (socket) => {
  open.set(socket, { atMs: Date.now(), visit: null });
  socket.on('error', () => {});
  socket.on('close', () => {
    traffic[open.get(socket)?.visit?.isPush ? 'pushBytes' : 'fetchBytes'] += socket.bytesRead + socket.bytesWritten;
    open.delete(socket);
  });
  setTimeout(() => {
    server.emit('connection', socket);
    socket.resume();
  }, delayMs);
});

async function take(): Promise<Traffic> {
  for (let waitedMs = 0; open.size > 0 && waitedMs < CLOSING_MS_MAX; waitedMs += 5) await delay(5);
  const taken = traffic;
  traffic = nothing();
  return taken;
}

const say = (message: HubAnswer) => process.send?.(message);

process.on('disconnect', () => process.exit(0));
process.on('message', async (question: HubQuestion) => {
  if (question.kind === 'delay') {
    delayMs = question.ms;
    say({ kind: 'done' });
  } else say({ kind: 'traffic', traffic: await take() });
});
door.listen(0, '127.0.0.1', () => say({ kind: 'listens', port: (door.address() as AddressInfo).port }));
