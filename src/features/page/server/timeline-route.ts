// What happened in the fleet, for the page: newest first in pages, by machine, and by words.
import * as z from 'zod';
import { type Api, type ApiDeps, queryOf } from '../../../server/api.ts';
import { timelinePage } from '../operations/timeline-page.ts';

const EXPECTED_NUMBER = 'expected a whole number from 0 to 9999';
const QUESTION = z.strictObject({
  machine: z.string().max(200).optional(),
  words: z.string().max(200).default(''),
  until: z.string().max(100).optional(),
  skip: z
    .string()
    .regex(/^[0-9]{1,4}$/, EXPECTED_NUMBER)
    .default('0')
    .transform(Number),
});

export function timelineRoute(app: Api, { world, folder, turnToRead }: Pick<ApiDeps, 'world' | 'folder' | 'turnToRead'>): void {
  app.get('/api/v1/page/timeline', async (c) => {
    const { machine = null, words, until = null, skip } = queryOf(c, QUESTION);
    // It reads the clone, under the lock of the cycle.
    return c.json(await turnToRead(c, () => timelinePage(world, folder, { machine, words, until, skip })));
  });
}
