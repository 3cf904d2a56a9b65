// What may stand between a machine and its host, on 127.0.0.1 in front of a real one: a slow line, a cut at a chosen point of a
// push, silence, and answers that are not the host's. `http-backend.ts` is the host; this file knows nothing of git but two paths.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How far an exchange gets; from `head` on it is the upload of a push that is cut, and all before it goes well. */
export type Cut =
  /** Nobody listens. */
  | 'refused'
  /** Every request is taken, and nothing is ever said. */
  | 'silent'
  /** The host has the request's headers. */
  | 'head'
  /** The host has half of the pack. */
  | 'pack'
  /** The host has taken it all and has answered; nothing of the answer arrives, and the line stays open. */
  | 'swallowed'
  /** Half of the answer arrives. */
  | 'answer';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HostProxy {
  /** The host's URL as seen through here. */
  readonly url: string;
  /** From now on; null = the line is whole again. */
  cut(at: Cut | null): Promise<void>;
  /** This instead of the host's answers; null = the host's. */
  answerWith(answer: Answer | null): void;
  /** Before a request goes on, and before its answer does. */
  delayMs(ms: number): void;
  /** `GET /path?query`, in the order of arrival. */
  readonly requests: readonly string[];
  /** Pushes that the host has answered, whatever became of the answer. */
  pushesTaken(): number;
  close(): Promise<void>;
}

const isPush = (request: IncomingMessage) => request.method === 'POST' && (request.url ?? '').endsWith('/git-receive-pack');

export async function startProxy(hostUrl: string): Promise<HostProxy> {
  const host = new URL(hostUrl);
  const requests: string[] = [];
  let cutAt: Cut | null = null;
  let instead: Answer | null = null;
  let latencyMs = 0;
  let taken = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`);
    // Said or cut once the request is whole, so that the way it fails does not hang on whose bytes were quicker.
    const body = await bodyOf(request);
    await delay(latencyMs);
    if (cutAt === 'silent') return;
    if (instead !== null) return void response.writeHead(instead.status, { ...instead.headers }).end();
    const cut = isPush(request) ? cutAt : null;
    const sent = cut === 'head' ? 0 : cut === 'pack' ? Math.floor(body.length / 2) : body.length;
    const answer = await forward(request, body, sent);
    if (answer === null) return void request.socket.destroy();
    if (isPush(request)) taken += 1;
    await delay(latencyMs);
    if (cut === 'swallowed') return;
    response.writeHead(answer.status, answer.headers);
    if (cut !== 'answer') return void response.end(answer.body);
    response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => request.socket.destroy());
  };

  /** Null = the host got a part of it and was left alone, or hung up itself. */
  const forward = (request: IncomingMessage, body: Buffer, sent: number) =>
    new Promise<{ status: number; headers: Record<string, string>; body: Buffer } | null>((resolve) => {
      const headers = { ...request.headers, host: host.host, 'content-length': String(body.length) };
      delete (headers as Record<string, unknown>)['transfer-encoding'];
      const outgoing = ask({
        host: host.hostname,
        port: host.port,
        method: request.method,
        path: request.url,
        headers,
        agent: false,
      });
      outgoing.on('error', () => resolve(null));
      outgoing.on('response', (answer) => {
        void bodyOf(answer).then((text) => {
          const { 'transfer-encoding': _chunked, connection: _connection, ...kept } = answer.headers as Record<string, string>;
          resolve({ status: answer.statusCode ?? 502, headers: { ...kept, 'content-length': String(text.length) }, body: text });
        });
      });
      outgoing.flushHeaders();
      if (sent === body.length) return void outgoing.end(body);
      outgoing.write(body.subarray(0, sent), () => {
        // Time for the host to begin with what it has.
        setTimeout(() => outgoing.destroy(), 50);
        resolve(null);
      });
      // Nothing to write means nothing to wait for.
      if (sent === 0) setTimeout(() => outgoing.destroy(), 50);
    });

  const server = createServer((request, response) => void serve(request, response).catch(() => request.socket.destroy()));
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const userinfo = host.username === '' ? '' : `${host.username}:${host.password}@`;
  return {
    url: `http://${userinfo}127.0.0.1:${port}${host.pathname}`,
    requests,
    async cut(at) {
      cutAt = at;
      // Who was left waiting hears now that nothing comes.
      server.closeAllConnections();
      if (at === 'refused' && server.listening) await stop();
      if (at !== 'refused' && !server.listening) await listen(port);
    },
    answerWith: (answer) => {
      instead = answer;
    },
    delayMs: (ms) => {
      latencyMs = ms;
    },
    pushesTaken: () => taken,
    close: () => (server.listening ? stop() : Promise.resolve()),
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface ImpatientGit {
  /** For the machine whose git it is. */
  readonly env: { readonly PATH: string };
  /** From now on it gives a silent host up after two seconds (a minute by coord's own settings), or does so no more. */
  hurry(is: boolean): void;
}

/** Makes a `git` in a new folder that is git itself. */
export function impatientGit(folder: string): ImpatientGit {
  mkdirSync(folder);
  const path = join(folder, 'git');
  const mark = join(folder, 'hurry');
  const settings = 'GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.lowSpeedTime GIT_CONFIG_VALUE_0=2';
  const script = `PATH=\${PATH#${folder}:}\nexport PATH\n[ -e ${mark} ] && export ${settings}\nexec git "$@"`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return {
    env: { PATH: `${folder}:${process.env.PATH}` },
    hurry: (is) => (is ? writeFileSync(mark, '') : rmSync(mark, { force: true })),
  };
}
