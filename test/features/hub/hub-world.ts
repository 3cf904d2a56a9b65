// A hub for tests: `coord hub` as a process, and guests that speak HTTP to it.
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { HubRecord } from '../../../src/features/hub/operations/hub-files.ts';
import { type TestMachine, until } from '../../e2e/fleet.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  readonly json: any;
}

export interface Asking {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Anything but text as JSON. */
  readonly body?: unknown;
}

export type Hub = Awaited<ReturnType<typeof startHub>>;

export async function startHub(machine: TestMachine, ...more: readonly string[]) {
  const going = machine.start(['hub', '--http', '0', ...more]);
  const record = () => JSON.parse(readFileSync(join(machine.folder, '.coord', 'hub', 'hub.json'), 'utf8')) as HubRecord;
  await until(`the hub answers: ${going.noted()}`, () => {
    try {
      return record().pid === going.pid;
    } catch {
      return false;
    }
  });
  const port = Number(new URL(record().url).port);
  return {
    ...{ going, port, record },
    ask: (path: string, asking: Asking = {}) => ask(port, path, asking),
    async end(signal: NodeJS.Signals = 'SIGTERM') {
      going.kill(signal);
      return going.done;
    },
  };
}

export async function guest(machine: TestMachine, id: string, may?: string): Promise<string> {
  return (await machine.ok('guest', 'add', id, ...(may === undefined ? [] : ['--may', may]))).trim();
}

function ask(port: number, path: string, { method, token, headers = {}, body }: Asking): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const all = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method: method ?? (text === undefined ? 'GET' : 'POST'), headers: all };
    const request = httpRequest({ ...options, agent: false }, (response) => {
      let got = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        got += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, json: got === '' ? null : JSON.parse(got) });
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}
