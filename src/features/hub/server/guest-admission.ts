// Who may come into the hub: a guest with its token; anybody to ask whether it lives; a git host with its webhook, whose signature is looked at
// where its body is read. No web page: browsers name the page that asks.
import type { IncomingMessage } from 'node:http';
import { type Admission, bearerIn, isCrooked, type Knock, tokenInAddress } from '../../../server/guard/admission.ts';
import type { Refusal } from '../../../server/guard/refusal.ts';
import type { Guest } from '../documents/guests.ts';
import { callerOf } from '../rules/caller-address.ts';
import type { Knocks } from './knocks.ts';

const HUB_HEALTH = '/health';
export const WEBHOOKS = '/webhook/';

export interface GuestHouse {
  readonly knocks: Knocks;
  guestOf(token: string): Guest | null;
}

export function admitGuest(knock: Knock, request: IncomingMessage, { knocks, guestOf }: GuestHouse): Admission {
  const { method, target, headers } = knock;
  const address = callerOf(request);
  const blockedMs = knocks.blockedMs(address);
  if (blockedMs > 0) return { kind: 'out', refusal: blocked(blockedMs) };
  if (!target.startsWith('/') || knock.hostCount !== 1 || isCrooked(target))
    return out(400, 'BAD_REQUEST', 'expected one Host, and a path without . and .. and \\, in UTF-8, found something else');
  if (headers.origin !== undefined || !['none', undefined].includes(headers['sec-fetch-site'] as string | undefined))
    return out(403, 'FORBIDDEN', 'requests from a web page are refused');
  const told = tokenInAddress(target);
  if (told !== null) return told;
  const [path = ''] = target.split('?');
  if (method === 'GET' && path === HUB_HEALTH) return { kind: 'in', known: false };
  if (method === 'POST' && path.startsWith(WEBHOOKS)) return { kind: 'in', known: false };
  const token = bearerIn(headers);
  if (token !== undefined && guestOf(token) !== null) return { kind: 'in', known: true };
  // Who shows none guesses at none: a browser asks so for its icon, and what looks whether the hub is there.
  knocks.refused(address, token !== undefined);
  const found = token === undefined ? 'none' : 'another one';
  const headersOut = { 'WWW-Authenticate': 'Bearer' };
  const refusal: Refusal = {
    ...{ status: 401, code: 'UNAUTHORIZED', message: `expected the token of a guest, found ${found}` },
    ...{ hint: 'coord guest add <id>', headers: headersOut },
  };
  return { kind: 'out', refusal };
}

function blocked(ms: number): Refusal {
  const headers = { 'Retry-After': String(Math.ceil(ms / 1000)) };
  const message = 'too many wrong tokens came from this address: it is not listened to for a while';
  return { status: 429, code: 'TOO_MANY', message, hint: 'coord hub status', headers };
}

function out(status: number, code: Refusal['code'], message: string): Admission {
  return { kind: 'out', refusal: { status, code, message, hint: null } };
}
