// Hands what a run writes to the page as it comes, a JSON value a line, for as long as the page listens.
import type { Api, ApiDeps } from '../../../server/api.ts';
import { Refused } from '../../../server/guard/refusal.ts';
import { followOutput, type Said } from '../operations/follow-output.ts';

/** Each holds a connection and a file. */
const LISTENERS_MAX = 8;

export function outputRoute(app: Api, { world, folder, log }: Pick<ApiDeps, 'world' | 'folder' | 'log'>): void {
  let listeners = 0;
  app.get('/api/v1/page/orders/:id/output', async (c) => {
    if (listeners >= LISTENERS_MAX) {
      const message = `${listeners} pages follow a run already`;
      throw new Refused({ status: 503, code: 'BUSY', message, hint: null, headers: { 'Retry-After': '5' } });
    }
    const gone = new AbortController();
    const encoder = new TextEncoder();
    let out: ReadableStreamDefaultController<Uint8Array> | null = null;
    const early: Said[] = [];
    const say = (said: Said) => {
      if (out === null) early.push(said);
      else if (!gone.signal.aborted) out.enqueue(encoder.encode(`${JSON.stringify(said)}\n`));
    };
    listeners += 1;
    // What is wrong at once is an answer of its own.
    const following = followOutput(world, folder, c.req.param('id'), { signal: gone.signal, say });
    const ended = following.finally(() => {
      listeners -= 1;
    });
    const first = await Promise.race([ended.then(() => null), nextTurn()]);
    if (first !== null) ended.catch((error: unknown) => log(`! the output of ${c.req.param('id')}: ${String(error)}`));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        out = controller;
        for (const said of early.splice(0)) say(said);
        const close = () => {
          if (!gone.signal.aborted) controller.close();
        };
        ended.then(close, close);
      },
      cancel: () => gone.abort(),
    });
    return c.body(body, 200, { 'Content-Type': 'application/x-ndjson' });
  });
}

/** A moment, in which whatever is wrong from the beginning has shown itself. */
function nextTurn(): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), 50));
}
