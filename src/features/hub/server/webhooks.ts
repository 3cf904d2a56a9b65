// Takes webhooks of git hosts (G2): one that is proven makes this machine look now. What stands in it is not read, so that one that comes late,
// twice or out of order means no more than that.
import type { IncomingMessage } from 'node:http';
import { Refused } from '../../../server/guard/refusal.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type GitHost, webhookSecret } from '../operations/webhooks.ts';
import { callerOf } from '../rules/caller-address.ts';
import { WEBHOOKS } from './guest-admission.ts';
import type { Answer } from './guest-routes.ts';
import type { Knocks } from './knocks.ts';
import { type Proof, proofOf } from './webhook-signature.ts';

/** GitHub's are 25 MB at most. */
const BODY_BYTES_MAX = 26_214_400;
/** Deliveries that are known as such. */
const DELIVERIES_MAX = 1_000;

export interface WebhookOptions {
  readonly folder: FleetFolder;
  readonly knocks: Knocks;
  /** There is news in the repo. Waits for nothing. */
  news(): void;
}

/** Throws Refused. */
export function createWebhooks({ folder, knocks, news }: WebhookOptions): (request: IncomingMessage) => Promise<Answer> {
  const known = new Set<string>();
  const isNew = (host: string, delivery: string | null) => {
    if (delivery === null) return true;
    const key = `${host} ${delivery}`;
    if (known.has(key)) return false;
    known.add(key);
    if (known.size > DELIVERIES_MAX) known.delete(known.values().next().value ?? '');
    return true;
  };
  return async (request) => {
    const host = (request.url ?? '').split('?')[0]?.slice(WEBHOOKS.length) ?? '';
    const secret = webhookSecret(folder, host);
    if (secret === null) throw refused(404, 'NOT_FOUND', 'there is no webhook of that name');
    const proof = proofOf(host as GitHost, request.headers, secret);
    await readThrough(request, proof);
    if (!proof.isGood()) {
      // Hosts send everybody's webhooks from the same addresses: anybody's with a wrong secret would block them.
      knocks.refused(callerOf(request), false);
      throw refused(401, 'UNAUTHORIZED', `expected the signature of ${host}, found none or another one`);
    }
    const looks = isNew(host, proof.delivery);
    if (looks) news();
    return { status: looks ? 202 : 200, body: { ok: true, looks } };
  };
}

async function readThrough(request: IncomingMessage, proof: Proof): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) break;
      proof.body(chunk);
    }
  } catch {
    throw refused(400, 'BAD_REQUEST', 'the request has no end');
  }
  if (bytes > BODY_BYTES_MAX) throw refused(413, 'TOO_LARGE', `expected at most ${BODY_BYTES_MAX} bytes, found more`);
}

function refused(status: number, code: Refused['refusal']['code'], message: string): Refused {
  return new Refused({ status, code, message, hint: null });
}
