// What the hooks of agents hand in.
import type { Feature } from '../../operations/feature.ts';
import { writeUnread } from './operations/unread-file.ts';

export const hooks = (): Feature => ({
  name: 'hooks',
  inboxLeft: writeUnread,
});
