// Real smart HTTP on 127.0.0.1: a small CGI bridge to `git http-backend`, with the ways in which hosts let a client down.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Trickle {
  readonly bytes: number;
  readonly stopAfter?: number;
}

export interface HttpHub {
  readonly url: string;
  readonly port: number;
  /** Answers everything with this status; null = works. */
  answerWith(status: number | null): void;
  /** The next push takes effect, and its answer is lost: cut off, or not begun, which makes libcurl say it all again. */
  loseNextPushAnswer(how?: 'cut off' | 'not begun'): void;
  /** Cuts every connection. */
  offline(is: boolean): void;
  /** The answer of a fetch comes so: this many bytes in each tenth of a second, and nothing after `stopAfter` of them; null = at once. */
  trickle(how: Trickle | null): void;
  /** Lists its refs, and answers a fetch of objects with this status; null = works. */
  answerFetchesWith(status: number | null): void;
  /** Takes no push from a clone that has a part of the history alone. */
  refuseParts(): void;
  /** Called as each request comes in. */
  onRequest(look: () => void): void;
  /** Asks for HTTP basic auth; null = everybody may. */
  requireLogin(login: { readonly user: string; readonly password: string } | null): void;
  close(): Promise<void>;
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function sendSlowly(response: ServerResponse, answer: Buffer, { bytes, stopAfter = Number.POSITIVE_INFINITY }: Trickle): void {
  let at = 0;
  const next = () => {
    if (response.destroyed || (at >= stopAfter && at < answer.length)) return;
    if (at >= answer.length) {
      response.end();
      return;
    }
    response.write(answer.subarray(at, at + bytes));
    at += bytes;
    setTimeout(next, 100);
  };
  next();
}

const packet = (bytes: Buffer) => Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
const END = Buffer.from('0000');

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What git's own server answers where it takes no such push; null = all of the history stands behind this one. */
async function refusedPart(request: IncomingMessage): Promise<{ readonly refusal: Buffer | null; readonly body: Buffer }> {
  const body = await bodyOf(request);
  if (!/^[0-9a-f]{4}shallow [0-9a-f]{40}/.test(body.toString('latin1', 0, 60))) return { refusal: null, body };
  const refs = [...body.toString('latin1').matchAll(/[0-9a-f]{40} [0-9a-f]{40} (refs\/[!-~]+)/g)].map(([, ref]) => ref);
  const lines = ['unpack ok\n', ...refs.map((ref) => `ng ${ref} shallow update not allowed\n`)];
  const report = Buffer.concat([...lines.map((line) => packet(Buffer.from(line))), END]);
  return { refusal: Buffer.concat([packet(Buffer.concat([Buffer.of(1), report])), END]), body };
}

/** Answers what asks for objects with this status; what lists refs goes on. */
function refuseFetch(request: IncomingMessage, response: ServerResponse, child: ChildProcessWithoutNullStreams, status: number) {
  void bodyOf(request).then((body) => {
    if (!body.includes('command=fetch')) return void child.stdin.end(body);
    endGroup(child.pid);
    response.writeHead(status).end();
  });
}

export async function serveHub(root: string, name: string): Promise<HttpHub> {
  let status: number | null = null;
  let fetchStatus: number | null = null;
  let loseAnswer: 'cut off' | 'not begun' | null = null;
  let trickle: Trickle | null = null;
  let isOffline = false;
  let refusesParts = false;
  let login: string | null = null;
  let look = () => {};

  const backend = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    const headers = request.headers;
    const isPush = request.method === 'POST' && url.pathname.endsWith('/git-receive-pack');
    const child = spawn('git', ['http-backend'], {
      // A group of its own: git starts the real backend as a child.
      detached: true,
      env: {
        PATH: process.env.PATH ?? '',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'tester',
        REMOTE_ADDR: '127.0.0.1',
        REQUEST_METHOD: request.method ?? 'GET',
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: headers['content-type'] ?? '',
        ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      },
    });
    if (isPush && refusesParts) {
      void refusedPart(request).then(({ refusal, body }) => {
        if (refusal === null) {
          child.stdin.end(body);
          return;
        }
        endGroup(child.pid);
        response.writeHead(200, { 'Content-Type': 'application/x-git-receive-pack-result' }).end(refusal);
      });
    } else if (fetchStatus !== null && url.pathname.endsWith('/git-upload-pack'))
      refuseFetch(request, response, child, fetchStatus);
    else request.pipe(child.stdin).on('error', () => {});
    // A client that hangs up in the middle: without the rest git's backend would turn in a circle for ever, as fast as it can.
    request.on('close', () => {
      if (!request.complete) endGroup(child.pid);
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.resume();
    child.on('close', (): void => {
      if (response.headersSent) return;
      if (isPush && loseAnswer !== null) {
        const how = loseAnswer;
        loseAnswer = null;
        if (how === 'not begun') {
          request.socket.destroy();
          return;
        }
        response.writeHead(200, { 'Content-Type': 'application/x-git-receive-pack-result', 'Content-Length': '1000' });
        response.write('00', () => request.socket.destroy());
        return;
      }
      const whole = Buffer.concat(chunks);
      const end = whole.indexOf('\r\n\r\n');
      let code = 200;
      for (const line of whole.toString('latin1', 0, Math.max(0, end)).split('\r\n')) {
        const colon = line.indexOf(':');
        const value = line.slice(colon + 1).trim();
        if (line.startsWith('Status:')) code = Number.parseInt(value, 10);
        else if (colon > 0) response.setHeader(line.slice(0, colon), value);
      }
      response.writeHead(end < 0 ? 500 : code);
      if (trickle === null || isPush) response.end(end < 0 ? '' : whole.subarray(end + 4));
      else sendSlowly(response, whole.subarray(end + 4), trickle);
    });
  };
  const server = createServer((request, response) => {
    look();
    if (status !== null) {
      if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="hub"');
      response.writeHead(status).end();
      request.resume();
    } else if (login !== null && request.headers.authorization !== login) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="hub"' }).end();
      request.resume();
    } else backend(request, response);
  });
  server.on('connection', (socket) => {
    if (isOffline) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${name}`,
    port,
    answerWith: (next) => {
      status = next;
    },
    answerFetchesWith: (next) => {
      fetchStatus = next;
    },
    loseNextPushAnswer: (how = 'cut off') => {
      loseAnswer = how;
    },
    trickle: (how) => {
      trickle = how;
    },
    refuseParts: () => {
      refusesParts = true;
    },
    offline: (is) => {
      isOffline = is;
      server.closeAllConnections();
    },
    onRequest: (next) => {
      look = next;
    },
    requireLogin: (next) => {
      login = next === null ? null : `Basic ${Buffer.from(`${next.user}:${next.password}`).toString('base64')}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
