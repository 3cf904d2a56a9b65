// G1, G2: who comes into the hub, and what proves a webhook, asked of the rules alone; guests.test.ts and webhooks.test.ts ask a hub that runs.
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { admitGuest } from '../../../src/features/hub/server/guest-admission.ts';
import { createKnocks } from '../../../src/features/hub/server/knocks.ts';
import { proofOf } from '../../../src/features/hub/server/webhook-signature.ts';
import type { Knock } from '../../../src/server/guard/admission.ts';

const GOOD = { authorization: 'Bearer good', host: 'pc:8900' };

/** 0 = in and known, 1 = in without a token; and whether it was noted as one that guesses. */
function asked(change: Partial<Knock> = {}, headers: Knock['headers'] = GOOD, knocks = createKnocks(() => 0)) {
  const knock: Knock = { method: 'GET', target: '/api/computers', hostCount: 1, isStream: false, ...change, headers };
  const request = { socket: { remoteAddress: '192.0.2.1' }, headers } as unknown as IncomingMessage;
  const guestOf = (token: string) => (token === 'good' ? ({ id: 'lamp' } as never) : null);
  const admission = admitGuest(knock, request, { knocks, guestOf });
  return admission.kind === 'out' ? admission.refusal.status : admission.known ? 0 : 1;
}

test.each<[what: string, status: number, change: Partial<Knock>, headers?: Knock['headers']]>([
  ['a guest with its token', 0, {}],
  ['another token', 401, {}, { authorization: 'Bearer bad' }],
  ['no token', 401, {}, {}],
  ['a good token in the address', 400, { target: '/api/computers?token=good' }],
  ['two Hosts', 400, { hostCount: 2 }],
  ['a whole URL as the path', 400, { target: 'http://pc/api/computers' }],
  ['a crooked path', 400, { target: '/done/../send' }],
  ['a web page', 403, {}, { ...GOOD, origin: 'https://evil.example' }],
  ['a web page that names no origin', 403, {}, { ...GOOD, 'sec-fetch-site': 'cross-site' }],
  ['an address that a person typed', 0, {}, { ...GOOD, 'sec-fetch-site': 'none' }],
  ['whether it lives', 1, { target: '/health?x' }, {}],
  ['health is only looked at', 401, { target: '/health', method: 'POST' }, {}],
  ['a webhook', 1, { target: '/webhook/github', method: 'POST' }, {}],
  ['a webhook is only sent', 401, { target: '/webhook/github' }, {}],
])('G1, G2 %s: %i', (_, status, change, headers = GOOD) => expect(asked(change, headers)).toBe(status));

test('G1 ten wrong tokens block an address, also for who has a good one; who shows none guesses at none', () => {
  const knocks = createKnocks(() => 0);
  for (let times = 0; times < 20; times += 1) asked({}, {}, knocks);
  expect(asked({}, GOOD, knocks)).toBe(0);
  for (let times = 0; times < 10; times += 1) asked({}, { authorization: 'Bearer bad' }, knocks);
  expect([asked({}, GOOD, knocks), asked({ target: '/health' }, {}, knocks)]).toEqual([429, 429]);
});

const hmac = createHmac('sha256', 'secret').update('body').digest('hex');

test.each<[host: Parameters<typeof proofOf>[0], headers: Record<string, string>, isGood: boolean]>([
  ['github', { 'x-hub-signature-256': `sha256=${hmac}` }, true],
  ['github', { 'x-hub-signature-256': hmac }, false],
  ['github', { 'x-gitea-signature': hmac }, false],
  ['github', {}, false],
  ['gitea', { 'x-gitea-signature': hmac }, true],
  ['gitea', { 'x-forgejo-signature': hmac }, true],
  ['gitea', { 'x-hub-signature-256': `sha256=${hmac}` }, false],
  ['gitea', { 'x-gitea-signature': hmac.replace(/.$/, '') }, false],
  ['gitlab', { 'x-gitlab-token': 'secret' }, true],
  ['gitlab', { 'x-gitlab-token': 'secreT' }, false],
  ['gitlab', {}, false],
])('G2 %s proves itself by %o: %s', (host, headers, isGood) => {
  const proof = proofOf(host, headers, 'secret');
  proof.body(Buffer.from('bo'));
  proof.body(Buffer.from('dy'));
  expect(proof.isGood()).toBe(isGood);
});

test('G2 what names no delivery is never taken for one that came before', () => {
  expect(proofOf('github', {}, 'secret').delivery).toBeNull();
  expect(proofOf('gitea', { 'x-forgejo-delivery': 'd' }, 'secret').delivery).toBe('d');
});
