// Sends an alert to a webhook. A failure is reported by its kind alone, because addresses, headers and answers can hold secrets. A redirect
// is not followed, so that no alert goes where nobody asked for it.
import type { AlertChannel, Telling } from '../../../core/model/messages/alert.ts';
import type { WebhookBody } from '../documents/alert-message.ts';

type Webhook = Extract<AlertChannel['way'], { kind: 'webhook' }>;

export async function tellWebhook({ url, headers }: Webhook, shaped: WebhookBody, timeoutMs: number): Promise<Telling> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...shaped.headers, 'user-agent': 'coord', ...lowered(headers) },
      body: shaped.body,
      redirect: 'manual',
      signal,
    });
    // The body of the answer is not needed, and could be endless.
    await answer.body?.cancel().catch(() => {});
    if (answer.ok) return { ok: true, what: `it answered ${answer.status}` };
    const redirect = answer.status >= 300 && answer.status < 400 ? ', a redirect, which is not followed' : '';
    return { ok: false, answered: true, what: `it answered ${answer.status}${redirect}` };
  } catch (error) {
    const what = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : `no connection (${codeOf(error)})`;
    return { ok: false, answered: false, what };
  }
}

function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`; never a message, which can repeat the address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : 'unknown';
}
