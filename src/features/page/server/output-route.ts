// Hands what a run writes to the page as it comes, a JSON value a line, for as long as the page listens.
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Api, type ApiDeps, queryOf, whenGone } from '../../../server/api.ts';
import { Refused } from '../../../server/guard/refusal.ts';
import { followOutput, type Listener } from '../operations/follow-output.ts';
import type { Said } from '../rules/bounded-say.ts';

/** Each holds a connection and a file. */
const LISTENERS_MAX = 8;
const QUESTION = z.strictObject({ whole: z.enum(['true', 'false'], 'expected true or false').default('false') });

export function outputRoute(
  app: Api,
  { world, folder, log, pingMs }: Pick<ApiDeps, 'world' | 'folder' | 'log' | 'pingMs'>,
): void {
  let listeners = 0;
  app.get('/api/v1/page/orders/:id/output', async (c) => {
    if (listeners >= LISTENERS_MAX) {
      const message = `${listeners} pages follow a run already`;
      throw new Refused({ status: 503, code: 'BUSY', message, hint: null, headers: { 'Retry-After': '5' } });
    }
    const isWhole = queryOf(c, QUESTION).whole === 'true';
    const { body, listener, close } = createBody(isWhole, pingMs, c.env.outgoing);
    listeners += 1;
    const ended = followOutput(world, folder, c.req.param('id'), listener).finally(() => {
      listeners -= 1;
      close();
    });
    // What is wrong at once is an answer of its own.
    const first = await Promise.race([ended.then(() => null), nextTurn()]);
    if (first !== null) ended.catch((error: unknown) => log(`! the output of ${c.req.param('id')}: ${String(error)}`));
    return c.body(body, 200, { 'Content-Type': 'application/x-ndjson' });
  });
}

interface Body {
  readonly body: ReadableStream<Uint8Array>;
  readonly listener: Listener;
  close(): void;
}

/**
 * A page that takes nothing holds up what it is told: at most what the stream and the listener have in hand waits in memory. An empty line
 * each `pingMs` says that somebody is there, and finds out whether somebody listens; one that has taken nothing for so long is dropped. It
 * ends with `outgoing`: nobody cancels the stream of one that goes before it is answered, or that asks for the head alone.
 */
function createBody(isWhole: boolean, pingMs: number, outgoing: ServerResponse): Body {
  const gone = new AbortController();
  const encoder = new TextEncoder();
  const waiting: (() => void)[] = [];
  const goOn = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  const hasRoom = () => (out?.desiredSize ?? 1) > 0;
  let hasTaken = true;
  const pinging = setInterval(() => {
    const isDeaf = !hasRoom() && !hasTaken;
    hasTaken = false;
    if (isDeaf) outgoing.destroy();
    else if (hasRoom()) out?.enqueue(encoder.encode('\n'));
  }, pingMs).unref();
  const leave = () => {
    clearInterval(pinging);
    gone.abort();
    goOn();
  };
  whenGone(outgoing, leave);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
    pull: () => {
      hasTaken = true;
      goOn();
    },
    cancel: leave,
  });
  const say = async (said: Said) => {
    if (gone.signal.aborted) return;
    out?.enqueue(encoder.encode(`${JSON.stringify(said)}\n`));
    if (!hasRoom()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const close = () => {
    clearInterval(pinging);
    if (!gone.signal.aborted) out?.close();
  };
  return { body, listener: { signal: gone.signal, isWhole, say }, close };
}

/** A moment, in which whatever is wrong from the beginning has shown itself. */
function nextTurn(): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), 50));
}
