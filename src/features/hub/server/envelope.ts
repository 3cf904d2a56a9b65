// The envelope in which guests write and are written to.
import * as z from 'zod';
import type { BusMessage } from '../../../core/model/messages/bus.ts';
import { PRIORITIES } from '../../../core/model/orders/order.ts';
import { TASKS_MAX } from '../operations/guest-acts.ts';

const text = (max: number) => z.string('expected text').max(max, `expected at most ${max} characters`);
/** `from`, where it is there, must be the guest; `timestamp` is of its clock, which nobody goes by. */
const ENVELOPE = z.strictObject(
  {
    type: z.enum(['message', 'task', 'alert', 'status'], 'expected message, task, alert or status').optional(),
    from: text(64).optional(),
    to: z.union([z.number().int(), text(200)], 'expected text or a number').optional(),
    content: text(65_536).optional(),
    priority: z.enum(PRIORITIES, `expected ${PRIORITIES.join(', ')}`).optional(),
    timestamp: z
      .union([z.number(), text(64)], 'expected a time')
      .nullable()
      .optional(),
  },
  'expected {"type": "status", "content": "21 degrees"}',
);

const content = text(65_536).min(1, 'expected text, found none');
export const REPORT = ENVELOPE.extend({ type: z.literal('status', 'expected "status"').optional(), content });
export const SEND = ENVELOPE.extend({
  type: z.enum(['message', 'alert'], 'expected "message" or "alert": a status goes to /report').optional(),
  content,
});
export const DONE = ENVELOPE.extend({ outcome: z.enum(['done', 'failed'], 'expected "done" or "failed"').optional() });

/** Of `GET /instructions/<guest>`: a small device asks for one at a time. */
export const INSTRUCTIONS = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]?$/, 'expected a number of tasks')
    .transform(Number)
    .refine((count) => count <= TASKS_MAX, `expected at most ${TASKS_MAX}`)
    .default(TASKS_MAX),
});

/** A task as its guest reads it; `from` is where an answer goes. */
export function taskEnvelope({ id, from, to, body, priority, at }: BusMessage) {
  return { id, type: 'task', from, to, content: body, priority, timestamp: at };
}
