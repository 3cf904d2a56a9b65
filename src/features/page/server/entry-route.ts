// One order as ORDERS.json has it, to be edited on the page.
import * as z from 'zod';
import { edited } from '../../../operations/sync/reply-words.ts';
import { type Api, type ApiDeps, bodyOf } from '../../../server/api.ts';
import { inTime } from '../../../server/guard/in-time.ts';
import { editEntry, entryText } from '../operations/edit-entry.ts';

const EDIT = z.strictObject(
  { text: z.string('expected text'), seen: z.string('expected text').max(64) },
  'expected {"text": "…", "seen": "…"}',
);

export function entryRoute(app: Api, deps: ApiDeps): void {
  const { folder } = deps;
  app.get('/api/v1/page/orders/:id/entry', (c) => c.json(entryText(folder, c.req.param('id'))));
  app.post('/api/v1/page/orders/:id/entry', async (c) => {
    const edit = await bodyOf(c, EDIT);
    const id = c.req.param('id');
    const outcome = await inTime(deps, (world) => editEntry(world, folder, id, edit), deps.actor(c.env.incoming));
    if (outcome.kind === 'done') return c.json(edited(id, outcome.report));
    return c.json({ id, landed: false, trouble: 'the remote is slow' }, 202);
  });
}
