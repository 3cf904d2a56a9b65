// Sends what a program says over HTTP or its stream. A message to a box here is written at once; anything longer waits for its turn.
import * as z from 'zod';
import { PRIORITIES } from '../../../core/model/orders/order.ts';
import { createTurns } from '../../../operations/sync/concurrency-limit.ts';
import type { ApiDeps } from '../../../server/api.ts';
import { Refused, tooOften } from '../../../server/guard/refusal.ts';
import { recordTo } from '../operations/send-to.ts';

export const WORD = z.string('expected text').min(1, 'expected text, found none').max(200, 'expected at most 200 characters');
export const LETTER = z.strictObject(
  {
    to: WORD,
    from: WORD.optional(),
    body: z.string('expected text'),
    priority: z.enum(PRIORITIES, `expected ${PRIORITIES.join(', ')}`).optional(),
    keep: z.boolean('expected true or false').optional(),
  },
  'expected {"to": "builder", "from": "araya", "body": "Hello"}',
);
/** The answer to a program that sent a message; several results if it wrote to all. */
export type Post = (letter: z.output<typeof LETTER>) => Promise<object>;

/** Of its rates `acts` says how often something may be recorded for other machines or people. */
export function createPost({ world, folder, rates }: Pick<ApiDeps, 'world' | 'folder' | 'rates'>): Post {
  const turns = createTurns(1, WAITING_MAX);
  const pace = {
    toAll: turns.take,
    toLedger<T>(work: () => Promise<T>): Promise<T> {
      const waitMs = rates.acts.take();
      if (waitMs > 0) throw new Refused(tooOften(waitMs));
      return turns.take(work);
    },
  };
  return async ({ to, from = null, body, priority = 'normal', keep = false }) => {
    const report = await recordTo(world, folder, { to, from, body, priority, keep }, pace);
    if (report.kind === 'ledger') return { id: report.id, to: report.to, state: report.state };
    const sent = report.messages.map(({ id, to: reader }) => ({ id, to: reader, state: 'waiting' }));
    const [only] = sent;
    return to === 'all' || to.endsWith('/all') || only === undefined ? { sent, refused: report.refused } : only;
  };
}

const WAITING_MAX = 16;
