// Offers the bus of one machine over HTTP, as `coord bus` and `coord send` do. A program that can hold a connection uses the stream
// (bus-stream.ts) alone.
import * as z from 'zod';
import { CoordError } from '../../../errors.ts';
import { listSent } from '../../../operations/messages/inbox.ts';
import { type Api, type ApiDeps, bodyOf, smallBodyOf, whenGone } from '../../../server/api.ts';
import { noToken, tokenIn } from '../../../server/guard/admission.ts';
import { checked } from '../../../server/guard/body.ts';
import { Refused } from '../../../server/guard/refusal.ts';
import { boxesHere, CONFIRM_MS, confirmTaken, messageState, peek, takeNext } from '../operations/bus.ts';
import { waitForNext } from '../operations/wait-for-next.ts';
import { LETTER, type Post, WORD } from './bus-post.ts';

export function busRoutes(app: Api, { world, folder, isToken }: ApiDeps, post: Post): void {
  app.get('/api/v1/bus', async (c) => c.json(await boxesHere(folder)));
  app.post('/api/v1/bus/messages', async (c) => {
    return c.json(await post(await bodyOf(c, LETTER)), 201);
  });
  // Ids have a dot or are a UUID, so a program may be named messages.
  app.get('/api/v1/bus/messages/:id{[^/]*[.][^/]*}', (c) => c.json(messageState(folder, c.req.param('id'))));
  app.get('/api/v1/bus/messages/:id{[0-9a-f-]{36}}', async (c) => {
    const id = c.req.param('id');
    const sent = (await listSent(world, folder)).find((message) => message.id === id);
    if (sent === undefined) throw new CoordError('NOT_FOUND', `no message ${JSON.stringify(id)} is known here, or not any more`);
    return c.json({ id, to: sent.to, state: sent.state, takenAt: null });
  });
  app.get('/api/v1/bus/:program/messages', (c) => {
    const { limit } = checked(c.req.query(), PEEK, 'the query');
    return c.json(peek(folder, c.req.param('program'), limit).map(({ message, state }) => ({ ...message, state })));
  });
  app.post('/api/v1/bus/:program/take', async (c) => {
    const { wait = 0, confirm = CONFIRM_MS / 1000 } = await smallBodyOf(c, TAKE);
    const program = c.req.param('program');
    const forMs = confirm * 1000;
    const giveUp = new AbortController();
    whenGone(c.env.outgoing, () => giveUp.abort());
    // What it took would wait for nobody until its time to confirm is over.
    if (giveUp.signal.aborted) return c.json({ message: null });
    if (wait === 0) return c.json({ message: takeNext(world, folder, program, { forMs })?.message ?? null });
    const timer = setTimeout(() => giveUp.abort(), wait * 1000);
    const token = tokenIn(c.env.incoming.headers) ?? '';
    // It may be changed meanwhile.
    const mayTake = () => isToken(token);
    const waiting = waitForNext(world, folder, program, { forMs, giveUp: giveUp.signal, mayTake });
    const next = await waiting.finally(() => clearTimeout(timer));
    if (next === null && !mayTake()) throw new Refused(noToken('another one'));
    return c.json({ message: next?.message ?? null });
  });
  app.post('/api/v1/bus/:program/ack', async (c) => {
    const { id } = await smallBodyOf(c, ACK);
    confirmTaken(world, folder, c.req.param('program'), id);
    return c.json({ id, state: 'taken' });
  });
}

const seconds = (min: number, max: number) =>
  z.number(`expected seconds from ${min} to ${max}`).min(min, `expected at least ${min}`).max(max, `expected at most ${max}`);
const TAKE = z.strictObject({ wait: seconds(0, 60).optional(), confirm: seconds(1, 600).optional() }, 'expected {} or nothing');
const ACK = z.strictObject({ id: WORD }, 'expected {"id": …}');
const PEEK = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(20) });
