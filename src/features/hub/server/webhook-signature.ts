// How git hosts prove that a request is theirs: GitHub and Gitea (Forgejo) sign the body, GitLab sends the secret. What names no delivery
// is never taken for one that came before.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { GitHost } from '../operations/webhooks.ts';

export interface Proof {
  body(chunk: Buffer): void;
  /** After the whole body. */
  isGood(): boolean;
  /** The same where the host sends the same once more; null = it names none. */
  readonly delivery: string | null;
}

const DELIVERY: Readonly<Record<GitHost, readonly string[]>> = {
  github: ['x-github-delivery'],
  gitea: ['x-gitea-delivery', 'x-forgejo-delivery'],
  gitlab: ['idempotency-key', 'x-gitlab-event-uuid'],
};

export function proofOf(host: GitHost, headers: IncomingHttpHeaders, secret: string): Proof {
  const word = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const delivery = DELIVERY[host].map((name) => word(name).slice(0, 200)).find((it) => it !== '') ?? null;
  if (host === 'gitlab') return { body: () => {}, isGood: () => isSame(word('x-gitlab-token'), secret), delivery };
  const hmac = createHmac('sha256', secret);
  const given = host === 'github' ? word('x-hub-signature-256') : word('x-gitea-signature') || word('x-forgejo-signature');
  const prefix = host === 'github' ? 'sha256=' : '';
  return {
    body: (chunk) => void hmac.update(chunk),
    isGood: () => isSame(given, `${prefix}${hmac.digest('hex')}`),
    delivery,
  };
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
