// What the hooks of agents hand in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { writeUnread } from './operations/unread-file.ts';

export const hooks = (world: World): Feature => ({
  name: 'hooks',
  checks: async () => [(await import('./operations/doctor-check.ts')).setupCheck(world)],
  inboxLeft: writeUnread,
});
