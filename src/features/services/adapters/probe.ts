// Looks once at a service's health. It never throws and never takes longer than its time: a look that hangs is ended and counts as
// unhealthy. A look that the computer has nothing left for says nothing. Its result goes into the repo, so it names only host and port of
// an address, and no folder of this computer.
import { spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { HealthCheck } from '../../../core/model/machines/local-service.ts';
import { isShortage } from '../../../errors.ts';
import type { Health } from '../rules/service-known.ts';

export interface ProbePlace {
  readonly timeoutMs: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Nobody waits for it any more: it is ended, and what it comes to says nothing. */
  readonly giveUp?: AbortSignal;
}

const FINE: Health = { ok: true, reached: true, why: '' };

/** Null = it could not be made, for a shortage of this computer. */
export async function probe(check: HealthCheck, place: ProbePlace): Promise<Health | null> {
  const end = new AbortController();
  const { giveUp } = place;
  const given = () => end.abort();
  giveUp?.addEventListener('abort', given, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ok: false, reached: true, why: `its health check did not answer within ${place.timeoutMs / 1000} s` });
    }, place.timeoutMs);
    end.signal.addEventListener('abort', () => resolve({ ok: false, reached: true, why: 'its health check was given up' }));
  });
  try {
    if (giveUp?.aborted === true) end.abort();
    return await Promise.race([lookAt(check, place, end.signal), late]);
  } catch (error) {
    if (isShortage(error)) return null;
    // What cannot even be tried: a folder that is a file, words that are too long.
    return { ok: false, reached: true, why: `its health check could not be run: ${reason(error as NodeJS.ErrnoException)}` };
  } finally {
    clearTimeout(timer);
    giveUp?.removeEventListener('abort', given);
    end.abort();
  }
}

/** Each rejects for a shortage, and answers for all else. */
function lookAt(check: HealthCheck, place: ProbePlace, end: AbortSignal): Promise<Health> {
  if (check.kind === 'http') return overHttp(check.url, end);
  return check.kind === 'tcp' ? overTcp(check.host, check.port, end) : byCommand(check, place, end);
}

function overHttp(url: string, signal: AbortSignal): Promise<Health> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(url);
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, { signal, agent: false }, (answer) => {
      const status = answer.statusCode ?? 0;
      answer.destroy();
      resolve(status >= 200 && status < 400 ? FINE : { ok: false, reached: true, why: `${host} answered ${status}` });
    });
    request.on('error', (error) => failed(error, host, resolve, reject));
    request.end();
  });
}

function overTcp(host: string, port: number, signal: AbortSignal): Promise<Health> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve(FINE);
    });
    socket.once('error', (error) => failed(error, `port ${port}`, resolve, reject));
  });
}

function failed(
  error: NodeJS.ErrnoException,
  where: string,
  resolve: (health: Health) => void,
  reject: (error: Error) => void,
): void {
  if (isShortage(error)) reject(error);
  else resolve({ ok: false, reached: error.code !== 'ECONNREFUSED', why: `${where}: ${reason(error)}` });
}

function byCommand(check: Extract<HealthCheck, { kind: 'command' }>, place: ProbePlace, end: AbortSignal): Promise<Health> {
  const { command } = check;
  const [executable, ...words] = command.kind === 'line' ? ['/bin/sh', '-c', command.line] : command.argv;
  return new Promise((resolve, reject) => {
    const ill = (why: string) => resolve({ ok: false, reached: true, why });
    const child = spawn(executable ?? '', words, { cwd: place.cwd, env: place.env, detached: true, stdio: 'ignore' });
    const { pid } = child;
    end.addEventListener('abort', () => {
      try {
        // With all that it started.
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    });
    child.once('error', (error) =>
      isShortage(error) ? reject(error) : ill(`its health check could not be run: ${reason(error)}`),
    );
    child.once('exit', (code, signal) => (code === 0 ? resolve(FINE) : ill(`its health check ended with ${code ?? signal}`)));
  });
}

/** Whether somebody listens there already: what is started next could not. */
export async function isTaken(port: number): Promise<boolean> {
  return (await probe({ kind: 'tcp', host: '127.0.0.1', port }, { timeoutMs: 1_000, cwd: '/', env: {} }))?.ok === true;
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'nothing listens there';
  return error.code ?? error.message;
}
