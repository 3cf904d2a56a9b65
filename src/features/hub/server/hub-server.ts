// The HTTP side of a hub: sockets, who may come in, and the answers. It keeps nothing but who knocked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import type { CertificateTexts } from '../../../server/certificate.ts';
import { bearerIn } from '../../../server/guard/admission.ts';
import { LIMITS, type Limits } from '../../../server/guard/limits.ts';
import { createRates } from '../../../server/guard/rate.ts';
import { refusalBody, refusalOf } from '../../../server/guard/refusal.ts';
import { createRequestGuard } from '../../../server/guard/request-guard.ts';
import { listenOn, type PortListening } from '../../../server/listening.ts';
import { guestOf } from '../operations/guests.ts';
import { admitGuest } from './guest-admission.ts';
import { type Answer, createGuestRoutes, type HubDeps } from './guest-routes.ts';
import type { Knocks } from './knocks.ts';
import { createWebhooks } from './webhooks.ts';

export const HUB_LIMITS: Limits = { ...LIMITS, reads: [50, 100], acts: [20, 60], requestMs: 10_000 };

export interface HubServerOptions extends HubDeps {
  readonly port: number;
  /** For other computers too. */
  readonly isOpen: boolean;
  readonly certificate: CertificateTexts | null;
  readonly knocks: Knocks;
  readonly limits: Limits;
  /** A git host says that there is news. Waits for nothing. */
  news(): void;
  log(line: string): void;
}

export async function startHubServer(options: HubServerOptions): Promise<PortListening> {
  const { folder, knocks, limits, log } = options;
  const routes = createGuestRoutes(options);
  const webhook = createWebhooks(options);
  const answerTo = async (request: IncomingMessage, isKnown: boolean): Promise<Answer> => {
    if (!isKnown) return request.method === 'POST' ? webhook(request) : { status: 200, body: { ok: true } };
    const guest = guestOf(folder, bearerIn(request.headers) ?? '');
    // Removed in this very moment.
    return guest === null ? { status: 401, body: {} } : routes.answer(request, guest);
  };
  const app = (request: IncomingMessage, response: ServerResponse, isKnown: boolean) => {
    answerTo(request, isKnown).then(
      ({ status, body }) => send(response, status, visibleJson(JSON.stringify(body))),
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal.isBug) log(`! a bug in the hub: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        send(response, refusal.status, visibleJson(refusalBody(refusal)), refusal.headers);
      },
    );
  };
  const rooms = { app, isStreamAt: () => false, stream: () => null };
  const admit = { knocks, guestOf: (token: string) => guestOf(folder, token) };
  const calls = createRequestGuard((knock, request) => admitGuest(knock, request, admit), rooms, limits, createRates(limits));
  const addresses = options.isOpen ? ['0.0.0.0', '::'] : ['127.0.0.1', '::1'];
  return listenOn(addresses, options.port, { calls, limits, certificate: options.certificate });
}

function send(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body);
}
