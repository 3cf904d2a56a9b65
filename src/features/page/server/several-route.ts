// Several orders at once: one act, one push.
import * as z from 'zod';
import { sentTo } from '../../../operations/sync/reply-words.ts';
import { type Api, type ApiDeps, bodyOf } from '../../../server/api.ts';
import { inTime } from '../../../server/guard/in-time.ts';
import { changeSeveral } from '../operations/change-several.ts';
import { SEVERAL } from '../rules/several.ts';

const ORDERS_MAX = 500;
const ACT = z.strictObject(
  {
    act: z.enum(SEVERAL, `expected one of ${SEVERAL.join(', ')}`),
    orders: z.array(z.string('expected an id')).min(1, 'expected one at least').max(ORDERS_MAX, `expected at most ${ORDERS_MAX}`),
  },
  'expected {"act": "retry", "orders": ["build"]}',
);

export function severalRoute(app: Api, deps: ApiDeps): void {
  app.post('/api/v1/page/orders', async (c) => {
    const { act, orders } = await bodyOf(c, ACT);
    const outcome = await inTime(deps, (world) => changeSeveral(world, deps.folder, act, orders), deps.actor(c.env.incoming));
    if (outcome.kind === 'done') return c.json({ orders, ...sentTo(outcome.report) });
    return c.json({ orders, landed: false, trouble: 'the remote is slow' }, 202);
  });
}
