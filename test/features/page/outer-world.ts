// The page for other devices, asked as they ask: by real TLS, with a certificate of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { startDaemon } from './page-world.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Record<string, unknown>;
}

interface Ask {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: object;
}

/** By TLS to 127.0.0.1, under the name of the certificate; `at`: an http address instead. */
export function ask(port: number, ca: string | null, path: string, { headers = {}, body }: Ask = {}): Promise<Answer> {
  const make = ca === null ? plainRequest : request;
  const method = body === undefined ? 'GET' : 'POST';
  const given = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
  return new Promise((resolve, reject) => {
    const sent = make(
      { host: '127.0.0.1', port, path, method, headers: given, servername: 'box.example', ...(ca === null ? {} : { ca }) },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => {
          const isJson = String(answer.headers['content-type']).startsWith('application/json');
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, json: isJson ? JSON.parse(text) : {} });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The fingerprint of the certificate that a server on this computer shows. */
export function shownCertificate(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    }).on('error', reject);
  });
}

export function certificate(root: string, days = 2, name = 'box.example'): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(root, 'box.crt'), join(root, 'box.key')];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},DNS:*.${name}`];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    String(days),
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ];
  execFileSync('openssl', words, { stdio: 'pipe' });
  return { cert, key };
}

/** Which device the page is open to, and how it asks. */
export interface Phone {
  readonly port: number;
  readonly ca: string;
  readonly headers: OutgoingHttpHeaders;
}

export async function phoneOf({ root }: Fleet, mac: TestMachine, name: string): Promise<Phone> {
  const { cert, key } = certificate(root);
  const ca = readFileSync(cert, 'utf8');
  const port = Number((await out(mac, '--listen', '127.0.0.1:0', '--cert', cert, '--key', key)).split(':').at(-1));
  return { port, ca, headers: await enter(port, ca, await out(mac, '--for', name), `box.example:${port}`) };
}

/** Its stream, as the page opens it; resolves when it has said hello. */
export async function streamOf({ port, ca, headers }: Phone): Promise<{ readonly closed: Promise<unknown> }> {
  const { 'coord-page': key, cookie, origin, host } = headers;
  const asked = {
    ca,
    servername: 'box.example',
    headers: { cookie: String(cookie), origin: String(origin), host: String(host) },
  };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/v1/stream`, ['coord.v1', `coord.page.${String(key)}`], asked);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  return { closed };
}

export async function served(): Promise<{ fleet: Fleet; mac: TestMachine }> {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('one machine');
  await startDaemon(mac);
  return { fleet, mac };
}

export const out = async (machine: TestMachine, ...words: readonly string[]) =>
  (await machine.coord(['dash', ...words])).stdout.trim();
export const apiPort = (machine: TestMachine) =>
  Number(new URL((JSON.parse(readFileSync(join(machine.folder, '.coord', 'api.json'), 'utf8')) as { url: string }).url).port);

/** What a device has after it opened its address. */
export async function enter(port: number, ca: string | null, address: string, host: string): Promise<OutgoingHttpHeaders> {
  const { headers, flags } = await begun(port, ca, address, { host, origin: `https://${host}` });
  expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Secure']));
  return headers;
}

/** What a browser on this computer has. */
export async function enterHere(port: number, address: string): Promise<OutgoingHttpHeaders> {
  const host = `127.0.0.1:${port}`;
  return (await begun(port, null, address, { host, origin: `http://${host}` })).headers;
}

async function begun(port: number, ca: string | null, address: string, place: OutgoingHttpHeaders) {
  const ticket = new URL(address).hash.replace('#ticket=', '');
  const headers = { ...place, 'sec-fetch-site': 'same-origin' };
  const { status, headers: said, json } = await ask(port, ca, '/dashboard/session', { headers, body: { ticket } });
  expect(status).toBe(200);
  const [cookie = '', ...flags] = String(said['set-cookie']).split('; ');
  return { headers: { ...headers, cookie, 'coord-page': String(json.key) }, flags };
}
