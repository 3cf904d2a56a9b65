// The messages of a conversation, for the page: newest first in pages, back to the first.
import * as z from 'zod';
import { type Api, type ApiDeps, queryOf } from '../../../server/api.ts';
import { chatPage } from '../operations/chat-page.ts';

const QUESTION = z.strictObject({
  until: z.string('expected a time').max(100),
  skip: z
    .string()
    .regex(/^[0-9]{1,4}$/, 'expected a whole number from 0 to 9999')
    .default('0')
    .transform(Number),
});

export function chatRoute(app: Api, { world, folder, turnToRead }: Pick<ApiDeps, 'world' | 'folder' | 'turnToRead'>): void {
  app.get('/api/v1/page/chat/:partner', async (c) => {
    const question = queryOf(c, QUESTION);
    // It reads the clone, under the lock of the cycle.
    return c.json(await turnToRead(c, () => chatPage(world, folder, { partner: c.req.param('partner'), ...question })));
  });
}
