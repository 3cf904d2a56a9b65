// How the page gets in and asks: by a cookie that it cannot read, and a key that it sends with everything. An answer that is no success is
// an error with the words of the local API.
import { signal } from '@preact/signals';

const KEY = 'coord-page-key';
const READ_ONLY = 'coord-page-read-only';
const DEVICE = 'coord-page-device';

/** `out`: nobody has let this browser in, or not any more. */
export const access = signal<'in' | 'out'>('out');
export const isReadOnly = signal(false);
/** The name by which another device was let in; empty = this is the computer of the machine. */
export const device = signal('');
/** Why it was not let in; empty = it has not tried. */
export const refusal = signal('');

/** Of an answer to come whole, however slow the line: a connection that is gone may never say so, and what waits for it would wait for ever. */
const ANSWER_MS = 120_000;

let key = '';

export class Refused extends Error {
  readonly status: number;
  readonly hint: string | null;

  constructor(status: number, message: string, hint: string | null) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** Exchanges the ticket of the address, which leaves it at once; without one, what an earlier visit left counts. */
export async function enter(): Promise<void> {
  const [, ticket] = /^#ticket=([0-9a-f]+)$/.exec(location.hash) ?? [];
  if (ticket !== undefined) {
    history.replaceState(null, '', location.pathname);
    try {
      const session = await ask<{ key: string; readOnly: boolean; device: string | null }>('/dashboard/session', { ticket });
      // The key last: where another tab sees it, the rest is there too.
      localStorage.setItem(READ_ONLY, String(session.readOnly));
      localStorage.setItem(DEVICE, session.device ?? '');
      localStorage.setItem(KEY, session.key);
    } catch (error) {
      refusal.value = error instanceof Refused ? error.message : 'coord does not answer';
    }
  }
  takeLogin();
}

/** The login of the tab that was let in last counts in each: a browser keeps one cookie for all. True = there is another one to ask with. */
export function takeLogin(): boolean {
  const before = key;
  key = localStorage.getItem(KEY) ?? '';
  isReadOnly.value = localStorage.getItem(READ_ONLY) === 'true';
  device.value = localStorage.getItem(DEVICE) ?? '';
  if (key === before) return false;
  access.value = key === '' ? 'out' : 'in';
  return key !== '';
}

/** Ends the login of this device. */
export async function leave(): Promise<void> {
  await act('page/leave');
  localStorage.removeItem(KEY);
  access.value = 'out';
}

export function streamProtocols(): string[] {
  return ['coord.v1', `coord.page.${key}`];
}

export function get<T>(path: string): Promise<T> {
  return ask<T>(`/api/v1/${path}`);
}

/** `body`: a text goes as it is. */
export function act<T>(path: string, body: object | string = {}): Promise<T> {
  return ask<T>(`/api/v1/${path}`, body);
}

/** The answer as it comes. */
export async function open(path: string, signal: AbortSignal): Promise<Response> {
  const response = await answerTo(`/api/v1/${path}`, { signal });
  if (response.status === 401) access.value = 'out';
  return response;
}

/** Nothing else would be answered later: there is no such thing, or nobody lets this browser in. */
export function isForGood(status: number): boolean {
  return status === 404 || status === 401;
}

async function ask<T>(path: string, body?: object | string): Promise<T> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const gone = new AbortController();
  // What changes something is not given up: nobody could tell whether it was done.
  const end =
    body === undefined ? setTimeout(() => gone.abort(new Error('coord has not answered for two minutes')), ANSWER_MS) : 0;
  const response = await answerTo(path, { method, headers, ...sent, cache: 'no-store', signal: gone.signal });
  const answer: unknown = await response.json().catch(() => null);
  clearTimeout(end);
  gone.signal.throwIfAborted();
  if (response.ok) return answer as T;
  // One that may only look is refused what changes something, and is in all the same.
  if (response.status === 401 && path.startsWith('/api/') && !(isReadOnly.value && method === 'POST')) access.value = 'out';
  const { message = `the answer was ${response.status}`, hint = null } =
    (answer as { error?: { message?: string; hint?: string | null } } | null)?.error ?? {};
  throw new Refused(response.status, message, hint);
}

/** Asked once more where another tab has come in meanwhile: nothing was done for a login that does not count. */
async function answerTo(path: string, asked: RequestInit & { readonly headers?: Record<string, string> }): Promise<Response> {
  const ask = () => fetch(path, { ...asked, headers: { ...asked.headers, 'Coord-Page': key }, redirect: 'error' });
  const response = await ask();
  return response.status === 401 && takeLogin() ? ask() : response;
}
