// The bus of the programs of one machine, over HTTP: what `coord bus` and `coord send` do. A program that can hold a connection has
// the stream (bus-stream.ts), and needs none of this.
import * as z from 'zod';
import { PRIORITIES } from '../core/model/order.ts';
import { CoordError } from '../errors.ts';
import { boxesHere, CONFIRM_MS, confirmTaken, messageState, peek, takeNext } from '../operations/bus/bus.ts';
import { recordTo } from '../operations/bus/send-to.ts';
import { waitForNext } from '../operations/bus/wait-for-next.ts';
import { listSent } from '../operations/inbox.ts';
import { type Api, type ApiDeps, bodyOf } from './api.ts';
import { checked } from './body.ts';

export function busRoutes(app: Api, { world, folder }: ApiDeps): void {
  app.get('/api/v1/bus', (c) => c.json(boxesHere(folder)));
  app.post('/api/v1/bus/messages', async (c) => {
    const report = await sendFor(world, folder, await bodyOf(c, LETTER));
    return c.json(report, 201);
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
    const { wait = 0, confirm = CONFIRM_MS / 1000 } = await bodyOf(c, TAKE);
    const program = c.req.param('program');
    const forMs = confirm * 1000;
    if (wait === 0) return c.json({ message: takeNext(world, folder, program, { forMs })?.message ?? null });
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), wait * 1000);
    c.env.outgoing.once('close', () => giveUp.abort());
    const next = await waitForNext(world, folder, program, { forMs, giveUp: giveUp.signal });
    clearTimeout(timer);
    return c.json({ message: next?.message ?? null });
  });
  app.post('/api/v1/bus/:program/ack', async (c) => {
    const { id } = await bodyOf(c, ACK);
    confirmTaken(world, folder, c.req.param('program'), id);
    return c.json({ id, state: 'taken' });
  });
}

/** What a program is told of what it sent; several where it wrote to all. */
export async function sendFor(world: ApiDeps['world'], folder: ApiDeps['folder'], letter: z.output<typeof LETTER>) {
  const { to, from = null, body, priority = 'normal', keep = false } = letter;
  const report = await recordTo(world, folder, { to, from, body, priority, keep });
  if (report.kind === 'ledger') return { id: report.id, to: report.to, state: report.state };
  const sent = report.messages.map(({ id, to: reader }) => ({ id, to: reader, state: 'waiting' }));
  const [only] = sent;
  return to === 'all' || to.endsWith('/all') ? { sent, refused: report.refused } : only;
}

const word = z.string('expected text').min(1, 'expected text, found none').max(200, 'expected at most 200 characters');
const seconds = (min: number, max: number) =>
  z.number(`expected seconds from ${min} to ${max}`).min(min, `expected at least ${min}`).max(max, `expected at most ${max}`);
export const LETTER = z.strictObject(
  {
    to: word,
    from: word.optional(),
    body: z.string('expected text'),
    priority: z.enum(PRIORITIES, `expected ${PRIORITIES.join(', ')}`).optional(),
    keep: z.boolean('expected true or false').optional(),
  },
  'expected {"to": "builder", "from": "araya", "body": "Hello"}',
);
const TAKE = z.strictObject({ wait: seconds(0, 60).optional(), confirm: seconds(1, 600).optional() }, 'expected {} or nothing');
const ACK = z.strictObject({ id: word }, 'expected {"id": …}');
const PEEK = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(20) });
